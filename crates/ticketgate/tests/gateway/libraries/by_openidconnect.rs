//! The crate `openidconnect`, with a server that is an authorization server and no OpenID provider: it says who may call,
//! not who somebody is, and issues no ID tokens.

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientRegistrationRequest, CoreIdToken, CoreIdTokenVerifier,
    CoreJsonWebKeySet, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreRegisterErrorResponseType,
    CoreRevocableToken,
};
use openidconnect::registration::{ClientRegistrationError, EmptyAdditionalClientMetadata};
use openidconnect::{
    AccessToken, AuthUrl, AuthorizationCode, ClaimsVerificationError, ClientId, ClientName, ClientSecret,
    CsrfToken, DiscoveryError, EndpointNotSet, EndpointSet, IntrospectionUrl, IssuerUrl, JsonWebKeySetUrl,
    JsonWebTokenType, LocalizedClaim, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, RedirectUrl,
    RegistrationUrl, RevocationUrl, Scope, SignatureVerificationError, TokenIntrospectionResponse as _,
    TokenResponse as _, TokenUrl,
};

use super::{BACK, DESK, World};

type Client = CoreClient<EndpointSet, EndpointNotSet, EndpointSet, EndpointSet, EndpointSet, EndpointNotSet>;

fn issuer(world: &World) -> IssuerUrl {
    IssuerUrl::new(world.told("issuer")).unwrap()
}

async fn keys(world: &World) -> CoreJsonWebKeySet {
    let url = JsonWebKeySetUrl::new(world.told("jwks_uri")).unwrap();
    CoreJsonWebKeySet::fetch_async(&url, &world.http).await.unwrap()
}

/// A program made by hand, for want of OpenID metadata.
async fn program(world: &World, id: &str) -> Client {
    CoreClient::new(ClientId::new(id.to_owned()), issuer(world), keys(world).await)
        .set_auth_uri(AuthUrl::new(world.told("authorization_endpoint")).unwrap())
        .set_token_uri(TokenUrl::new(world.told("token_endpoint")).unwrap())
        .set_introspection_url(IntrospectionUrl::new(world.told("introspection_endpoint")).unwrap())
        .set_revocation_url(RevocationUrl::new(world.told("revocation_endpoint")).unwrap())
        .set_redirect_uri(RedirectUrl::new(BACK.to_owned()).unwrap())
}

async fn robot(world: &World) -> Client {
    let secret = ClientSecret::new(world.served.secret.trim().to_owned());
    program(world, "robot").await.set_client_secret(secret)
}

fn reading() -> Scope {
    Scope::new("read:jira-work".to_owned())
}

async fn calls(world: &World, token: &AccessToken) -> bool {
    world.issue(token.secret()).await.status == 200
}

