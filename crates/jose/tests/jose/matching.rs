//! Conditions on claims, on tokens as their issuers make them.

use jose::{ClaimMatch, ClaimPath, NotAPath, Unverified, Verified};
use serde_json::{Value, json};

use super::signers::{ED25519, claims_with, expected, now};

fn token(claims: &[(&str, Value)]) -> Verified {
    let token = ED25519.token(&claims_with(claims));
    Unverified::parse(&token).unwrap().verify_with(&ED25519.jwk(None), &expected(), now()).unwrap()
}

fn path(names: &[&str]) -> ClaimPath {
    ClaimPath::new(names.iter().copied()).unwrap()
}

fn like(names: &[&str], pattern: &str, token: &Verified) -> bool {
    ClaimMatch::like(path(names), pattern).unwrap().matches(token)
}

#[test]
fn workflows_of_github_are_told_apart() {
    let main =
        token(&[("sub", json!("repo:acme/app:ref:refs/heads/main")), ("repository_owner_id", json!("123"))]);
    assert!(like(&["sub"], "repo:acme/*:ref:refs/heads/main", &main));
    assert!(like(&["sub"], "repo:acme/app:**", &main));
    assert!(ClaimMatch::exactly(path(&["repository_owner_id"]), "123").matches(&main));
    let pull = token(&[("sub", json!("repo:acme/app:pull_request"))]);
    assert!(!like(&["sub"], "repo:acme/*:ref:refs/heads/main", &pull));
    let evil = token(&[("sub", json!("repo:acme-evil/app:ref:refs/heads/main"))]);
    assert!(!like(&["sub"], "repo:acme/**", &evil));
}

#[test]
fn a_service_account_of_kubernetes_is_found_under_a_name_with_dots() {
    let pod = token(&[(
        "kubernetes.io",
        json!({ "namespace": "ci", "serviceaccount": { "name": "robot", "uid": "u" }, "pod": { "name": "p" } }),
    )]);
    let name = path(&["kubernetes.io", "serviceaccount", "name"]);
    assert!(ClaimMatch::exactly(name.clone(), "robot").matches(&pod));
    assert!(!ClaimMatch::exactly(name, "rob").matches(&pod));
    assert!(!like(&["kubernetes", "io", "serviceaccount", "name"], "**", &pod));
}

#[test]
fn a_workload_of_spiffe_is_matched_by_path() {
    let workload = token(&[("sub", json!("spiffe://acme.example/ns/ci/sa/robot"))]);
    assert!(like(&["sub"], "spiffe://acme.example/ns/ci/sa/*", &workload));
    assert!(!like(&["sub"], "spiffe://acme.example/ns/*", &workload));
    assert!(!like(&["sub"], "spiffe://acme/**", &workload));
}

#[test]
fn any_element_of_a_list_fits_and_no_joint_of_two() {
    let groups = token(&[("groups", json!(["dev", 7, ["ops"], "release"]))]);
    assert!(like(&["groups"], "rel*", &groups));
    assert!(ClaimMatch::exactly(path(&["groups"]), "dev").matches(&groups));
    for absent in ["ops", "7", "devrelease", "dev,7"] {
        assert!(!ClaimMatch::exactly(path(&["groups"]), absent).matches(&groups), "{absent}");
    }
}

#[test]
fn what_is_absent_or_no_text_fits_nothing() {
    let odd = token(&[("a", json!({ "b": null, "c": true, "d": 1, "e": {}, "f": [] }))]);
    for names in
        [&["x"][..], &["a"], &["a", "b"], &["a", "c"], &["a", "d"], &["a", "e"], &["a", "f"], &["sub", "x"]]
    {
        assert!(!like(names, "**", &odd), "{names:?}");
        assert!(!ClaimMatch::exactly(path(names), "").matches(&odd), "{names:?}");
    }
    assert!(like(&["sub"], "**", &odd));
}

#[test]
fn a_star_in_an_exact_text_is_a_star() {
    let star = token(&[("a", json!("x*"))]);
    assert!(ClaimMatch::exactly(path(&["a"]), "x*").matches(&star));
    assert!(!ClaimMatch::exactly(path(&["a"]), "*").matches(&star));
}

#[test]
fn paths_are_bounded() {
    assert!(ClaimPath::new(["a"; 8]).is_ok());
    assert_eq!(ClaimPath::new(["a"; 9]), Err(NotAPath));
    assert_eq!(ClaimPath::new([""; 1]), Err(NotAPath));
    assert_eq!(ClaimPath::new(["a"; 0]), Err(NotAPath));
    assert_eq!(ClaimPath::new(["a".repeat(257)]), Err(NotAPath));
    assert_eq!(path(&["kubernetes.io", "pod"]).to_string(), "kubernetes.io > pod");
}
