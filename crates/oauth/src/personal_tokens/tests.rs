use http::{HeaderName, Method, header};
use seal::proof;

use super::*;
use crate::trial::{GATEWAY, ROSA, Trial, basic, client, headers, near, new_client};
use crate::{Approach, CALL, Caller, ChangeError, Close, Issuer, RegisterError, Rotation, Sessions};
use types::{Code, Refusal};

const DAN: &str = "5b10ac8d82e05b22cc7d0002";

async fn served() -> (Trial, Sessions) {
    let trial = Trial::new().await;
    let sessions = serve(&trial);
    (trial, sessions)
}

fn serve(trial: &Trial) -> Sessions {
    let sessions = Sessions::new(trial.store.clone(), trial.clock.clone());
    let issuer = Issuer::new(Some(GATEWAY.to_owned()), false, "127.0.0.1:8080".parse().unwrap());
    trial.clients.serve_people(sessions.clone(), issuer);
    sessions
}

async fn made(trial: &Trial, account: &str, days: u32) -> (String, String) {
    let new = trial.clients.new_personal_token((account, "Rosa"), "laptop", days).await.unwrap();
    let id = new.row.id.clone();
    (trial.clients.keep_personal_token(new).await.unwrap().open().to_owned(), id)
}

fn code(result: Result<Caller, Refusal>) -> Code {
    result.unwrap_err().code()
}

#[tokio::test]
async fn a_personal_token_is_its_owner_as_bearer_and_as_any_users_password() {
    let (trial, _sessions) = served().await;
    let (token, _) = made(&trial, ROSA, 90).await;
    for authorization in [
        format!("Bearer {token}"),
        basic("rosa@example.com", &token),
        basic("", &token),
        basic("a b+c/\u{e4}", &token),
    ] {
        let caller = trial.authenticate(&authorization).await.unwrap();
        assert_eq!((caller.client(), caller.account()), (&client("people"), Some(ROSA)));
        assert_eq!(caller.grant().map(|grant| grant.is_of_person()), Some(true));
        assert!(token.ends_with(caller.credential().trim_start_matches("tgu_\u{2026}")));
        assert!(caller.scopes().is_none() && caller.sites().is_empty());
    }
    assert_eq!(code(trial.authenticate(&format!("DPoP {token}")).await), Code::ProofInvalid);
}

#[tokio::test]
async fn two_people_never_have_one_grant() {
    let (trial, _sessions) = served().await;
    let mut grants = Vec::new();
    for account in [ROSA, DAN] {
        let (token, _) = made(&trial, account, 90).await;
        for _ in 0..2 {
            let caller = trial.authenticate(&format!("Bearer {token}")).await.unwrap();
            grants.push(caller.grant().unwrap().clone());
        }
    }
    assert_eq!(grants[0], grants[1]);
    assert_eq!(grants[2], grants[3]);
    assert_ne!(grants[0], grants[2]);
}

#[tokio::test]
async fn where_nobody_signs_in_a_personal_token_is_nobodys() {
    let (mut trial, _sessions) = served().await;
    let (token, _) = made(&trial, ROSA, 90).await;
    trial.restart().await;
    assert_eq!(code(trial.authenticate(&format!("Bearer {token}")).await), Code::CredentialInvalid);
    serve(&trial);
    assert!(trial.authenticate(&format!("Bearer {token}")).await.is_ok(), "restarts do not matter");
}

#[tokio::test]
async fn a_token_that_was_ended_or_has_expired_is_refused_with_the_next_call() {
    let (trial, _sessions) = served().await;
    let (ended, id) = made(&trial, ROSA, 90).await;
    let (short, _) = made(&trial, ROSA, 1).await;
    let (other, _) = made(&trial, DAN, 90).await;
    let bearer = |token: &str| format!("Bearer {token}");
    for token in [&ended, &short, &other] {
        assert!(trial.authenticate(&bearer(token)).await.is_ok());
    }
    let stranger = trial.clients.end_personal_token(DAN, &id).await;
    assert!(matches!(stranger, Err(PersonalTokenError::Missing)));
    assert!(trial.authenticate(&bearer(&ended)).await.is_ok(), "it is not his to end");
    trial.clients.end_personal_token(ROSA, &id).await.unwrap();
    assert_eq!(code(trial.authenticate(&bearer(&ended)).await), Code::CredentialInvalid);
    trial.pass(24 * 3_600);
    assert_eq!(code(trial.authenticate(&bearer(&short)).await), Code::CredentialInvalid);
    assert!(trial.clients.personal_tokens_of(ROSA).await.unwrap().is_empty());
    assert!(trial.authenticate(&bearer(&other)).await.is_ok());
}