#[tokio::test(flavor = "multi_thread")]
async fn it_walks_the_whole_way_with_a_server_that_issues_no_id_tokens() {
    let world = World::start().await;
    for client in [robot(&world).await, program(&world, DESK).await] {
        let client = client.disable_openid_scope();
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let request = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        let (url, state, _) = request.add_scope(reading()).set_pkce_challenge(challenge).url();
        let back = world.allow(&url).await;
        assert_eq!(back.get("state").as_deref(), Some(state.secret().as_str()));
        let request = client.exchange_code(AuthorizationCode::new(back.get("code").unwrap()));
        let first = request.set_pkce_verifier(verifier).request_async(&world.http).await.unwrap();
        assert!(first.id_token().is_none());
        assert!(calls(&world, first.access_token()).await);

        let request = client.exchange_refresh_token(first.refresh_token().unwrap());
        let second = request.request_async(&world.http).await.unwrap();
        assert_ne!(
            first.refresh_token().unwrap().secret(),
            second.refresh_token().unwrap().secret(),
            "refresh tokens rotate"
        );
        let request = CoreRevocableToken::RefreshToken(second.refresh_token().unwrap().clone());
        client.revoke_token(request).unwrap().request_async(&world.http).await.unwrap();
        assert!(!calls(&world, second.access_token()).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_fetches_looks_at_and_revokes_a_programs_own_token() {
    let world = World::start().await;
    let robot = robot(&world).await;
    let request = robot.exchange_client_credentials().add_scope(reading());
    let answer = request.request_async(&world.http).await.unwrap();
    let token = answer.access_token();
    assert!(calls(&world, token).await);
    let told = robot.introspect(token).request_async(&world.http).await.unwrap();
    assert!(told.active() && told.scopes() == Some(&vec![reading()]));
    let request = robot.revoke_token(CoreRevocableToken::AccessToken(token.clone())).unwrap();
    request.request_async(&world.http).await.unwrap();
    assert!(!robot.introspect(token).request_async(&world.http).await.unwrap().active());
    assert!(!calls(&world, token).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_that_there_is_no_openid_provider_rather_than_half_a_one() {
    let world = World::start().await;
    let outcome = CoreProviderMetadata::discover_async(issuer(&world), &world.http).await;
    assert!(matches!(&outcome, Err(DiscoveryError::Response(status, ..)) if *status == 404), "{outcome:?}");

    // Asked for an ID token, the gateway says no at once; a program would otherwise wait for one until it is in use.
    let robot = robot(&world).await;
    let (challenge, _) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let request = robot.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
    let (url, ..) = request.set_pkce_challenge(challenge).url();
    let back = world.refused_at_once(&url).await;
    assert_eq!(back.get("error").as_deref(), Some("invalid_scope"), "{back:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn our_jwts_pass_its_whole_verification_and_fail_it_for_another_issuer_resource_or_key() {
    let world = World::start().await;
    for (form, algorithm) in
        [("jwt", CoreJwsSigningAlgorithm::EdDsa), ("jwt-es256", CoreJwsSigningAlgorithm::EcdsaP256Sha256)]
    {
        world.served.command(&["client", "describe", "robot", "--token-form", form]);
        let robot = robot(&world).await;
        let answer = robot.exchange_client_credentials().request_async(&world.http).await.unwrap();
        let text = answer.access_token().secret();
        let token: CoreIdToken = text.parse().unwrap();
        assert_eq!(token.signing_alg().unwrap(), &algorithm);

        // A resource server: it looks for itself in `aud`, and for the type of RFC 9068.
        let verifier = |resource: &str, issuer: IssuerUrl, keys: CoreJsonWebKeySet| {
            CoreIdTokenVerifier::new_public_client(ClientId::new(resource.to_owned()), issuer, keys)
                .set_allowed_algs([algorithm.clone()])
                .set_allowed_jose_types([JsonWebTokenType::new("at+jwt".to_owned()).normalize().unwrap()])
                .set_other_audience_verifier_fn(|_| true)
        };
        let here = world.told("issuer");
        let keys = keys(&world).await;
        let ours = verifier(&here, issuer(&world), keys.clone());
        let claims = token.claims(&ours, |_: Option<&Nonce>| Ok(())).unwrap();
        assert_eq!(claims.subject().as_str(), "robot");

        let outcome = |verifier: &CoreIdTokenVerifier<'_>, token: &CoreIdToken| {
            token.claims(verifier, |_: Option<&Nonce>| Ok(())).map(drop).unwrap_err()
        };
        let elsewhere = verifier("https://other.example", issuer(&world), keys.clone());
        assert!(matches!(outcome(&elsewhere, &token), ClaimsVerificationError::InvalidAudience(_)));
        let another = IssuerUrl::new("https://other.example".to_owned()).unwrap();
        let another = verifier(&here, another, keys.clone());
        assert!(matches!(outcome(&another, &token), ClaimsVerificationError::InvalidIssuer(_)));
        let wrong = ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey);
        let keyless = verifier(&here, issuer(&world), CoreJsonWebKeySet::default());
        assert_eq!(outcome(&keyless, &token), wrong);
        let edited: CoreIdToken = edited(text).parse().unwrap();
        let broken = outcome(&ours, &edited);
        assert!(matches!(broken, ClaimsVerificationError::SignatureVerification(_)), "{broken}");

        let bearer = AccessToken::new(text.clone());
        assert!(calls(&world, &bearer).await);
    }
}

/// The same token with another signature.
fn edited(token: &str) -> String {
    let (rest, signature) = token.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    format!("{rest}.{first}{}", signature.get(1..).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn it_registers_a_program_that_can_do_nothing_until_an_operator_says_so() {
    use std::os::unix::fs::PermissionsExt as _;
    const INITIAL: &str = "0123456789abcdef0123456789abcdef";
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("registration.token");
    std::fs::write(&file, INITIAL).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let world = World::with(&format!("[registration]\ntoken_file = {file:?}\n")).await;
    let endpoint = RegistrationUrl::new(world.told("registration_endpoint")).unwrap();

    let back = RedirectUrl::new(BACK.to_owned()).unwrap();
    let name = LocalizedClaim::from(ClientName::new("Desk".to_owned()));
    let request = CoreClientRegistrationRequest::new(vec![back.clone()], EmptyAdditionalClientMetadata {})
        .set_client_name(Some(name));
    let stranger = request.register_async(&endpoint, &world.http).await;
    assert!(matches!(&stranger, Err(ClientRegistrationError::Response(status, ..)) if *status == 401));
    let request = request.set_initial_access_token(Some(AccessToken::new(INITIAL.to_owned())));
    let made = request.register_async(&endpoint, &world.http).await.unwrap();
    assert_eq!(made.redirect_uris(), &vec![back]);
    let secret = made.client_secret().unwrap().clone();
    assert!(made.client_secret_expires_at().is_some());

    let client = program(&world, made.client_id()).await.set_client_secret(secret);
    let answer = client.exchange_client_credentials().request_async(&world.http).await.unwrap();
    let said = world.issue(answer.access_token().secret()).await;
    assert_eq!(said.refusal(), Some("no-manifest"));

    let inward = RedirectUrl::new("http://client.example/back".to_owned()).unwrap();
    let request = CoreClientRegistrationRequest::new(vec![inward], EmptyAdditionalClientMetadata {})
        .set_initial_access_token(Some(AccessToken::new(INITIAL.to_owned())));
    match request.register_async(&endpoint, &world.http).await {
        Err(ClientRegistrationError::ServerResponse(said)) => {
            assert_eq!(said.error(), &CoreRegisterErrorResponseType::InvalidRedirectUri);
        }
        other => panic!("{other:?}"),
    }
}
