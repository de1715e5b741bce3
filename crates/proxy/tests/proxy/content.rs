use audit::Ended;
use egress::RequestBody;

use crate::upstream::{answer, json, scripted};
use crate::world::{World, refusal};

const CONTENT: &str = "/rest/api/3/attachment/content/1";

#[tokio::test]
async fn an_attachment_is_fetched_from_the_media_host_without_the_credential() {
    let (media, media_seen) = scripted(|_| {
        answer("206 Partial Content", "content-type: image/png\r\ncontent-range: bytes 0-3/9\r\n", "byte")
    })
    .await;
    let (upstream, _) = scripted(move |_| {
        answer("303 See Other", &format!("location: http://{media}/file/1?token=bearer-secret\r\n"), "")
    })
    .await;
    let world = World::new(upstream).await;
    let request = world.request("GET", CONTENT).header("range", "bytes=0-3");
    let (head, text) = world.send(request.body(RequestBody::empty()).unwrap()).await;
    assert_eq!((head.status.as_u16(), text.as_str()), (206, "byte"));
    assert!(!format!("{head:?}").contains("bearer-secret"));
    let sent = media_seen.all().concat();
    assert!(
        sent.starts_with("GET /file/1?token=bearer-secret HTTP/1.1\r\n") && sent.contains("range: bytes=0-3")
    );
    assert!(!sent.to_lowercase().contains("authorization"), "{sent}");
    let record = world.record().await;
    assert!(!format!("{record:?}").contains("bearer-secret"));
    assert_eq!((record.ended, record.bytes_out), (Some(Ended::Complete), 4));
}

#[tokio::test]
async fn a_redirect_to_an_operation_is_the_clients_to_follow_through_the_gateway() {
    let location = "location: https://acme.atlassian.net/rest/api/3/attachment/content/2\r\n";
    let (upstream, _) = scripted(move |_| answer("302 Found", location, "")).await;
    let world = World::new(upstream).await;
    let (head, _) = world.get(CONTENT).await;
    assert_eq!(head.status, 302);
    assert_eq!(head.headers["location"], format!("http://{}/rest/api/3/attachment/content/2", world.address));
}

#[tokio::test]
async fn redirects_without_end_are_given_up() {
    let (upstream, seen) = scripted(|_| answer("302 Found", "location: /round/and/round\r\n", "")).await;
    let world = World::new(upstream).await;
    let (head, _) = world.get(CONTENT).await;
    assert_eq!(refusal(&head).1, "upstream-garbled");
    assert_eq!(seen.all().len(), 4);
}

#[tokio::test]
async fn other_operations_redirects_are_not_followed() {
    let (upstream, seen) = scripted(|_| answer("302 Found", "location: /elsewhere\r\n", "")).await;
    let world = World::new(upstream).await;
    let (head, _) = world.get("/rest/api/3/issue/REL-1").await;
    assert_eq!((head.status.as_u16(), seen.all().len()), (302, 1));
}

#[tokio::test]
async fn files_are_not_searched_for_urls() {
    let text = "https://acme.atlassian.net/rest/api/3/issue/1";
    let (upstream, _) = scripted(move |_| answer("200 OK", "content-type: text/plain\r\n", text)).await;
    let world = World::new(upstream).await;
    assert_eq!(world.get(CONTENT).await.1, text);
    let (upstream, _) = scripted(move |_| json("206 Partial Content", text)).await;
    assert_eq!(World::new(upstream).await.get(CONTENT).await.1, text);
}