#[tokio::test]
async fn who_disconnects_takes_all_their_tokens_along_and_nobody_elses() {
    let (trial, _sessions) = served().await;
    let (one, _) = made(&trial, ROSA, 90).await;
    let (other, _) = made(&trial, ROSA, 30).await;
    let (dans, _) = made(&trial, DAN, 90).await;
    let bearer = |token: &str| format!("Bearer {token}");
    assert!(trial.authenticate(&bearer(&one)).await.is_ok());
    assert_eq!(trial.clients.end_personal_tokens_of(ROSA).await.unwrap(), 2);
    for token in [one, other] {
        assert_eq!(code(trial.authenticate(&bearer(&token)).await), Code::CredentialInvalid);
    }
    assert!(trial.authenticate(&bearer(&dans)).await.is_ok());
}

#[tokio::test]
async fn a_person_has_twenty_tokens_at_most_and_each_ends_within_a_year() {
    let (trial, _sessions) = served().await;
    let asked = async |label: &str, days| trial.clients.new_personal_token((ROSA, "Rosa"), label, days).await;
    for days in [0, 366] {
        assert!(matches!(asked("x", days).await, Err(PersonalTokenError::Days)));
    }
    for label in ["", "  ", "a\nb", &"x".repeat(61)] {
        assert!(matches!(asked(label, 90).await, Err(PersonalTokenError::Label)), "{label:?}");
    }
    let before = asked("made too early", 365).await.unwrap();
    assert_eq!(before.expires_at(), trial.clock.now() + jiff::SignedDuration::from_hours(365 * 24));
    for _ in 0..20 {
        made(&trial, ROSA, 90).await;
    }
    assert!(matches!(asked("one more", 90).await, Err(PersonalTokenError::TooMany)));
    let late = trial.clients.keep_personal_token(before).await;
    assert!(matches!(late, Err(PersonalTokenError::TooMany)), "whoever was quicker counts");
}

#[tokio::test]
async fn the_last_use_is_written_down_now_and_then() {
    let (trial, _sessions) = served().await;
    let (token, id) = made(&trial, ROSA, 90).await;
    trial.pass(60);
    trial.authenticate(&format!("Bearer {token}")).await.unwrap();
    assert_eq!(trial.clients.personal_token_of(ROSA, &id).await.unwrap().used_at, None, "not with each call");
    trial.clients.tend().await.unwrap();
    let used = trial.clients.personal_token_of(ROSA, &id).await.unwrap().used_at;
    assert_eq!(used, Some(trial.clock.now()));
}

#[tokio::test]
async fn a_personal_token_is_no_access_token_and_buys_none() {
    let (trial, _sessions) = served().await;
    let secret = trial.register("a", None).await;
    let (token, _) = made(&trial, ROSA, 90).await;
    trial.authenticate(&format!("Bearer {token}")).await.unwrap();
    let told = trial.token("people", &token, "grant_type=client_credentials").await;
    assert_eq!(told.status(), 401);
    assert!(trial.clients.access_token(&token).await.unwrap().is_none());
    assert!(trial.authenticate(&basic("people", &secret)).await.unwrap().account().is_none());
}

#[tokio::test]
async fn nobody_can_be_registered_as_people_nor_change_them() {
    let (trial, _sessions) = served().await;
    let refused = trial.clients.register(new_client("people", None)).await;
    assert!(matches!(refused, Err(RegisterError::BuiltIn(_))));
    let refused = trial.clients.register_without_secret(new_client("people", None)).await;
    assert!(matches!(refused, Err(RegisterError::BuiltIn(_))));
    let rotation = Rotation { overlap: Duration::ZERO, silent_for: None };
    let people = client("people");
    assert!(matches!(trial.clients.rotate(&people, rotation).await, Err(ChangeError::BuiltIn(_))));
    let closed = trial.clients.close_secret(&people, "x", Close::Revoke).await;
    assert!(matches!(closed, Err(ChangeError::BuiltIn(_))));
}

