//! Grants of people's own.

use broker::Material;
use broker::people::{grant_of, is_person};
use types::{Code, Face, Secret};

use crate::world::World;

const ROSA: &str = "5b10ac8d82e05b22cc7d0001";
const DAN: &str = "5b10ac8d82e05b22cc7d0002";

fn material(token: &str) -> Material {
    let token = Secret::new(token.to_owned());
    Material::ApiToken { email: "person@example.com".to_owned(), token, scoped: true }
}

#[tokio::test]
async fn two_people_never_share_a_credential() {
    let world = World::new("http://127.0.0.1:9").await;
    let (rosas, dans) = (grant_of(ROSA).unwrap(), grant_of(DAN).unwrap());
    assert!(rosas != dans && is_person(&rosas) && is_person(&dans));
    world.add(rosas.as_str(), &["demo"], material("of-rosa")).await;
    let credential = world.acquire(rosas.as_str()).await;
    assert!(credential.is_ok());
    let refusal = world.acquire(dans.as_str()).await.unwrap_err();
    assert_eq!(refusal.code(), Code::ReconnectRequired, "nothing of hers for him");
    assert_eq!(refusal.advice(), "Sign in again at https://gateway.example/auth/login.");
    assert!(!refusal.detail().contains("person-"), "{}", refusal.detail());
}

#[tokio::test]
async fn a_site_somebody_does_not_reach_is_one_to_sign_in_for() {
    let world = World::new("http://127.0.0.1:9").await;
    let rosas = grant_of(ROSA).unwrap();
    world.add(rosas.as_str(), &["demo"], material("of-rosa")).await;
    let permit = world.permit(rosas.as_str(), "other");
    let refusal = world.broker.acquire(&permit, Face::JiraCloud).await.unwrap_err();
    assert_eq!(refusal.code(), Code::ReconnectRequired);
    assert!(refusal.detail().contains("does not reach the site other"), "{}", refusal.detail());
    assert!(refusal.advice().contains("https://gateway.example/auth/login"), "{}", refusal.advice());
}
