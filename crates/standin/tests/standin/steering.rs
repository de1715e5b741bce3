use std::io::Read as _;

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::knock::{As, House};

const INFO: &str = "/rest/api/3/serverInfo";

async fn fault(house: &House, action: Value) {
    let body = json!({"match": {"path_prefix": "/rest/"}, "action": action});
    assert_eq!(house.put("/standin/faults", &As::default(), &body).await.status, 201);
}

#[tokio::test]
async fn a_fault_happens_as_often_as_it_was_asked_for() {
    let house = House::start().await;
    let body = json!({
        "match": {"method": "get", "path_contains": "serverInfo"}, "times": 2,
        "action": {"answer": {"status": 503, "body": {"code": 503}, "headers": {"Retry-After": "2"}}},
    });
    house.put("/standin/faults", &As::default(), &body).await;
    for expected in [503, 503, 200] {
        let answer = house.get(INFO, &As::default()).await;
        assert_eq!(answer.status, expected);
        assert_eq!(answer.header("retry-after"), if expected == 503 { "2" } else { "" });
    }
}

#[tokio::test]
async fn connections_break_where_they_were_told_to() {
    let house = House::start().await;
    for action in ["reset_before_answer", "reset_mid_body", "reset_after_work", "garbage"] {
        fault(&house, json!(action)).await;
        assert!(house.send(Method::GET, INFO, &As::default(), Bytes::new()).await.is_err(), "{action}");
        assert_eq!(house.get(INFO, &As::default()).await.status, 200);
    }
}

