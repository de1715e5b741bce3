use super::*;

fn seen(status: u16, headers: &[(&'static str, &str)], body: &str) -> Seen {
    let headers = headers.iter().map(|(name, value)| {
        (http::HeaderName::from_static(name), http::HeaderValue::from_str(value).unwrap())
    });
    read(StatusCode::from_u16(status).unwrap(), &headers.collect(), body.as_bytes())
}

#[test]
fn who_the_account_is_reads_alike_on_cloud_data_center_and_confluence() {
    let account = |id: &str| Seen::Account { id: id.to_owned(), name: "Rosa".to_owned() };
    assert_eq!(seen(200, &[], r#"{"accountId":"557058:a","displayName":"Rosa"}"#), account("557058:a"));
    assert_eq!(
        seen(200, &[("x-ausername", "rosa")], r#"{"key":"rosa","displayName":"Rosa"}"#),
        account("rosa")
    );
    let confluence = r#"{"type":"known","userKey":"ff80","displayName":"Rosa"}"#;
    assert_eq!(seen(200, &[], confluence), account("ff80"));
}

#[test]
fn a_scope_that_is_missing_is_not_a_wrong_credential() {
    assert_eq!(
        seen(401, &[], r#"{"code":401,"message":"Unauthorized; scope does not match"}"#),
        Seen::ScopeMissing
    );
    assert_eq!(seen(401, &[], r#"{"code":401,"message":"Unauthorized"}"#), Seen::Unknown);
    assert_eq!(seen(401, &[], "<html>HTTP Status 401</html>"), Seen::Unknown);
}

#[test]
fn a_401_of_jira_itself_without_a_failed_login_is_about_the_account_and_not_about_the_credential() {
    let jira = r#"{"errorMessages":["Client must be authenticated to access this resource."],"errors":{}}"#;
    assert_eq!(seen(401, &[], jira), Seen::Outsider);
    assert_eq!(seen(401, &[("x-seraph-loginreason", "AUTHENTICATED_FAILED")], jira), Seen::Anonymous);
}

#[test]
fn being_taken_for_nobody_is_noticed_whatever_the_status() {
    let failed = ("x-seraph-loginreason", "AUTHENTICATED_FAILED");
    assert_eq!(seen(200, &[failed], "[]"), Seen::Anonymous);
    assert_eq!(seen(200, &[failed], r#"{"accountId":"x"}"#), Seen::Anonymous);
    assert_eq!(seen(401, &[failed], ""), Seen::Anonymous);
    assert_eq!(seen(403, &[failed], ""), Seen::Anonymous);
    assert_eq!(seen(200, &[("x-ausername", "anonymous")], "{}"), Seen::Anonymous);
    assert_eq!(seen(200, &[], r#"{"type":"anonymous","displayName":"Anonymous"}"#), Seen::Anonymous);
}

#[test]
fn a_site_the_app_is_not_at_differs_from_one_that_forbids() {
    let text = r#"{"code":403,"message":"The app is not installed on this instance"}"#;
    assert_eq!(seen(403, &[], text), Seen::NotHere);
    assert_eq!(seen(403, &[], r#"{"errorMessages":["no"]}"#), Seen::Forbidden);
    assert_eq!(seen(404, &[], ""), Seen::NotHere);
}

#[test]
fn trouble_is_not_taken_for_a_verdict() {
    assert_eq!(seen(503, &[], "<html>"), Seen::Busy(503));
    assert_eq!(seen(429, &[], ""), Seen::Busy(429));
    assert_eq!(seen(302, &[], ""), Seen::Odd(302));
    assert_eq!(seen(200, &[], "<html>welcome</html>"), Seen::Odd(200));
}
