use std::time::Duration;

use http_body_util::BodyExt;
use types::Code;

use super::*;

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

fn id() -> RequestId {
    RequestId::new(ID.parse().unwrap())
}

async fn body(response: Response<Body>) -> Value {
    serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap()
}

#[tokio::test]
async fn a_refusal_speaks_the_shape_of_the_api_that_was_called() {
    let refusal = Refusal::new(Code::OperationNotPermitted, "Add \"deleteIssue\".");
    let jira = body(refuse(&refusal, id(), Shape::Jira, false)).await;
    let message = jira["errorMessages"][0].as_str().unwrap();
    assert!(
        message.contains("Add \"deleteIssue\".")
            && message.contains(ID)
            && message.contains("operation-not-permitted")
    );
    assert_eq!(jira["errors"], json!({}));

    let v1 = body(refuse(&refusal, id(), Shape::ConfluenceV1, false)).await;
    assert_eq!((v1["statusCode"].as_u64(), v1["message"].as_str()), (Some(403), Some(message)));

    let v2 = body(refuse(&refusal, id(), Shape::ConfluenceV2, false)).await;
    assert_eq!(v2["errors"][0]["code"], "OPERATION_NOT_PERMITTED");
    assert_eq!(v2["errors"][0]["status"], 403);

    let problem = refuse(&refusal, id(), Shape::Problem, false);
    assert_eq!(problem.headers()[header::CONTENT_TYPE], "application/problem+json");
    assert_eq!(body(problem).await["type"], "urn:ticketgate:refusal:operation-not-permitted");
}

#[tokio::test]
async fn a_refusal_names_itself_the_request_and_when_to_come_back() {
    let refusal = Refusal::from(Code::GatewayBusy).retry_after(Duration::from_millis(1_200));
    let response = refuse(&refusal, id(), Shape::Jira, true);
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()[REFUSAL], "gateway-busy");
    assert_eq!(response.headers()[REQUEST_ID], ID);
    assert_eq!(response.headers()[header::RETRY_AFTER], "2");
    assert!(response.into_body().collect().await.unwrap().to_bytes().is_empty(), "HEAD has no body");
}

#[test]
fn whoever_is_not_recognised_is_told_how_to_say_who_they_are() {
    let response = refuse(&Code::CredentialMissing.into(), id(), Shape::Jira, false);
    assert!(response.headers().get_all(header::WWW_AUTHENTICATE).iter().count() >= 1);
}

#[test]
fn the_shape_follows_the_path_and_the_wish() {
    for (path, shape) in [
        ("/rest/api/3/issue/X-1", Shape::Jira),
        ("/ex/jira/1/rest/api/3/myself", Shape::Jira),
        ("/wiki/rest/api/content", Shape::ConfluenceV1),
        ("/sites/demo/wiki/rest/api/content", Shape::ConfluenceV1),
        ("/ex/confluence/1/wiki/api/v2/pages", Shape::ConfluenceV2),
        ("/me", Shape::Jira),
        ("/rest/api/3/wiki/", Shape::Jira),
    ] {
        let request = http::Request::get(path);
        assert_eq!(Shape::of(&request.body(()).unwrap()), shape, "{path}");
        let wish = "application/json, application/problem+json";
        let request = http::Request::get(path).header(header::ACCEPT, wish);
        assert_eq!(Shape::of(&request.body(()).unwrap()), Shape::Problem, "{path}");
    }
}
