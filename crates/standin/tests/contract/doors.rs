//! Who is let in, and how the others are told, where the documents are silent.

use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::Full;
use serde_json::{Value, json};
use standin::{Settings, Standin};

use crate::clerk::{basic, exchange, text};

async fn standin() -> Standin {
    let clock = clock::Clock::system().expect("the machine has randomness");
    Standin::start(Settings::new(clock)).await.expect("a free port")
}

async fn send(standin: &Standin, line: &str, credential: &str, body: Value) -> (u16, HeaderMap, Value) {
    let (method, path) = line.split_once(' ').expect("method and path");
    let request =
        Request::builder().method(method).uri(path).header("host", "x").header("authorization", credential);
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let (parts, bytes) =
        exchange(standin, request.body(Full::new(Bytes::from(body))).expect("a request")).await;
    (parts.status.as_u16(), parts.headers, serde_json::from_slice(&bytes).unwrap_or_default())
}

async fn get(standin: &Standin, path: &str, credential: &str) -> (u16, HeaderMap, Value) {
    send(standin, &format!("GET {path}"), credential, Value::Null).await
}

#[tokio::test]
async fn confluence_refuses_a_wrong_credential_where_jira_goes_on_as_anonymous() {
    let standin = standin().await;
    let wrong = "Basic eEBleGFtcGxlLmNvbTpubw==";
    let (status, _, body) = get(&standin, "/wiki/rest/api/space", wrong).await;
    assert_eq!((status, &body["statusCode"]), (403, &json!(403)));
    let (status, _, body) = get(&standin, "/wiki/api/v2/spaces", wrong).await;
    assert_eq!((status, &body["errors"][0]["title"]), (404, &json!("Not Found")));
    let (status, headers, _) = get(&standin, "/wiki/rest/api/space", "Basic !!!").await;
    assert_eq!(status, 401);
    assert!(headers["www-authenticate"].to_str().unwrap().starts_with("OAuth realm"));
}

#[tokio::test]
async fn classic_scopes_do_not_open_version_2_nor_granular_ones_version_1() {
    let standin = standin().await;
    let facts = standin.demo_facts();
    let app = facts.service_account("narrow").expect("the narrow one");
    let secret = app.client_secret.open();
    let ask =
        json!({"grant_type": "client_credentials", "client_id": app.client_id, "client_secret": secret});
    let (_, _, token) = send(&standin, "POST /oauth/token", "", ask).await;
    let bearer = format!("Bearer {}", text(&token, "/access_token"));
    let at = format!("/ex/confluence/{}", facts.sites[0].cloud_id);
    assert_eq!(get(&standin, &format!("{at}/wiki/api/v2/pages"), &bearer).await.0, 200);
    assert_eq!(get(&standin, &format!("{at}/wiki/rest/api/space"), &bearer).await.0, 200);
    for path in ["/wiki/api/v2/footer-comments", "/wiki/rest/api/user/current"] {
        let (status, _, body) = get(&standin, &format!("{at}{path}"), &bearer).await;
        assert_eq!((status, &body["message"]), (401, &json!("Unauthorized; scope does not match")));
    }
}

#[tokio::test]
async fn a_space_is_hidden_from_those_who_may_not_read_it() {
    let standin = standin().await;
    let (rosa, sven) = (basic(&standin, "rosa"), basic(&standin, "sven"));
    let (_, _, secret) = get(&standin, "/wiki/api/v2/spaces?keys=SEC", &sven).await;
    let page = text(&secret, "/results/0/homepageId");
    assert_eq!(get(&standin, &format!("/wiki/api/v2/pages/{page}"), &sven).await.0, 200);
    assert_eq!(get(&standin, &format!("/wiki/api/v2/pages/{page}"), &rosa).await.0, 404);
    assert_eq!(get(&standin, &format!("/wiki/rest/api/content/{page}"), &rosa).await.0, 404);
    let (_, _, found) = get(&standin, &format!("/wiki/rest/api/search?cql=id={page}"), &rosa).await;
    assert_eq!(found["totalSize"], 0);
}

#[tokio::test]
async fn a_space_is_closed_to_those_who_may_only_read_it_and_a_change_is_logged() {
    let standin = standin().await;
    let (rosa, dan) = (basic(&standin, "rosa"), basic(&standin, "dan"));
    let (_, _, spaces) = get(&standin, "/wiki/api/v2/spaces?keys=REL", &dan).await;
    let body = json!({"representation": "storage", "value": "<p>x</p>"});
    let new = json!({"spaceId": text(&spaces, "/results/0/id"), "title": "Not mine", "body": body});
    assert_eq!(send(&standin, "POST /wiki/api/v2/pages", &dan, new.clone()).await.0, 404);
    let old =
        json!({"type": "page", "title": "Not mine", "space": {"key": "REL"}, "body": {"storage": body}});
    assert_eq!(send(&standin, "POST /wiki/rest/api/content", &dan, old).await.0, 403);
    let (status, _, page) = send(&standin, "POST /wiki/api/v2/pages", &rosa, new).await;
    assert_eq!(status, 200);
    let (_, _, log) = get(&standin, "/standin/mutations", "").await;
    let all = log["mutations"].as_array().expect("a list");
    assert_eq!(all.len(), 1, "what was refused changed nothing");
    assert_eq!((&all[0]["what"], &all[0]["target"]), (&json!("page-created"), &page["id"]));
}

#[tokio::test]
async fn data_center_takes_personal_access_tokens_only_and_names_the_user() {
    let standin = standin().await;
    let facts = standin.demo_facts();
    let bearer = |name: &str| format!("Bearer {}", facts.user(name).unwrap().personal_access_token.open());
    let myself = "/dc/jira/rest/api/2/myself";
    let (status, headers, body) = get(&standin, myself, &bearer("rosa")).await;
    assert_eq!(
        (status, headers["x-ausername"].as_bytes(), &body["name"]),
        (200, &b"rosa"[..], &json!("rosa"))
    );
    assert!(body.get("accountId").is_none());
    assert_eq!(
        get(&standin, myself, &bearer("gone")).await.0,
        401,
        "a deactivated user's token is worth nothing"
    );
    assert_eq!(get(&standin, myself, "Bearer nobody's").await.0, 401);
    assert_eq!(get(&standin, myself, &basic(&standin, "rosa")).await.0, 401, "an API token is Cloud's");
    let (status, headers, body) = get(&standin, "/dc/jira/rest/api/2/serverInfo", "bearer small").await;
    assert_eq!((status, headers["x-ausername"].as_bytes()), (200, &b"anonymous"[..]));
    assert_eq!(body["deploymentType"], "Server");
    assert_eq!(
        get(&standin, "/dc/jira/rest/api/3/myself", &bearer("rosa")).await.0,
        404,
        "there is no version 3"
    );
}
