use std::time::Duration;

use audit::Ended;
use egress::{Kind, RequestBody};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::upstream::{Seen, head, raw, scripted};
use crate::world::{Wish, World, refusal};

const ISSUE: &str = "/rest/api/3/issue/REL-1";

/// What the client gets, and the record, when the upstream sends `bytes` and closes.
async fn outcome(bytes: &'static [u8]) -> (Result<String, Kind>, audit::Record) {
    let (upstream, _) = scripted(move |_| bytes).await;
    let world = World::new(upstream).await;
    let sent = world.try_send(world.request("GET", ISSUE).body(RequestBody::empty()).unwrap()).await;
    let heard = sent.map_err(|error| error.kind()).map(|(head, body)| {
        let (status, code) = refusal(&head);
        format!(
            "{} {code}{}",
            status.as_u16(),
            if code.is_empty() { String::from_utf8_lossy(&body) } else { "".into() }
        )
    });
    (heard, world.record().await)
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_never_a_clean_end() {
    for bytes in [
        &b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 100\r\n\r\nhalf"[..],
        b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"half\":",
    ] {
        let (heard, record) = outcome(bytes).await;
        assert_eq!(heard, Err(Kind::BrokeOff), "{}", String::from_utf8_lossy(bytes));
        assert_eq!((record.ended, record.upstream_status), (Some(Ended::UpstreamBrokeOff), Some(200)));
    }
}

#[tokio::test]
async fn what_is_no_answer_has_a_name() {
    for (bytes, expected) in [
        (&b"SSH-2.0-OpenSSH_9.7\r\n\r\n"[..], "502 upstream-garbled"),
        (b"", "502 upstream-broke-off"),
        (b"HTTP/1.1 200", "502 upstream-broke-off"),
    ] {
        let (heard, record) = outcome(bytes).await;
        assert_eq!(heard.as_deref(), Ok(expected));
        assert_eq!((record.ended, record.upstream_status), (Some(Ended::Refused), None));
    }
}

#[tokio::test]
async fn an_answer_without_a_length_passes_to_its_end() {
    let (heard, record) = outcome(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\nto the end").await;
    assert_eq!(heard.as_deref(), Ok("200 to the end"));
    assert_eq!((record.ended, record.bytes_out), (Some(Ended::Complete), 10));
    let json = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"ends\":\"https://acme";
    let (heard, record) = outcome(json).await;
    assert_eq!(heard.as_deref(), Ok("200 {\"ends\":\"https://acme"));
    assert_eq!(record.ended, Some(Ended::Complete));
}

#[tokio::test]
async fn an_upstream_that_is_not_there_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nowhere = listener.local_addr().unwrap();
    drop(listener);
    let world = World::new(nowhere).await;
    let (head, _) = world.get(ISSUE).await;
    assert_eq!(refusal(&head).1, "upstream-unreachable");
}

#[tokio::test]
async fn an_upstream_that_says_nothing_is_given_up() {
    let upstream = raw(|mut stream| async move {
        head(&mut stream).await;
        std::future::pending::<()>().await;
    })
    .await;
    let mut wish = Wish::default();
    wish.settings.to_head = Duration::from_millis(50);
    let world = World::with(upstream, wish).await;
    let (head, _) = world.get(ISSUE).await;
    assert_eq!(refusal(&head), (http::StatusCode::GATEWAY_TIMEOUT, "upstream-timeout"));
}

#[tokio::test]
async fn an_answer_that_stands_still_is_cut() {
    let upstream = raw(|mut stream| async move {
        head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf").await.unwrap();
        std::future::pending::<()>().await;
    })
    .await;
    let mut wish = Wish::default();
    wish.settings.idle = Duration::from_millis(50);
    let world = World::with(upstream, wish).await;
    let sent = world.try_send(world.request("GET", ISSUE).body(RequestBody::empty()).unwrap()).await;
    assert_eq!(sent.unwrap_err().kind(), Kind::BrokeOff);
    assert_eq!(world.record().await.ended, Some(Ended::Deadline));
}

#[tokio::test]
async fn a_client_that_leaves_a_read_abandons_it_and_the_record_says_so() {
    let seen = Seen::default();
    let noted = seen.clone();
    let upstream = raw(move |mut stream| {
        let noted = noted.clone();
        async move {
            noted.add(head(&mut stream).await);
            let _ended = stream.read_u8().await;
            noted.add("the gateway hung up".into());
        }
    })
    .await;
    let world = World::new(upstream).await;
    let mut client = world.connect().await;
    let text = format!("GET {ISSUE} HTTP/1.1\r\nhost: gw\r\nauthorization: {}\r\n\r\n", world.authorization);
    client.write_all(text.as_bytes()).await.unwrap();
    seen.wait_for(ISSUE).await;
    drop(client);
    seen.wait_for("hung up").await;
    let record = world.record().await;
    assert_eq!((record.ended, record.status), (Some(Ended::ClientLeft), None));
}

#[tokio::test]
async fn a_long_answer_passes_through_little_memory() {
    const PIECES: usize = 500;
    let upstream = raw(|mut stream| async move {
        head(&mut stream).await;
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            PIECES * 64 * 1024
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let piece = vec![b'h'; 64 * 1024];
        for _ in 0..PIECES {
            stream.write_all(&piece).await.unwrap();
        }
    })
    .await;
    let world = World::new(upstream).await;
    let (head, body) =
        world.try_send(world.request("GET", ISSUE).body(RequestBody::empty()).unwrap()).await.unwrap();
    assert_eq!((head.status.as_u16(), body.len()), (200, PIECES * 64 * 1024));
    assert_eq!(world.record().await.bytes_out, (PIECES * 64 * 1024) as u64);
}
