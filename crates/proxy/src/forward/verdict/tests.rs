use super::*;

#[test]
fn only_the_gateways_own_words_are_about_the_credential() {
    for (body, verdict) in [
        (r#"{"code":401,"message":"Unauthorized"}"#, Verdict::Credential),
        (r#"{"code":401,"message":"Unauthorized; scope does not match"}"#, Verdict::Scope),
        (r#"{"errorMessages":["You are not authenticated."],"errors":{}}"#, Verdict::Product),
        (r#"{"statusCode":401,"message":"No"}"#, Verdict::Product),
        ("<html>", Verdict::Product),
    ] {
        assert_eq!(Verdict::of(&Bytes::from_static(body.as_bytes())), verdict, "{body}");
    }
}
