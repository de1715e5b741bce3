use proptest::prelude::*;

use super::*;

fn answer(status: u16, body: &str) -> PairAnswer {
    let sent = Secret::new("rt-old".to_owned());
    read(
        StatusCode::from_u16(status).unwrap(),
        &HeaderMap::new(),
        body.as_bytes(),
        (Timestamp::UNIX_EPOCH, Some(&sent)),
    )
}

fn pair(body: &str) -> Pair {
    match answer(200, body) {
        PairAnswer::Pair(pair, _) => pair,
        other => panic!("no pair: {other:?}"),
    }
}

#[test]
fn a_pair_is_taken_with_its_life_and_scopes() {
    let pair = pair(
        r#"{"access_token":"at","refresh_token":"rt","expires_in":3600,"scope":"read:me offline_access","token_type":"Bearer"}"#,
    );
    assert_eq!(pair.access.unwrap().open(), "at");
    assert_eq!(pair.refresh.open(), "rt");
    assert_eq!(pair.life, Duration::from_secs(3_600));
    assert_eq!(pair.scopes, ["read:me", "offline_access"]);
}

#[test]
fn an_answer_without_a_refresh_token_keeps_the_old_one() {
    let pair = pair(r#"{"access_token":"at","expires_in":3600,"token_type":"Bearer"}"#);
    assert_eq!(pair.refresh.open(), "rt-old");
}

#[test]
fn a_new_refresh_token_is_kept_whatever_is_wrong_with_the_access_token_beside_it() {
    for wrong in [
        r#"{"access_token":"at","refresh_token":"rt","expires_in":-5}"#,
        r#"{"access_token":"at","refresh_token":"rt","expires_in":"soon"}"#,
        r#"{"access_token":"at","refresh_token":"rt","token_type":"mac"}"#,
        r#"{"access_token":"a t\n","refresh_token":"rt","expires_in":3600}"#,
        r#"{"refresh_token":"rt"}"#,
    ] {
        let pair = pair(wrong);
        assert_eq!(pair.refresh.open(), "rt", "{wrong}");
        assert!(pair.access.is_none(), "{wrong}");
    }
}

#[test]
fn only_a_word_about_the_token_itself_ends_it() {
    for (status, body) in [
        (403, r#"{"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}"#),
        (403, r#"{"error":"unauthorized_client","error_description":"refresh_token is invalid"}"#),
        (400, r#"{"error":"invalid_grant"}"#),
        (401, r#"{"error":"invalid_grant"}"#),
    ] {
        assert!(matches!(answer(status, body), PairAnswer::Refused), "{status} {body}");
    }
    for (status, body) in [
        (401, r#"{"error":"access_denied","error_description":"Unauthorized"}"#),
        (401, r#"{"error":"invalid_client"}"#),
        (403, r#"{"error":"unauthorized_client","error_description":"Client is not allowed"}"#),
    ] {
        assert!(matches!(answer(status, body), PairAnswer::AppRefused(_)), "{status} {body}");
    }
    for (status, body) in [
        (500, r#"{"error":"invalid_grant"}"#),
        (200, r#"{"error":"invalid_grant"}"#),
        (429, r#"{"error":"invalid_grant"}"#),
        (403, "<html>no</html>"),
        (403, r#"{"error":"temporarily_unavailable"}"#),
        (200, r#"{"access_token":"at","refresh_tok"#),
        (200, "[]"),
        (200, "{}"),
        (204, ""),
        (502, "{}"),
        (302, r#"{"access_token":"at","refresh_token":"rt"}"#),
    ] {
        assert!(matches!(answer(status, body), PairAnswer::Unavailable { .. }), "{status} {body}");
    }
}

proptest! {
    #[test]
    fn whatever_comes_is_read_without_a_word_of_it_ending_the_family_unless_it_is_an_oauth_error(
        status in 100_u16..600, body in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let status = StatusCode::from_u16(status).unwrap();
        let read = read(status, &HeaderMap::new(), &body, (Timestamp::UNIX_EPOCH, None));
        prop_assert!(!matches!(read, PairAnswer::Refused | PairAnswer::AppRefused(_)));
    }
}
