//! The crate `oauth2`.

use oauth2::basic::{
    BasicClient, BasicErrorResponseType, BasicRequestTokenError, BasicTokenResponse, BasicTokenType,
};
use oauth2::{
    AccessToken, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, IntrospectionUrl, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError,
    ResourceOwnerPassword, ResourceOwnerUsername, RevocationUrl, Scope, StandardRevocableToken,
    TokenIntrospectionResponse as _, TokenResponse as _, TokenUrl,
};

use super::{BACK, DESK, World};

type Client = BasicClient<EndpointSet, EndpointNotSet, EndpointSet, EndpointSet, EndpointSet>;

/// A program as the library's documentation makes one.
fn program(world: &World, id: &str) -> Client {
    BasicClient::new(ClientId::new(id.to_owned()))
        .set_auth_uri(AuthUrl::new(world.told("authorization_endpoint")).unwrap())
        .set_token_uri(TokenUrl::new(world.told("token_endpoint")).unwrap())
        .set_introspection_url(IntrospectionUrl::new(world.told("introspection_endpoint")).unwrap())
        .set_revocation_url(RevocationUrl::new(world.told("revocation_endpoint")).unwrap())
        .set_redirect_uri(RedirectUrl::new(BACK.to_owned()).unwrap())
}

/// The one that has a secret.
fn robot(world: &World) -> Client {
    program(world, "robot").set_client_secret(ClientSecret::new(world.served.secret.trim().to_owned()))
}

fn reading() -> Scope {
    Scope::new("read:jira-work".to_owned())
}

/// What the server said was wrong.
fn wrong<T: std::fmt::Debug, E: std::error::Error + 'static>(
    outcome: Result<T, BasicRequestTokenError<E>>,
) -> BasicErrorResponseType {
    match outcome {
        Err(RequestTokenError::ServerResponse(answer)) => {
            assert!(answer.error_description().is_some_and(|words| !words.is_empty()), "{answer:?}");
            answer.error().clone()
        }
        other => panic!("{other:?}"),
    }
}

/// A person allows this program to read; the code, and what it is redeemed with.
async fn code(world: &World, client: &Client) -> (AuthorizationCode, PkceCodeVerifier) {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let request = client.authorize_url(CsrfToken::new_random).add_scope(reading());
    let (url, state) = request.set_pkce_challenge(challenge).url();
    let back = world.allow(&url).await;
    assert_eq!(back.get("state").as_deref(), Some(state.secret().as_str()));
    assert_eq!(back.get("iss"), Some(world.told("issuer")), "RFC 9207");
    (AuthorizationCode::new(back.get("code").unwrap()), verifier)
}

async fn redeemed(world: &World, client: &Client) -> BasicTokenResponse {
    let (code, verifier) = code(world, client).await;
    let request = client.exchange_code(code).set_pkce_verifier(verifier);
    request.request_async(&world.http).await.unwrap()
}

async fn is_active(world: &World, client: &Client, token: &AccessToken) -> bool {
    client.introspect(token).request_async(&world.http).await.unwrap().active()
}