#[tokio::test]
async fn a_program_that_had_the_id_before_is_shut_out_with_its_tokens() {
    let mut trial = Trial::new().await;
    let secret = trial.register("early", None).await;
    let token = trial.access_token("early", &secret).await;
    // As an older version could have kept it.
    let mut row = trial.store.clients().get(&client("early")).await.unwrap().unwrap();
    row.id = client("people");
    let mut own = trial.store.client_secrets().list_for(&client("early")).await.unwrap().remove(0);
    let minted = token::mint(Kind::ClientSecret, [7; 32]);
    (own.id, own.client, own.digest) = ("old".to_owned(), client("people"), *minted.digest.as_bytes());
    trial.store.clients().insert_with_secret(&row, &own).await.unwrap();
    trial.restart().await;
    let old = basic("people", minted.text.open());
    assert!(trial.authenticate(&old).await.is_ok(), "where nobody signs in it is a client as others are");
    let bought = trial.access_token("people", minted.text.open()).await;
    serve(&trial);
    assert_eq!(code(trial.authenticate(&old).await), Code::CredentialInvalid);
    assert_eq!(code(trial.authenticate(&format!("Bearer {bought}")).await), Code::CredentialInvalid);
    assert!(trial.authenticate(&format!("Bearer {token}")).await.is_ok());
}

/// A call from a page: what a browser would send, and what a test changes about it.
async fn from_page(
    trial: &Trial,
    method: Method,
    host: &str,
    sent: &[(HeaderName, &str)],
) -> Result<Caller, Code> {
    let mut headers = headers(sent);
    headers.insert(header::HOST, host.parse().unwrap());
    let approach = Approach { method: &method, ..near(&headers) };
    trial.clients.authenticate(approach).await.map_err(|away| away.refusal().code())
}

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const CSRF: HeaderName = HeaderName::from_static(crate::CSRF_HEADER);
const HOST: &str = "gateway.example";

async fn signed_in(sessions: &Sessions) -> (String, String) {
    let cookie = sessions.open(ROSA, "Rosa").await.unwrap();
    let session = sessions.of(cookie.open()).await.unwrap().unwrap();
    (format!("__Host-ticketgate={}", cookie.open()), proof::form(session.digest(), CALL))
}

#[tokio::test]
async fn a_page_of_the_gateways_own_calls_for_whoever_is_signed_in() {
    let (trial, sessions) = served().await;
    let (cookie, csrf) = signed_in(&sessions).await;
    let cookie = (header::COOKIE, cookie.as_str());
    let own = (SITE, "same-origin");
    let caller = from_page(&trial, Method::GET, HOST, &[cookie.clone(), own.clone()]).await.unwrap();
    assert_eq!((caller.client(), caller.account()), (&client("people"), Some(ROSA)));
    assert!(caller.credential().starts_with("tgw_\u{2026}"));
    let old_browser = [cookie.clone(), (header::ORIGIN, GATEWAY)];
    assert!(from_page(&trial, Method::GET, HOST, &old_browser).await.is_ok());
    let changing = [cookie, own, (CSRF, csrf.as_str())];
    assert!(from_page(&trial, Method::POST, HOST, &changing).await.is_ok());
}

#[tokio::test]
async fn nothing_but_a_page_of_the_gateways_own_calls_with_a_session() {
    let (trial, sessions) = served().await;
    let (cookie, csrf) = signed_in(&sessions).await;
    let cookie = (header::COOKIE, cookie.as_str());
    for other in ["cross-site", "same-site", "none", ""] {
        let sent = [cookie.clone(), (SITE, other), (CSRF, csrf.as_str())];
        for method in [Method::GET, Method::POST] {
            assert_eq!(from_page(&trial, method, HOST, &sent).await.unwrap_err(), Code::CrossSiteRequest);
        }
    }
    let evil = (header::ORIGIN, "https://evil.example");
    for sent in [
        vec![cookie.clone()],
        vec![cookie.clone(), evil.clone()],
        vec![cookie.clone(), (SITE, "same-origin"), evil],
    ] {
        assert_eq!(from_page(&trial, Method::GET, HOST, &sent).await.unwrap_err(), Code::CrossSiteRequest);
    }
    let own = (SITE, "same-origin");
    for host in ["evil.example", "127.0.0.1:8080", ""] {
        let refused = from_page(&trial, Method::GET, host, &[cookie.clone(), own.clone()]).await;
        assert_eq!(refused.unwrap_err(), Code::CrossSiteRequest, "{host}");
    }
}

