//! Grants in the store: sealed, bound to their name, good for the sites they were added for.

use broker::{GrantError, Health, Material, NewGrant};
use types::{Code, Face, Secret};

use crate::world::World;

const ORIGIN: &str = "http://127.0.0.1:9";

fn pat() -> Material {
    Material::PersonalAccessToken { token: Secret::new("hidden-word".to_owned()) }
}

#[tokio::test]
async fn an_api_token_goes_as_basic_to_the_api_gateway() {
    let world = World::new(ORIGIN).await;
    world.add_api_token("rosa", true).await;
    let credential = world.acquire("rosa").await.unwrap();
    assert_eq!(credential.authorization(), "Basic cm9zYUBleGFtcGxlLmNvbTpoaWRkZW4td29yZA==");
    assert!(credential.authorization().is_sensitive());
    let base = credential.base();
    assert_eq!((base.origin(), base.prefix()), (ORIGIN, "/ex/jira/11111111-2222-3333-4444-555555555555"));
    assert!(!format!("{credential:?}").contains("cm9z"));
}

#[tokio::test]
async fn a_personal_access_token_goes_as_bearer_to_its_data_center() {
    let world = World::new(ORIGIN).await;
    world.add("dc", &["jira-dc"], pat()).await;
    let permit = world.permit("dc", "jira-dc");
    let credential = world.broker.acquire(&permit, Face::JiraDataCenter).await.unwrap();
    assert_eq!(credential.authorization(), "Bearer hidden-word");
    assert_eq!((credential.base().origin(), credential.base().prefix()), (ORIGIN, "/dc/jira"));
    let elsewhere = world.broker.acquire(&permit, Face::ConfluenceCloud).await.unwrap_err();
    assert_eq!(elsewhere.code(), Code::Internal);
}

#[tokio::test]
async fn a_grant_is_good_only_for_the_sites_it_was_added_for() {
    let world = World::new(ORIGIN).await;
    world.add_api_token("rosa", true).await;
    let refusal = world.broker.acquire(&world.permit("rosa", "other"), Face::JiraCloud).await.unwrap_err();
    assert_eq!(refusal.code(), Code::GrantMissing);
    let put = async |sites: &[&str], material| {
        let sites = sites.iter().map(|site| site.parse().unwrap()).collect();
        world.broker.put(NewGrant { name: "new".parse().unwrap(), sites, material }).await.unwrap_err()
    };
    assert!(matches!(put(&[], pat()).await, GrantError::NoSites));
    assert!(matches!(put(&["nowhere"], pat()).await, GrantError::UnknownSite(_)));
    assert!(matches!(put(&["jira-dc", "demo"], pat()).await, GrantError::WrongDeployment { .. }));
    assert_eq!(world.acquire("new").await.unwrap_err().code(), Code::GrantMissing);
}

#[tokio::test]
async fn a_secret_does_not_lie_open_in_the_store_and_opens_after_a_restart() {
    let mut world = World::new(ORIGIN).await;
    world.add_api_token("rosa", false).await;
    let row = world.store.grants().get(&"rosa".parse().unwrap()).await.unwrap().unwrap();
    let kept = [row.sealed.as_slice(), row.facts.as_bytes()].concat();
    for secret in ["hidden-word", "aGlkZGVuLXdvcmQ", "cm9zYUBleGFtcGxlLmNvbTpoaWRkZW4td29yZA"] {
        assert!(!kept.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
    world.restart(7).await;
    assert!(world.acquire("rosa").await.is_ok());
}

#[tokio::test]
async fn a_secret_moved_to_another_row_or_read_with_another_key_does_not_open() {
    let mut world = World::new(ORIGIN).await;
    world.add_api_token("rosa", false).await;
    world.add_api_token("dan", false).await;
    let rosa = world.store.grants().get(&"rosa".parse().unwrap()).await.unwrap().unwrap();
    let mut dan = world.store.grants().get(&"dan".parse().unwrap()).await.unwrap().unwrap();
    dan.sealed = rosa.sealed;
    world.store.grants().replace(&dan).await.unwrap();
    world.restart(7).await;
    assert!(world.acquire("rosa").await.is_ok(), "one bad row does not stop the others");
    assert_eq!(world.acquire("dan").await.unwrap_err().code(), Code::GrantMissing);
    assert_eq!(world.broker.list()[0].health, Health::Damaged);
    world.restart(8).await;
    assert_eq!(world.acquire("rosa").await.unwrap_err().code(), Code::GrantMissing);
    world.add_api_token("dan", false).await;
    assert!(world.acquire("dan").await.is_ok(), "adding it again repairs it");
}

#[tokio::test]
async fn a_grant_is_replaced_and_removed_at_once() {
    let world = World::new(ORIGIN).await;
    world.add_api_token("rosa", true).await;
    let first = world.broker.list().remove(0);
    world.pass(60);
    let token = Secret::new("second".to_owned());
    let email = "rosa@example.com".to_owned();
    world.add("rosa", &["demo", "other", "demo"], Material::ApiToken { email, token, scoped: true }).await;
    let second = world.broker.list().remove(0);
    assert_eq!(second.created_at, first.created_at);
    assert!(second.changed_at > first.changed_at);
    assert_eq!(second.sites.len(), 2);
    assert_ne!(
        world.acquire("rosa").await.unwrap().authorization(),
        "Basic cm9zYUBleGFtcGxlLmNvbTpoaWRkZW4td29yZA=="
    );
    let name = "rosa".parse().unwrap();
    world.broker.remove(&name).await.unwrap();
    assert_eq!(world.acquire("rosa").await.unwrap_err().code(), Code::GrantMissing);
    assert!(matches!(world.broker.remove(&name).await, Err(GrantError::Missing(_))));
    assert!(world.broker.list().is_empty());
}
