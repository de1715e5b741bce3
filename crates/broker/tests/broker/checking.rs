//! `grant check`: every way a credential can be good or bad, told apart.

use broker::{CheckReport, Material, Verdict};
use types::Secret;

use crate::provider::{Asked, Provider, Said, say, token};
use crate::world::{CLOUD_ID, World};

const UNAUTHORIZED: &str = r#"{"code":401,"message":"Unauthorized"}"#;
const NO_SCOPE: &str = r#"{"code":401,"message":"Unauthorized; scope does not match"}"#;
const NOT_INSTALLED: &str = r#"{"code":403,"message":"The app is not installed on this instance"}"#;

fn rosa() -> Said {
    say(200, r#"{"accountId":"557058:rosa","displayName":"Rosa"}"#)
}

fn anonymous(status: u16) -> Said {
    let mut said = say(status, "");
    said.headers_mut().insert("x-seraph-loginreason", "AUTHENTICATED_FAILED".parse().unwrap());
    said
}

/// The id of the site `other`.
const OTHER_ID: &str = "99999999-2222-3333-4444-555555555555";

/// What a site's own host says to everyone about its id.
fn tenant(cloud_id: &str) -> Said {
    say(200, format!(r#"{{"cloudId":"{cloud_id}"}}"#))
}

/// Jira's own 401, as it answers an account of other sites.
fn outsider() -> Said {
    say(401, r#"{"errorMessages":["Client must be authenticated to access this resource."],"errors":{}}"#)
}

/// Who is asked: the gateway for Jira or Confluence, the site's host, or something else.
fn place(asked: &Asked) -> &str {
    match asked.path.as_str() {
        path if path == format!("/ex/jira/{CLOUD_ID}/rest/api/3/myself") => "jira",
        path if path == format!("/ex/confluence/{CLOUD_ID}/wiki/rest/api/user/current") => "confluence",
        path if path == format!("/ex/jira/{OTHER_ID}/rest/api/3/myself") => "other",
        "/site/rest/api/3/myself" => "site",
        "/site/_edge/tenant_info" => "tenant",
        "/oauth/token/accessible-resources" => "resources",
        "/oauth/token" => "token",
        "/dc/jira/rest/api/2/myself" | "/dc/wiki/rest/api/user/current" => "dc",
        other => panic!("nobody asks for {other}"),
    }
}

async fn world(rule: impl Fn(&str, &Asked) -> Said + Send + Sync + 'static) -> World {
    let provider = Provider::start(move |asked| match place(asked) {
        "token" => token(asked),
        "tenant" => {
            assert_eq!(asked.authorization, None, "everyone may ask, and nobody is shown the credential");
            rule("tenant", asked)
        }
        place => {
            let shown = asked.authorization.as_deref().unwrap();
            assert!(shown.starts_with("Bearer ") || (shown.starts_with("Basic ") && place != "resources"));
            rule(place, asked)
        }
    });
    let provider = provider.await;
    let world = World::new(&provider.origin).await;
    world.add_service_account("service", &provider.origin).await;
    world.add_api_token("unscoped", false).await;
    world.add_api_token("scoped", true).await;
    let pat = || Material::PersonalAccessToken { token: Secret::new("hidden-word".to_owned()) };
    world.add("jira-pat", &["jira-dc"], pat()).await;
    world.add("wiki-pat", &["wiki-dc"], pat()).await;
    world
}

async fn check(world: &World, grant: &str, site: &str) -> CheckReport {
    let report = world.broker.check(&grant.parse().unwrap(), &site.parse().unwrap()).await;
    let printed = format!("{report:?} {}", serde_json::to_string(&report).unwrap());
    for secret in ["hidden-word", "secret-of", "token-of", "cm9zYUB"] {
        assert!(!printed.contains(secret), "{printed}");
    }
    assert!(report.words.ends_with(['.', '?']) && report.words.len() > 20, "{}", report.words);
    report
}

fn working() -> Verdict {
    Verdict::Working { account_id: "557058:rosa".to_owned(), display_name: "Rosa".to_owned() }
}

#[tokio::test]
async fn a_working_grant_names_its_account() {
    let world = world(|_, _| rosa()).await;
    for grant in ["service", "scoped", "unscoped"] {
        let report = check(&world, grant, "demo").await;
        assert_eq!(report.verdict, working(), "{grant}");
        assert!(report.verdict.is_good());
    }
    assert_eq!(check(&world, "jira-pat", "jira-dc").await.verdict, working());
    assert_eq!(check(&world, "wiki-pat", "wiki-dc").await.verdict, working());
}

#[tokio::test]
async fn an_unscoped_token_that_has_scopes_is_noticed() {
    let world = world(|place, _| if place == "site" { say(401, "<html>") } else { rosa() }).await;
    let report = check(&world, "unscoped", "demo").await;
    assert_eq!(report.verdict, working());
    assert!(report.words.contains("scopes"), "{}", report.words);
}

#[tokio::test]
async fn a_wrong_credential_differs_from_one_taken_for_nobodys() {
    let world = world(|place, _| if place == "site" { anonymous(401) } else { say(401, UNAUTHORIZED) }).await;
    assert_eq!(check(&world, "scoped", "demo").await.verdict, Verdict::Wrong);
    assert_eq!(check(&world, "service", "demo").await.verdict, Verdict::Wrong);
    assert_eq!(check(&world, "unscoped", "demo").await.verdict, Verdict::Anonymous);
    assert_eq!(check(&world, "jira-pat", "jira-dc").await.verdict, Verdict::Wrong);
}

#[tokio::test]
async fn a_data_center_that_drops_the_token_without_a_word_is_noticed() {
    let world = world(|_, _| anonymous(200)).await;
    assert_eq!(check(&world, "jira-pat", "jira-dc").await.verdict, Verdict::Anonymous);
    assert_eq!(check(&world, "wiki-pat", "wiki-dc").await.verdict, Verdict::Anonymous);
    assert_eq!(check(&world, "scoped", "demo").await.verdict, Verdict::Anonymous);
}

#[tokio::test]
async fn a_refused_service_account_is_wrong_and_is_asked_again_when_an_operator_asks() {
    let provider = Provider::start(|_| say(401, r#"{"error":"access_denied"}"#)).await;
    let world = World::new(&provider.origin).await;
    world.add_service_account("service", &provider.origin).await;
    for asked in 1..=2 {
        assert_eq!(check(&world, "service", "demo").await.verdict, Verdict::Wrong);
        assert_eq!(provider.requests(), asked);
    }
}

#[tokio::test]
async fn a_good_credential_without_the_scope_to_say_who_it_is_is_good() {
    let world = world(|_, _| say(401, NO_SCOPE)).await;
    let report = check(&world, "service", "demo").await;
    assert_eq!(report.verdict, Verdict::ScopeMissing);
    assert!(report.verdict.is_good());
}

#[tokio::test]
async fn a_grant_for_confluence_only_is_recognised_by_either_answer_of_jira() {
    for jira in [(403, NOT_INSTALLED), (401, NO_SCOPE), (403, "{}")] {
        let world = world(move |place, _| match place {
            "confluence" => rosa(),
            _ => say(jira.0, jira.1),
        })
        .await;
        let report = check(&world, "service", "demo").await;
        assert!(matches!(report.verdict, Verdict::ConfluenceOnly { .. }), "{report:?}");
    }
}

#[tokio::test]
async fn a_grant_of_another_site_says_which() {
    let world = world(|place, _| match place {
        "resources" => say(200, r#"[{"id":"9","url":"https://elsewhere.atlassian.net","name":"e"}]"#),
        _ => say(403, NOT_INSTALLED),
    })
    .await;
    let report = check(&world, "service", "demo").await;
    assert_eq!(report.verdict, Verdict::WrongSite);
    assert!(report.words.contains("https://elsewhere.atlassian.net"), "{}", report.words);
    assert_eq!(check(&world, "scoped", "demo").await.verdict, Verdict::WrongSite);
}

#[tokio::test]
async fn a_wrong_cloud_id_in_the_settings_is_told_from_a_wrong_api_token() {
    for refusal in [(401, UNAUTHORIZED), (404, r#"{"code":404,"message":"Not Found"}"#)] {
        let world = world(move |place, _| match place {
            "tenant" => tenant(OTHER_ID),
            "other" => rosa(),
            _ => say(refusal.0, refusal.1),
        })
        .await;
        for grant in ["scoped", "unscoped"] {
            let report = check(&world, grant, "demo").await;
            assert_eq!(report.verdict, Verdict::WrongSite, "{grant} {refusal:?}");
            assert!(
                report.words.contains("Rosa") && report.words.contains("sites.demo.cloud_id"),
                "{}",
                report.words
            );
        }
    }
}

#[tokio::test]
async fn an_api_token_that_is_wrong_at_the_id_the_site_names_is_wrong_and_so_is_the_id() {
    let world = world(|place, _| match place {
        "tenant" => tenant(OTHER_ID),
        _ => say(401, UNAUTHORIZED),
    })
    .await;
    for grant in ["scoped", "unscoped"] {
        let report = check(&world, grant, "demo").await;
        assert_eq!(report.verdict, Verdict::Wrong, "{grant}");
        assert!(report.words.contains(OTHER_ID), "{}", report.words);
    }
}

#[tokio::test]
async fn an_api_token_of_another_site_of_the_gateway_is_said_to_belong_there() {
    let world = world(|place, _| match place {
        "tenant" => tenant(CLOUD_ID),
        "other" => rosa(),
        "site" => anonymous(401),
        _ => say(401, UNAUTHORIZED),
    })
    .await;
    for grant in ["scoped", "unscoped"] {
        let report = check(&world, grant, "demo").await;
        assert_eq!(report.verdict, Verdict::WrongSite, "{grant}");
        assert!(report.words.contains("the site other"), "{}", report.words);
    }
}

#[tokio::test]
async fn an_api_token_of_an_account_that_is_nobody_at_the_site_is_at_the_wrong_site() {
    let world = world(|place, _| match place {
        "tenant" => tenant(CLOUD_ID),
        "jira" | "site" => outsider(),
        _ => say(401, UNAUTHORIZED),
    })
    .await;
    for grant in ["scoped", "unscoped"] {
        assert_eq!(check(&world, grant, "demo").await.verdict, Verdict::WrongSite, "{grant}");
    }
}

#[tokio::test]
async fn an_api_token_only_the_sites_own_host_knows_is_no_wrong_credential() {
    for (named, verdict) in [(Some(CLOUD_ID), Verdict::Unclear), (None, Verdict::WrongSite)] {
        let world = world(move |place, _| match (place, named) {
            ("tenant", Some(id)) => tenant(id),
            ("site", _) => rosa(),
            _ => say(401, UNAUTHORIZED),
        })
        .await;
        assert_eq!(check(&world, "unscoped", "demo").await.verdict, verdict);
    }
}

#[tokio::test]
async fn a_grant_at_home_here_without_access_to_a_product_lacks_permission() {
    let world = world(|place, _| match place {
        "resources" => say(200, format!(r#"[{{"id":"{CLOUD_ID}","url":"https://demo.atlassian.net"}}]"#)),
        _ => say(403, NOT_INSTALLED),
    })
    .await;
    assert_eq!(check(&world, "service", "demo").await.verdict, Verdict::NoPermission);
}

#[tokio::test]
async fn trouble_on_the_way_is_no_verdict_on_the_credential() {
    let world = world(|_, _| say(502, "<html>")).await;
    for (grant, site) in [("service", "demo"), ("scoped", "demo"), ("jira-pat", "jira-dc")] {
        assert_eq!(check(&world, grant, site).await.verdict, Verdict::Unreachable, "{grant}");
    }
    let nobody = World::new("http://127.0.0.1:1").await;
    nobody.add_api_token("scoped", true).await;
    assert_eq!(check(&nobody, "scoped", "demo").await.verdict, Verdict::Unreachable);
}

#[tokio::test]
async fn what_cannot_be_asked_is_said_without_asking() {
    let world = world(|_, _| panic!("nobody is asked")).await;
    assert_eq!(check(&world, "nothing", "demo").await.verdict, Verdict::NoSuchGrant);
    assert_eq!(check(&world, "scoped", "other").await.verdict, Verdict::NotForSite);
    assert_eq!(check(&world, "scoped", "nowhere").await.verdict, Verdict::NotForSite);
}
