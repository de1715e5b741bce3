use audit::{Ended, Kind};
use egress::RequestBody;
use tokio::io::AsyncWriteExt;
use tokio::sync::oneshot;

use crate::upstream::{Seen, json, raw, request, scripted};
use crate::world::World;

const COMMENTS: &str = "/rest/api/3/issue/REL-1/comment";

#[tokio::test]
async fn a_change_has_its_intent_before_its_ending() {
    let (upstream, seen) = scripted(|_| json("201 Created", "{}")).await;
    let world = World::new(upstream).await;
    let change = world.request("POST", COMMENTS).header("content-type", "application/json");
    let (head, _) = world.send(change.body(RequestBody::full(r#"{"body":"hello"}"#)).unwrap()).await;
    assert_eq!(head.status, 201);
    assert!(seen.all().concat().ends_with(r#"{"body":"hello"}"#));
    let records = world.records().await;
    assert_eq!(records.iter().map(|record| record.kind).collect::<Vec<_>>(), [Kind::Intent, Kind::Call]);
    assert_eq!(records[0].id, records[1].id);
    assert_eq!(records[1].bytes_in, 16);
}

/// Makes an issue at an upstream that answers like this, and gives what the record of the call names.
async fn made(answer: Vec<u8>) -> (Option<String>, Option<String>) {
    let (upstream, _) = scripted(move |_| answer.clone()).await;
    let world = World::new(upstream).await;
    let change = world.request("POST", "/rest/api/3/issue").header("content-type", "application/json");
    let change = change.header("accept-encoding", "gzip");
    let body = RequestBody::full(r#"{"fields":{"project":{"key":"REL"}}}"#);
    let (head, _) = world.send(change.body(body).unwrap()).await;
    assert!(!head.headers.contains_key("ticketgate-refusal"));
    let records = world.records().await;
    assert_eq!((records[0].kind, &records[0].issue), (Kind::Intent, &None));
    let text = |text: &Option<audit::Text>| text.as_ref().map(|text| text.as_str().to_owned());
    (text(&records[1].issue), text(&records[1].project))
}

const MADE: &str =
    r#"{"id":"10000","key":"REL-24","self":"https://acme.atlassian.net/rest/api/3/issue/10000"}"#;

#[tokio::test]
async fn the_record_of_a_new_issue_names_it_and_its_project() {
    use std::io::Write as _;
    let named = (Some("REL-24".to_owned()), Some("REL".to_owned()));
    assert_eq!(made(json("201 Created", MADE).into_bytes()).await, named);

    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(MADE.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let head = format!(
        "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        packed.len()
    );
    assert_eq!(made([head.into_bytes(), packed].concat()).await, named);

    let (first, rest) = MADE.split_at(30);
    let head = "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunks = format!("{:x}\r\n{first}\r\n{:x}\r\n{rest}\r\n0\r\n\r\n", first.len(), rest.len());
    assert_eq!(made(format!("{head}{chunks}").into_bytes()).await, named);
}

#[tokio::test]
async fn an_answer_that_no_issue_was_made_names_none() {
    let named_nothing = (None, None);
    assert_eq!(made(json("400 Bad Request", MADE).into_bytes()).await, named_nothing);
    assert_eq!(made(json("201 Created", r#"{"key":"<script>"}"#).into_bytes()).await, named_nothing);
}

#[tokio::test]
async fn a_client_that_hangs_up_before_it_reads_does_not_take_the_new_issues_name_with_it() {
    let (go_on, wait) = oneshot::channel::<()>();
    let wait = std::sync::Arc::new(tokio::sync::Mutex::new(Some(wait)));
    let seen = Seen::default();
    let noted = seen.clone();
    let upstream = raw(move |mut stream| {
        let (noted, wait) = (noted.clone(), wait.clone());
        async move {
            noted.add(request(&mut stream).await);
            let wait = wait.lock().await.take().unwrap();
            wait.await.unwrap();
            stream.write_all(json("201 Created", MADE).as_bytes()).await.unwrap();
        }
    })
    .await;
    let mut world = World::new(upstream).await;
    let mut client = world.connect().await;
    let text = format!(
        "POST /rest/api/3/issue HTTP/1.1\r\nhost: gw\r\nauthorization: {}\r\ncontent-length: 2\r\n\r\n{{}}",
        world.authorization
    );
    client.write_all(text.as_bytes()).await.unwrap();
    seen.wait_for("/rest/api/3/issue").await;
    drop(client);
    go_on.send(()).unwrap();
    world.stop().await;
    let ending = world.records().await.pop().unwrap();
    assert_eq!((ending.kind, ending.upstream_status), (Kind::Call, Some(201)));
    assert_eq!(ending.issue.unwrap().as_str(), "REL-24");
}

#[tokio::test]
async fn a_client_that_hangs_up_cannot_cancel_a_change() {
    let (go_on, wait) = oneshot::channel::<()>();
    let wait = std::sync::Arc::new(tokio::sync::Mutex::new(Some(wait)));
    let seen = Seen::default();
    let noted = seen.clone();
    let upstream = raw(move |mut stream| {
        let (noted, wait) = (noted.clone(), wait.clone());
        async move {
            noted.add(request(&mut stream).await);
            let wait = wait.lock().await.take().unwrap();
            wait.await.unwrap();
            stream.write_all(json("201 Created", "{}").as_bytes()).await.unwrap();
            noted.add("answered".into());
        }
    })
    .await;
    let mut world = World::new(upstream).await;
    let mut client = world.connect().await;
    let text = format!(
        "POST {COMMENTS} HTTP/1.1\r\nhost: gw\r\nauthorization: {}\r\ncontent-length: 2\r\n\r\n{{}}",
        world.authorization
    );
    client.write_all(text.as_bytes()).await.unwrap();
    seen.wait_for(COMMENTS).await;
    drop(client);
    go_on.send(()).unwrap();
    seen.wait_for("answered").await;
    world.stop().await;
    let records = world.records().await;
    let ending = records.last().unwrap();
    assert_eq!((ending.kind, ending.upstream_status), (Kind::Call, Some(201)));
    assert!(matches!(ending.ended, Some(Ended::ClientLeft | Ended::Complete)));
}

#[tokio::test]
async fn a_client_that_dies_halfway_through_a_large_body_aborts_the_change() {
    let seen = Seen::default();
    let noted = seen.clone();
    let upstream = raw(move |mut stream| {
        let noted = noted.clone();
        async move {
            noted.add(crate::upstream::head(&mut stream).await);
            let mut rest = Vec::new();
            let _reset = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut rest).await;
            noted.add(format!("ended after {}", rest.len()));
        }
    })
    .await;
    let mut world = World::new(upstream).await;
    let mut client = world.connect().await;
    let text = format!(
        "POST /rest/api/3/issue/REL-1/attachments HTTP/1.1\r\nhost: gw\r\nauthorization: {}\r\nx-atlassian-token: no-check\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: 1000000\r\n\r\n",
        world.authorization
    );
    client.write_all(text.as_bytes()).await.unwrap();
    client.write_all(&[b'x'; 100_000]).await.unwrap();
    let sent = seen.wait_for("attachments").await;
    assert!(sent.contains("x-atlassian-token: no-check"));
    drop(client);
    seen.wait_for("ended after").await;
    world.stop().await;
    let records = world.records().await;
    let ending = records.last().unwrap();
    assert_eq!((ending.kind, ending.ended), (Kind::Call, Some(Ended::Refused)));
    assert_eq!(ending.refusal.as_ref().unwrap().as_str(), "malformed-request");
    assert!(ending.bytes_in <= 100_000);
}