async fn calls(world: &World, token: &AccessToken) -> bool {
    world.issue(token.secret()).await.status == 200
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_fetches_uses_looks_at_and_revokes_with_its_secret_in_the_header_or_in_the_form() {
    let world = World::start().await;
    for way in [AuthType::BasicAuth, AuthType::RequestBody] {
        let robot = robot(&world).set_auth_type(way);
        let request = robot.exchange_client_credentials().add_scope(reading());
        let answer = request.request_async(&world.http).await.unwrap();
        assert_eq!(answer.token_type(), &BasicTokenType::Bearer);
        assert_eq!(answer.scopes(), Some(&vec![reading()]));
        assert_eq!(answer.expires_in().unwrap().as_secs(), 3_600);
        assert!(answer.refresh_token().is_none(), "RFC 6749 §4.4.3");
        let token = answer.access_token();
        assert!(calls(&world, token).await);

        let request = robot.introspect(token).set_token_type_hint("access_token");
        let told = request.request_async(&world.http).await.unwrap();
        assert!(told.active());
        assert_eq!(told.client_id().map(|id| id.as_str()), Some("robot"));
        assert_eq!((told.sub(), told.scopes()), (Some("robot"), Some(&vec![reading()])));
        assert_eq!(told.token_type(), Some(&BasicTokenType::Bearer));
        assert_eq!(told.iss(), Some(world.told("issuer").as_str()));
        assert!(told.exp().is_some());

        let request = robot.revoke_token(StandardRevocableToken::AccessToken(token.clone())).unwrap();
        request.request_async(&world.http).await.unwrap();
        assert!(!is_active(&world, &robot, token).await && !calls(&world, token).await);
        let again = robot.revoke_token(StandardRevocableToken::AccessToken(token.clone())).unwrap();
        again.request_async(&world.http).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_with_a_secret_and_one_without_are_allowed_to_act_for_a_person_refresh_and_give_it_back() {
    let world = World::start().await;
    for client in [robot(&world), program(&world, DESK)] {
        let first = redeemed(&world, &client).await;
        assert_eq!(first.scopes(), Some(&vec![reading()]));
        assert!(calls(&world, first.access_token()).await);

        let request = client.exchange_refresh_token(first.refresh_token().unwrap());
        let second = request.request_async(&world.http).await.unwrap();
        let (old, new) = (first.refresh_token().unwrap(), second.refresh_token().unwrap());
        assert_ne!(old.secret(), new.secret(), "refresh tokens rotate");
        assert!(calls(&world, second.access_token()).await);
        // The successor is used, so whoever comes with the old one is found out, and everything of it ends.
        client.exchange_refresh_token(new).request_async(&world.http).await.unwrap();
        let stolen = client.exchange_refresh_token(old).request_async(&world.http).await;
        assert_eq!(wrong(stolen), BasicErrorResponseType::InvalidGrant);
        assert!(!calls(&world, second.access_token()).await);

        let third = redeemed(&world, &client).await;
        let refresh = third.refresh_token().unwrap();
        let request = client.revoke_token(StandardRevocableToken::RefreshToken(refresh.clone())).unwrap();
        request.request_async(&world.http).await.unwrap();
        assert!(!calls(&world, third.access_token()).await, "RFC 7009 §2.1: its access tokens end with it");
        let ended = client.exchange_refresh_token(refresh).request_async(&world.http).await;
        assert_eq!(wrong(ended), BasicErrorResponseType::InvalidGrant);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_comes_out_as_the_error_the_library_has_a_name_for() {
    let world = World::start().await;
    let http = &world.http;
    let robot = robot(&world);
    for way in [AuthType::BasicAuth, AuthType::RequestBody] {
        let thief = program(&world, "robot").set_client_secret(ClientSecret::new("guessed".to_owned()));
        let thief = thief.set_auth_type(way);
        let refused = thief.exchange_client_credentials().request_async(http).await;
        assert_eq!(wrong(refused), BasicErrorResponseType::InvalidClient);
    }
    let wide = robot.exchange_client_credentials().add_scope(Scope::new("manage:jira-configuration".into()));
    assert_eq!(wrong(wide.request_async(http).await), BasicErrorResponseType::InvalidScope);
    let elsewhere = robot.exchange_client_credentials().add_extra_param("resource", "https://other.example");
    let unknown = BasicErrorResponseType::Extension("invalid_target".to_owned());
    assert_eq!(wrong(elsewhere.request_async(http).await), unknown, "RFC 8707 §2");
    let (name, word) = (ResourceOwnerUsername::new("rosa".into()), ResourceOwnerPassword::new("word".into()));
    let password = robot.exchange_password(&name, &word).request_async(http).await;
    assert_eq!(wrong(password), BasicErrorResponseType::UnsupportedGrantType);

    let (given, _) = code(&world, &robot).await;
    let other = PkceCodeVerifier::new("a".repeat(43));
    let refused = robot.exchange_code(given).set_pkce_verifier(other).request_async(http).await;
    assert_eq!(wrong(refused), BasicErrorResponseType::InvalidGrant, "another program's verifier");
    let (given, verifier) = code(&world, &robot).await;
    let copy = PkceCodeVerifier::new(verifier.secret().clone());
    let first = robot.exchange_code(given.clone()).set_pkce_verifier(verifier);
    let first = first.request_async(http).await.unwrap();
    let second = robot.exchange_code(given).set_pkce_verifier(copy).request_async(http).await;
    assert_eq!(wrong(second), BasicErrorResponseType::InvalidGrant, "a code works once");
    assert!(!calls(&world, first.access_token()).await, "and ends what it gave");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_asks_wrongly_or_is_not_allowed_hears_it_where_it_wanted_the_browser_sent() {
    let world = World::start().await;
    let robot = robot(&world);
    let (url, state) = robot.authorize_url(CsrfToken::new_random).add_scope(reading()).url();
    let back = world.refused_at_once(&url).await;
    assert_eq!(back.get("error").as_deref(), Some("invalid_request"), "PKCE is wanted: {back:?}");
    assert_eq!(back.get("state").as_deref(), Some(state.secret().as_str()));

    let (challenge, _) = PkceCodeChallenge::new_random_sha256();
    let implicit = robot.authorize_url(CsrfToken::new_random).use_implicit_flow();
    let back = world.refused_at_once(&implicit.url().0).await;
    assert_eq!(back.get("error").as_deref(), Some("unsupported_response_type"));

    let (url, _) = robot.authorize_url(CsrfToken::new_random).set_pkce_challenge(challenge).url();
    let mut person = world.person().await;
    let back = super::Back::of(&person.decide(url.query().unwrap(), "deny").await);
    assert_eq!((back.get("error").as_deref(), back.get("code")), (Some("access_denied"), None));
}
