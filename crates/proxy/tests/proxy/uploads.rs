use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use audit::Kind;
use bytes::Bytes;
use egress::{BoxError, RequestBody};
use http_body::{Body, Frame};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::upstream::{Seen, answer, head, json, raw, scripted};
use crate::world::{SOON, Wish, World, refusal};

const ATTACHMENTS: &str = "/rest/api/3/issue/REL-1/attachments";
const COMMENTS: &str = "/rest/api/3/issue/REL-1/comment";

/// So many pieces of 1,000 bytes, and no word about the length.
struct Pieces(usize);

impl Body for Pieces {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Poll::Ready(self.0.checked_sub(1).map(|left| {
            self.0 = left;
            Ok(Frame::data(Bytes::from(vec![b'x'; 1_000])))
        }))
    }
}

/// Reads a chunked body to its end, and says whether it had one.
async fn drain(stream: &mut TcpStream) -> bool {
    let mut read = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return false,
            Ok(more) => read.extend_from_slice(&buffer[..more]),
        }
        if read.ends_with(b"0\r\n\r\n") {
            return true;
        }
    }
}

async fn taker() -> (std::net::SocketAddr, Seen) {
    let seen = Seen::default();
    let noted = seen.clone();
    let address = raw(move |mut stream| {
        let noted = noted.clone();
        async move {
            noted.add(head(&mut stream).await);
            let whole = drain(&mut stream).await;
            noted.add(format!("whole: {whole}"));
            let _gone = stream.write_all(answer("200 OK", "", "taken").as_bytes()).await;
        }
    })
    .await;
    (address, seen)
}

#[tokio::test]
async fn a_body_without_a_declared_length_streams_through() {
    let (upstream, seen) = taker().await;
    let world = World::new(upstream).await;
    let request = world.request("POST", ATTACHMENTS).header("x-atlassian-token", "no-check");
    let (head, text) = world.send(request.body(RequestBody::stream(Pieces(300))).unwrap()).await;
    assert_eq!((head.status.as_u16(), text.as_str()), (200, "taken"));
    seen.wait_for("whole: true").await;
    assert_eq!(world.records().await.last().unwrap().bytes_in, 300_000);
}

#[tokio::test]
async fn a_body_that_grows_beyond_the_limit_is_cut_and_refused() {
    let (upstream, seen) = taker().await;
    let mut wish = Wish::default();
    wish.settings.longest_body = 100_000;
    let world = World::with(upstream, wish).await;
    let request = world.request("POST", ATTACHMENTS).body(RequestBody::stream(Pieces(300))).unwrap();
    let (head, _) = world.send(request).await;
    assert_eq!(refusal(&head), (http::StatusCode::PAYLOAD_TOO_LARGE, "body-too-large"));
    seen.wait_for("whole: false").await;
}

#[tokio::test]
async fn a_body_that_says_it_is_too_long_is_refused_before_anything_is_sent() {
    let (upstream, seen) = taker().await;
    let mut wish = Wish::default();
    wish.settings.longest_body = 100;
    let world = World::with(upstream, wish).await;
    let request = world.request("POST", COMMENTS).body(RequestBody::full(vec![b'x'; 101])).unwrap();
    let (head, text) = world.send(request).await;
    assert_eq!(refusal(&head).1, "body-too-large", "{text}");
    assert!(seen.all().is_empty());
}

#[tokio::test]
async fn a_client_that_sends_half_and_sleeps_is_told_so_and_nothing_was_sent() {
    let (upstream, seen) = scripted(|_| json("200 OK", "{}")).await;
    let mut wish = Wish::default();
    wish.settings.idle = Duration::from_millis(50);
    let world = World::with(upstream, wish).await;
    let mut client = world.connect().await;
    let text = format!(
        "POST {COMMENTS} HTTP/1.1\r\nhost: gw\r\nauthorization: {}\r\ncontent-length: 10\r\n\r\nhalf",
        world.authorization
    );
    client.write_all(text.as_bytes()).await.unwrap();
    let mut heard = String::new();
    client.read_to_string(&mut heard).await.unwrap();
    assert!(heard.starts_with("HTTP/1.1 408 "), "{heard}");
    assert!(seen.all().is_empty());
    assert!(world.records().await.iter().all(|record| record.kind == Kind::Call), "no intent was written");
}

