use serde_json::json;

use super::*;
use crate::trial::key;

fn refused(written: Value) -> String {
    let written: ProvesBy = serde_json::from_value(written).unwrap();
    Proving::of(&written).unwrap_err()
}

#[test]
fn keys_that_cannot_be_used_are_named_when_they_are_written_down() {
    let good = key(1).public().to_json();
    let mut private = good.clone();
    private["d"] = json!("AAAA");
    assert!(refused(json!({ "jwks": { "keys": [good, private] } })).contains("private parts"));
    let weak = json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB" });
    assert!(refused(json!({ "jwks": { "keys": [good, weak] } })).contains("key 1"));
    let shared = json!({ "kty": "oct", "k": "c2VjcmV0" });
    assert!(refused(json!({ "jwks": { "keys": [shared] } })).contains("private parts"));
    assert!(refused(json!({ "jwks": { "keys": [] } })).contains("without a key"));
    assert!(refused(json!({ "jwks": "keys" })).contains("cannot be used"));
    let many = vec![good.clone(); 65];
    assert!(refused(json!({ "jwks": { "keys": many } })).contains("65 keys"));
    let huge = json!({ "keys": [good], "padding": "x".repeat(ProvesBy::LONGEST_JWKS) });
    assert!(refused(json!({ "jwks": huge })).contains("more than 32768 bytes"));
    let both = json!({ "jwks": { "keys": [good] }, "jwks_uri": "https://a.example/jwks" });
    assert!(refused(both).contains("choose one"));
}

#[test]
fn a_url_of_keys_has_a_scheme_a_host_and_no_user() {
    for bad in ["", "/jwks", "ftp://a.example/", "https://user:pass@a.example/", "file:///etc/passwd", "jwks"]
    {
        assert!(refused(json!({ "jwks_uri": bad })).contains("jwks_uri"), "{bad}");
    }
    assert!(
        Proving::of(&serde_json::from_value(json!({ "jwks_uri": "https://a.example/k" })).unwrap()).is_ok()
    );
}

#[test]
fn every_listed_key_is_an_origin_of_its_own_and_another_url_is_another_one() {
    let origins = |written: Value| Proving::of(&serde_json::from_value(written).unwrap()).unwrap().origins();
    let two = json!({ "jwks": { "keys": [key(1).public().to_json(), key(2).public().to_json()] } });
    let two = origins(two);
    assert_eq!(two.len(), 2);
    assert_eq!(two[0].id, format!("jwk:{}", key(1).public().thumbprint()));
    let at = |url: &str| origins(json!({ "jwks_uri": url }));
    assert_eq!(at("https://a.example/k"), at("https://a.example/k"));
    assert_ne!(at("https://a.example/k"), at("https://b.example/k"));
}

#[test]
fn a_binding_says_which_of_an_issuers_workloads_it_means() {
    let bound = |claims: Value| json!({ "workloads": [{ "issuer": "forge", "claims": claims }] });
    for (claims, said) in [
        (json!([]), "without a claim"),
        (json!([{ "claim": ["iss"], "is": "x" }]), "tells no workload from another"),
        (json!([{ "claim": ["aud"], "is": "x" }]), "tells no workload from another"),
        (json!([{ "claim": ["sub"], "like": "**" }]), "fits everything"),
        (json!([{ "claim": ["sub"], "like": "*:*/**" }]), "fits everything"),
        (json!([{ "claim": ["sub"], "like": "a***" }]), "pattern that is none"),
        (json!([{ "claim": ["sub"], "is": "" }]), "exactly one"),
        (json!([{ "claim": ["sub"] }]), "exactly one"),
        (json!([{ "claim": ["sub"], "is": "x", "like": "x" }]), "exactly one"),
        (json!([{ "claim": [], "is": "x" }]), "name is none"),
        (json!(vec![json!({ "claim": ["sub"], "is": "x" }); 17]), "more than 16"),
    ] {
        let words = refused(bound(claims.clone()));
        assert!(words.contains(said), "{claims}: {words}");
    }
    let many = vec![json!({ "issuer": "forge", "claims": [{ "claim": ["sub"], "is": "x" }] }); 17];
    assert!(refused(json!({ "workloads": many })).contains("more than 16"));
}