#[tokio::test]
#[allow(clippy::disallowed_methods, reason = "a test knocks at a loopback door")]
async fn an_answer_that_breaks_off_has_begun() {
    let house = House::start().await;
    fault(&house, json!("reset_mid_body")).await;
    let mut stream = tokio::net::TcpStream::connect(house.standin.address()).await.unwrap();
    let request = format!("GET {INFO} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    let announced = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let announced: usize = announced.parse().unwrap();
    assert!((1..announced).contains(&body.len()), "{} of {announced}", body.len());
}

#[tokio::test]
async fn the_access_tokens_issued_are_listed_until_they_are_revoked() {
    let house = House::start().await;
    let nobody = As::default();
    let list = async || house.get("/standin/tokens", &nobody).await.json()["tokens"].clone();
    assert_eq!(list().await, json!([]));
    let As(headers) = house.token("wide").await;
    let listed = list().await;
    assert_eq!(headers[0].1, format!("Bearer {}", listed[0]["access_token"].as_str().unwrap()));
    house.post("/standin/revoke-access-tokens", &nobody, &json!({})).await;
    assert_eq!(list().await, json!([]));
}

#[tokio::test]
async fn a_reset_after_the_work_leaves_the_work_done() {
    let house = House::start().await;
    let rosa = house.user("rosa").with("content-type", "application/json");
    let body = json!({"body": "lost answer"}).to_string();
    for (action, done) in [("reset_before_answer", 0), ("reset_after_work", 1)] {
        fault(&house, json!(action)).await;
        let path = "/rest/api/2/issue/REL-1/comment";
        assert!(house.send(Method::POST, path, &rosa, Bytes::from(body.clone())).await.is_err());
        assert_eq!(house.get("/standin/mutations", &As::default()).await.json()["total"], done, "{action}");
    }
}

#[tokio::test]
async fn answers_can_lack_a_length_or_be_endless() {
    let house = House::start().await;
    fault(&house, json!("no_content_length")).await;
    let answer = house.get(INFO, &As::default()).await;
    assert_eq!((answer.header("content-length"), answer.header("transfer-encoding")), ("", "chunked"));
    fault(&house, json!({"huge_body": 3_000_000})).await;
    assert_eq!(house.get(INFO, &As::default()).await.body.len(), 3_000_000);
}

#[tokio::test]
async fn unknown_faults_are_refused_and_waiting_ones_called_off() {
    let house = House::start().await;
    let nobody = As::default();
    assert_eq!(house.put("/standin/faults", &nobody, &json!({"action": "explode"})).await.status, 400);
    assert_eq!(
        house.put("/standin/faults", &nobody, &json!({"action": "hang", "tims": 2})).await.status,
        400
    );
    fault(&house, json!("hang")).await;
    assert_eq!(house.delete("/standin/faults", &nobody).await.status, 204);
    assert_eq!(house.get(INFO, &nobody).await.status, 200);
}

#[tokio::test]
async fn requests_are_remembered_without_their_credentials() {
    let house = House::start().await;
    house.get(INFO, &house.user("rosa").with("ticketgate-request-id", "abc")).await;
    let answer = house.get("/standin/requests", &As::default()).await;
    let noted = &answer.json()["requests"][0];
    assert_eq!((&noted["path"], &noted["authorization"]), (&json!(INFO), &json!("basic")));
    assert_eq!(noted["headers"]["ticketgate-request-id"], "abc");
    assert!(noted["header_names"].as_array().unwrap().contains(&json!("authorization")));
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(!text.contains("Basic "));
}

#[tokio::test]
async fn every_change_is_listed_in_order() {
    let house = House::start().await;
    let rosa = house.user("rosa").with("ticketgate-request-id", "r-1");
    house.post("/rest/api/2/issue/REL-1/comment", &rosa, &json!({"body": "x"})).await;
    house.put("/rest/api/2/issue/REL-1", &rosa, &json!({"fields": {"summary": "x"}})).await;
    house.put("/rest/api/2/issue/REL-1", &rosa, &json!({"fields": {"nothing": "x"}})).await;
    let listed = house.get("/standin/mutations", &As::default()).await.json();
    let what: Vec<_> =
        listed["mutations"].as_array().unwrap().iter().map(|one| one["what"].clone()).collect();
    assert_eq!(what, ["comment-added", "issue-edited"]);
    assert_eq!(listed["mutations"][1]["headers"]["ticketgate-request-id"], "r-1");
    assert_eq!(
        house.get("/standin/mutations?from=1", &As::default()).await.json()["mutations"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_reset_gives_the_same_world_again() {
    let house = House::start().await;
    let rosa = house.user("rosa");
    let before = house.get("/rest/api/3/issue/REL-1", &rosa).await.json();
    house.put("/rest/api/2/issue/REL-1", &rosa, &json!({"fields": {"summary": "x"}})).await;
    assert_eq!(house.post("/standin/reset", &As::default(), &json!({})).await.status, 204);
    assert_eq!(house.get("/rest/api/3/issue/REL-1", &rosa).await.json(), before);
}

#[tokio::test]
async fn large_answers_are_compressed_when_asked() {
    let house = House::start().await;
    let plain = house.get("/standin/echo/5000", &As::default()).await;
    assert_eq!(plain.body.len(), 5000);
    let packed =
        house.get("/standin/echo/5000", &As::default().with("accept-encoding", "br, gzip;q=0.8")).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(&packed.body[..]).read_to_end(&mut text).unwrap();
    assert_eq!(text, plain.body);
    let small = house.get("/standin/echo/500", &As::default().with("accept-encoding", "gzip")).await;
    assert_eq!(small.header("content-encoding"), "");
}

#[tokio::test]
async fn what_is_not_built_says_so() {
    let house = House::start().await;
    let answer = house.get("/rest/api/3/webhook", &house.user("rosa")).await;
    assert_eq!((answer.status.as_u16(), answer.header("standin-missing")), (404, "route"));
    let wrong = house.delete("/rest/api/3/myself", &house.user("rosa")).await;
    assert_eq!(wrong.status, 405);
}

#[tokio::test]
async fn three_projects_have_a_hundred_issues_or_more_and_link_across() {
    let house = House::start().await;
    let admin = house.user("admin");
    for key in ["REL", "DATA", "PART"] {
        let body = json!({"jql": format!("project = {key}")});
        let count = house.post("/rest/api/3/search/approximate-count", &admin, &body).await.json()["count"]
            .as_u64()
            .unwrap();
        assert!(count >= 100, "{key}: {count}");
    }
    let body = json!({"jql": "project = REL", "fields": ["issuelinks", "parent"], "maxResults": 100});
    let text =
        String::from_utf8(house.post("/rest/api/3/search/jql", &admin, &body).await.body.to_vec()).unwrap();
    assert!(text.contains("\"key\":\"DATA-") && text.contains("\"parent\":{"));
}

#[tokio::test]
async fn a_stopped_stand_in_answers_no_more() {
    let house = House::start().await;
    let address = house.standin.address();
    house.standin.stop().await;
    assert!(std::net::TcpListener::bind(address).is_ok());
}

#[tokio::test]
#[allow(clippy::disallowed_methods, reason = "a test knocks at a loopback door")]
async fn http_2_without_upgrade_is_spoken_too() {
    let house = House::start().await;
    let stream = tokio::net::TcpStream::connect(house.standin.address()).await.unwrap();
    let io = hyper_util::rt::TokioIo::new(stream);
    let executor = hyper_util::rt::TokioExecutor::new();
    let (mut sender, connection) = hyper::client::conn::http2::handshake(executor, io).await.unwrap();
    tokio::spawn(connection);
    let request = http::Request::get(format!("{}{INFO}", house.standin.origin()));
    let answer =
        sender.send_request(request.body(http_body_util::Empty::<Bytes>::new()).unwrap()).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.version()), (200, http::Version::HTTP_2));
}
