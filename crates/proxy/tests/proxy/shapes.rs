use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::upstream::{Seen, json, scripted};
use crate::world::World;

async fn exchange(world: &World, head: &str) -> String {
    let mut client = world.connect().await;
    let head =
        head.replace("{auth}", &format!("authorization: {}\r\nconnection: close\r\n", world.authorization));
    client.write_all(head.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    let _reset = client.read_to_end(&mut heard).await;
    String::from_utf8(heard).unwrap()
}

async fn world() -> (World, Seen) {
    let (upstream, seen) = scripted(|_| json("200 OK", "{}")).await;
    (World::new(upstream).await, seen)
}

#[tokio::test]
async fn requests_that_two_servers_read_differently_are_refused_and_never_sent() {
    let (world, seen) = world().await;
    for head in [
        "GET /rest/api/3/issue/R-1 HTTP/1.1\r\nhost: a\r\nhost: b\r\n{auth}\r\n",
        "GET /rest/api/3/issue/R-1 HTTP/1.1\r\n{auth}\r\n",
        "GET /rest/api/3/issue/R-1 HTTP/1.1\r\nhost: a b\r\n{auth}\r\n",
        "GET /rest/api/3/issue/R-1 HTTP/1.1\r\nhost: a\r\nx-http-method-override: DELETE\r\n{auth}\r\n",
        "GET /rest/api/3/issue/R-1?os_username=admin HTTP/1.1\r\nhost: a\r\n{auth}\r\n",
        "GET /rest/api/3/issue/R-1;a=b HTTP/1.1\r\nhost: a\r\n{auth}\r\n",
        "GET /rest/api/3/issue/../issue/R-1 HTTP/1.1\r\nhost: a\r\n{auth}\r\n",
        "POST /rest/api/3/issue/R-1/comment HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ncontent-length: 4\r\n{auth}\r\n{}",
        "POST /rest/api/3/issue/R-1/comment HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip\r\n{auth}\r\n",
        "POST /rest/api/3/issue/R-1/comment HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n{auth}\r\n0\r\n\r\n",
        "GET /rest/api/3/issue/R-1 HTTP/1.1\r\nhost: a\r\nx: a\r\n b\r\n{auth}\r\n",
        "GET /rest/api/3/issue/R-1 HTTP/1.1\r\nhost : a\r\n{auth}\r\n",
    ] {
        let heard = exchange(&world, head).await;
        assert!(heard.starts_with("HTTP/1.1 400 ") || heard.starts_with("HTTP/1.0 400 "), "{head}\n{heard}");
    }
    assert_eq!(seen.all(), Vec::<String>::new());
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let (world, _) = world().await;
    let long = format!(
        "GET /rest/api/3/issue/R-1 HTTP/1.1\r\nhost: a\r\nx: {}\r\n{{auth}}\r\n",
        "y".repeat(200_000)
    );
    let heard = exchange(&world, &long).await;
    assert!(heard.is_empty() || heard.starts_with("HTTP/1.1 431 "), "{heard}");
}

#[tokio::test]
async fn an_absolute_target_is_read_as_the_path_it_names() {
    let (world, seen) = world().await;
    let heard =
        exchange(&world, "GET http://gateway.example/rest/api/3/issue/R-1 HTTP/1.1\r\nhost: a\r\n{auth}\r\n")
            .await;
    assert!(heard.starts_with("HTTP/1.1 200 "), "{heard}");
    assert!(seen.all().concat().starts_with("GET /ex/jira/1234/rest/api/3/issue/R-1 "));
}

#[tokio::test]
async fn between_two_framings_the_chunks_decide_and_only_they_are_sent_on() {
    let (world, seen) = world().await;
    let heard = exchange(
        &world,
        "POST /rest/api/3/issue/R-1/comment HTTP/1.1\r\nhost: a\r\ncontent-length: 60\r\ntransfer-encoding: chunked\r\n{auth}\r\n2\r\n{}\r\n0\r\n\r\nGET /rest/api/3/issue/R-2 HTTP/1.1\r\nhost: a\r\n\r\n",
    )
    .await;
    assert!(heard.starts_with("HTTP/1.1 200 "), "{heard}");
    assert!(seen.all().iter().all(|text| !text.contains("R-2") && !text.contains("content-length: 60")));
}
