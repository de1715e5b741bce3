use super::*;

#[test]
fn an_app_that_is_not_installed_is_known_in_either_shape_and_nothing_else_is() {
    for (body, said) in [
        (r#"{"code":403,"message":"The app is not installed on this instance"}"#, true),
        (r#"{"errorMessages":["The app is not installed on this instance."]}"#, true),
        (r#"{"code":404,"message":"The app is not installed on this instance"}"#, false),
        (r#"{"code":403,"message":"Forbidden"}"#, false),
        (r#"{"errorMessages":["You may not."],"errors":{}}"#, false),
        ("<html>The app is not installed on this instance", false),
    ] {
        assert_eq!(says_not_installed(body.as_bytes()), said, "{body}");
    }
}

#[test]
fn only_the_gateways_own_words_are_about_the_credential() {
    for (body, verdict) in [
        (r#"{"code":401,"message":"Unauthorized"}"#, Verdict::Credential),
        (r#"{"code":401,"message":"Unauthorized; scope does not match"}"#, Verdict::Scope),
        (r#"{"errorMessages":["You are not authenticated."],"errors":{}}"#, Verdict::Product),
        (r#"{"statusCode":401,"message":"No"}"#, Verdict::Product),
        ("<html>", Verdict::Product),
    ] {
        assert_eq!(Verdict::of(&of_type("application/json"), body.as_bytes()), verdict, "{body}");
        assert_eq!(Verdict::of(&of_type("text/html"), body.as_bytes()), Verdict::Product, "{body}");
    }
}

fn of_type(kind: &str) -> Parts {
    let response = http::Response::builder().status(401).header(http::header::CONTENT_TYPE, kind).body(());
    response.unwrap().into_parts().0
}
