use super::*;

fn answer(status: u16, body: &str) -> TokenAnswer {
    read(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body.as_bytes())
}

fn life_of(expires_in: &str) -> Option<Duration> {
    let body = format!(r#"{{"access_token":"t","token_type":"Bearer","expires_in":{expires_in}}}"#);
    match answer(200, &body) {
        TokenAnswer::Token { life, .. } => Some(life),
        _ => None,
    }
}

#[test]
fn a_token_is_taken_with_the_life_it_claims() {
    let body =
        r#"{"access_token":"abc.def","token_type":"bearer","expires_in":3600,"scope":"read:jira-work"}"#;
    let TokenAnswer::Token { authorization, life } = answer(200, body) else { panic!("a token") };
    assert_eq!(authorization, "Bearer abc.def");
    assert!(authorization.is_sensitive());
    assert_eq!(life, Duration::from_secs(3_600));
}

#[test]
fn odd_lives_are_bounded_and_dead_ones_refused() {
    assert_eq!(life_of("\"120\""), Some(Duration::from_secs(120)));
    assert_eq!(life_of("59.5"), Some(Duration::from_millis(59_500)));
    for huge in ["1e300", "99999999999999999999", "9223372036854775807"] {
        assert_eq!(life_of(huge), Some(LONGEST_LIFE), "{huge}");
    }
    for dead in ["0", "-1", "-1e300", "0.2", "\"soon\"", "\"NaN\"", "[]", "true"] {
        assert_eq!(life_of(dead), None, "{dead}");
    }
    assert!(matches!(answer(200, r#"{"access_token":"t"}"#), TokenAnswer::Token { life: UNSAID, .. }));
}

#[test]
fn only_an_error_about_the_credential_is_a_rejection() {
    for (status, error) in [
        (401, "invalid_client"),
        (400, "invalid_grant"),
        (403, "unauthorized_client"),
        (401, "access_denied"),
    ] {
        let body = format!(r#"{{"error":"{error}","error_description":"Unauthorized"}}"#);
        assert!(matches!(answer(status, &body), TokenAnswer::Rejected(known) if known == error));
    }
    assert!(matches!(answer(200, r#"{"error":"invalid_client"}"#), TokenAnswer::Rejected(_)));
}

#[test]
fn everything_else_is_only_unavailable() {
    for (status, body) in [
        (500, r#"{"error":"invalid_client"}"#),
        (503, "<html>down for maintenance</html>"),
        (401, "<html>401</html>"),
        (403, ""),
        (429, r#"{"error":"invalid_client"}"#),
        (400, r#"{"error":"invalid_request"}"#),
        (200, r#"{"error":"something else"}"#),
        (200, "<!doctype html><p>sign in</p>"),
        (200, r#"{"access_token":"abc","token_ty"#),
        (200, "{}"),
        (200, "null"),
        (200, r#"{"access_token":"a","token_type":"DPoP"}"#),
        (200, r#"{"access_token":"a b"}"#),
        (200, r#"{"access_token":""}"#),
        (200, r#"{"access_token":"a\r\nX-Evil: 1"}"#),
        (201, r#"{"access_token":"a","token_type":"Bearer"}"#),
        (302, r#"{"access_token":"a","token_type":"Bearer"}"#),
    ] {
        assert!(matches!(answer(status, body), TokenAnswer::Unavailable { .. }), "{status} {body}");
    }
    let long = format!(r#"{{"access_token":"{}"}}"#, "a".repeat(LONGEST_TOKEN + 1));
    assert!(matches!(answer(200, &long), TokenAnswer::Unavailable { .. }));
}

#[test]
fn an_answer_is_never_printed_with_its_token() {
    let printed = format!("{:?}", answer(200, r#"{"access_token":"hidden-word","token_type":"Bearer"}"#));
    assert!(!printed.contains("hidden-word"), "{printed}");
    let TokenAnswer::Unavailable { why, .. } = answer(500, r#"{"error":"\u001b[31m\n<script>"}"#) else {
        panic!("unavailable")
    };
    assert!(why.chars().all(|c| !c.is_control() && c != '<'), "{why}");
}

#[test]
fn when_to_ask_again_is_read_from_the_answer() {
    let mut headers = HeaderMap::new();
    headers.insert(header::RETRY_AFTER, HeaderValue::from_static("17"));
    let answer = read(StatusCode::SERVICE_UNAVAILABLE, &headers, b"");
    assert!(matches!(answer, TokenAnswer::Unavailable { after: Some(after), .. } if after.as_secs() == 17));
}