#[tokio::test]
async fn a_body_that_is_waited_for_takes_its_clients_place_and_no_other() {
    let (upstream, _) = scripted(|_| json("200 OK", "{}")).await;
    let world = World::with(upstream, Wish { in_flight: 1, ..Wish::default() }).await;
    let mut client = world.connect().await;
    let text = format!(
        "POST {COMMENTS} HTTP/1.1\r\nhost: gw\r\nauthorization: {}\r\ncontent-length: 10\r\n\r\nhalf",
        world.authorization
    );
    client.write_all(text.as_bytes()).await.unwrap();
    let admitted = async {
        while world.admissions.occupancy().in_flight == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SOON, admitted).await.unwrap();
    drop(client);
    let left = async {
        while world.admissions.occupancy().in_flight > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SOON, left).await.unwrap();
    assert!(world.records().await.iter().all(|record| record.kind == Kind::Call), "no intent was written");
}

#[tokio::test]
async fn a_client_that_expects_100_continue_is_told_to_go_on() {
    let (upstream, seen) = scripted(|_| json("201 Created", "{}")).await;
    let world = World::new(upstream).await;
    let mut client = world.connect().await;
    let text = format!(
        "POST {COMMENTS} HTTP/1.1\r\nhost: gw\r\nconnection: close\r\nauthorization: {}\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n",
        world.authorization
    );
    client.write_all(text.as_bytes()).await.unwrap();
    let go_on = head(&mut client).await;
    assert_eq!(go_on, "HTTP/1.1 100 Continue\r\n\r\n");
    client.write_all(b"{}").await.unwrap();
    let mut heard = String::new();
    client.read_to_string(&mut heard).await.unwrap();
    assert!(heard.starts_with("HTTP/1.1 201 "), "{heard}");
    assert!(!seen.all().concat().contains("expect"));
}

#[tokio::test]
async fn a_refused_client_is_not_told_to_go_on() {
    let (upstream, _) = scripted(|_| json("201 Created", "{}")).await;
    let world = World::new(upstream).await;
    let mut client = world.connect().await;
    let text =
        format!("POST {COMMENTS} HTTP/1.1\r\nhost: gw\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n");
    client.write_all(text.as_bytes()).await.unwrap();
    assert!(head(&mut client).await.starts_with("HTTP/1.1 401 "));
}

/// The head of a refusal, read to the end of its body.
async fn refusal_of(client: &mut TcpStream) -> String {
    let head = head(client).await;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    client.read_exact(&mut body).await.unwrap();
    head
}

#[tokio::test]
async fn a_refused_client_whose_body_comes_later_keeps_its_connection() {
    let (upstream, _) = scripted(|_| json("200 OK", "{}")).await;
    let world = World::new(upstream).await;
    let mut client = world.connect().await;
    // A call of nobody, one that is not well formed, and a page that does not read what it is sent.
    let form = "application/x-www-form-urlencoded";
    let json = "application/json";
    for (path, kind, status) in
        [(COMMENTS, json, 401), (COMMENTS, form, 400), ("/oauth/token", form, 200)].repeat(3)
    {
        let refused =
            format!("POST {path} HTTP/1.1\r\nhost: gw\r\ncontent-type: {kind}\r\ncontent-length: 2\r\n\r\n");
        client.write_all(refused.as_bytes()).await.unwrap();
        let head = refusal_of(&mut client).await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "it does not wait for the body: {head}");
        client.write_all(b"{}").await.unwrap();
    }
    let read = format!(
        "GET /rest/api/3/issue/REL-1 HTTP/1.1\r\nhost: gw\r\nauthorization: {}\r\n\r\n",
        world.authorization
    );
    client.write_all(read.as_bytes()).await.unwrap();
    assert!(head(&mut client).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_refused_client_whose_body_does_not_come_is_not_waited_for() {
    let (upstream, _) = scripted(|_| json("200 OK", "{}")).await;
    let world = World::new(upstream).await;
    for (path, length) in [(COMMENTS, 2), (COMMENTS, 1 << 20), ("/oauth/token", 2), ("/oauth/token", 1 << 20)]
    {
        let mut client = world.connect().await;
        let refused = format!("POST {path} HTTP/1.1\r\nhost: gw\r\ncontent-length: {length}\r\n\r\n");
        client.write_all(refused.as_bytes()).await.unwrap();
        assert!(refusal_of(&mut client).await.starts_with("HTTP/1.1 "));
        let ended = tokio::time::timeout(SOON, client.read(&mut [0; 16])).await;
        assert_eq!(ended.unwrap().unwrap(), 0, "{path}: {length} bytes announced");
    }
}