#[tokio::test]
async fn over_http_2_the_name_it_is_called_by_is_that_of_the_target() {
    let (trial, sessions) = served().await;
    let (cookie, _) = signed_in(&sessions).await;
    let headers = headers(&[(header::COOKIE, cookie.as_str()), (SITE, "same-origin"), (header::HOST, HOST)]);
    for (authority, good) in [(HOST, true), ("evil.example", false)] {
        let approach = Approach { method: &Method::GET, authority: Some(authority), ..near(&headers) };
        assert_eq!(trial.clients.authenticate(approach).await.is_ok(), good, "{authority}");
    }
}

#[tokio::test]
async fn what_changes_something_carries_what_only_a_page_of_the_session_knows() {
    let (trial, sessions) = served().await;
    let (cookie, csrf) = signed_in(&sessions).await;
    let (_, of_another) = signed_in(&sessions).await;
    let session = sessions.of(cookie.split_once('=').unwrap().1).await.unwrap().unwrap();
    let of_a_form = proof::form(session.digest(), "sign out");
    let base = [(header::COOKIE, cookie.as_str()), (SITE, "same-origin")];
    for carried in [vec![], vec![""], vec![of_another.as_str()], vec![&of_a_form], vec![&csrf, &csrf]] {
        let mut sent = base.to_vec();
        sent.extend(carried.into_iter().map(|proof| (CSRF, proof)));
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
            assert_eq!(from_page(&trial, method, HOST, &sent).await.unwrap_err(), Code::CrossSiteRequest);
        }
        assert!(from_page(&trial, Method::GET, HOST, &sent).await.is_ok());
    }
}

#[tokio::test]
async fn who_signs_out_calls_nothing_more_and_within_a_second_nowhere() {
    let (trial, sessions) = served().await;
    let (cookie, _) = signed_in(&sessions).await;
    let text = cookie.split_once('=').unwrap().1.to_owned();
    let sent = [(header::COOKIE, cookie.as_str()), (SITE, "same-origin")];
    assert!(from_page(&trial, Method::GET, HOST, &sent).await.is_ok());
    // Elsewhere: another process over the same store.
    let elsewhere = Sessions::new(trial.store.clone(), trial.clock.clone());
    let session = elsewhere.of(&text).await.unwrap().unwrap();
    elsewhere.close(&session).await.unwrap();
    assert!(from_page(&trial, Method::GET, HOST, &sent).await.is_ok(), "not every call asks the store");
    trial.pass(1);
    assert_eq!(from_page(&trial, Method::GET, HOST, &sent).await.unwrap_err(), Code::CredentialInvalid);

    let (cookie, _) = signed_in(&sessions).await;
    let sent = [(header::COOKIE, cookie.as_str()), (SITE, "same-origin")];
    assert!(from_page(&trial, Method::GET, HOST, &sent).await.is_ok());
    let session = sessions.of(cookie.split_once('=').unwrap().1).await.unwrap().unwrap();
    sessions.close(&session).await.unwrap();
    assert_eq!(from_page(&trial, Method::GET, HOST, &sent).await.unwrap_err(), Code::CredentialInvalid);
}

#[tokio::test]
async fn a_credential_that_is_sent_wins_over_the_cookie_even_if_it_is_wrong() {
    let (trial, sessions) = served().await;
    let (cookie, _) = signed_in(&sessions).await;
    let secret = trial.register("a", None).await;
    let right = basic("a", &secret);
    let with = |authorization: &str| {
        vec![
            (header::COOKIE, cookie.clone()),
            (SITE, "same-origin".to_owned()),
            (header::AUTHORIZATION, authorization.to_owned()),
        ]
    };
    let ask = async |sent: Vec<(HeaderName, String)>| {
        let sent: Vec<_> = sent.iter().map(|(name, value)| (name.clone(), value.as_str())).collect();
        from_page(&trial, Method::GET, HOST, &sent).await
    };
    assert_eq!(ask(with(&right)).await.unwrap().client(), &client("a"));
    assert_eq!(ask(with("Bearer nonsense")).await.unwrap_err(), Code::CredentialInvalid);
}

#[tokio::test]
async fn where_nobody_signs_in_a_cookie_is_nothing() {
    let trial = Trial::new().await;
    let sessions = Sessions::new(trial.store.clone(), trial.clock.clone());
    let (cookie, _) = signed_in(&sessions).await;
    let sent = [(header::COOKIE, cookie.as_str()), (SITE, "same-origin")];
    assert_eq!(from_page(&trial, Method::GET, HOST, &sent).await.unwrap_err(), Code::CredentialMissing);
}
