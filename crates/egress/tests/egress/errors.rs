use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use egress::{BoxError, Kind, RequestBody};
use http::Request;
use http_body::{Body, Frame};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use types::Code;

use crate::servers::{SOON, egress, get, head, raw};

async fn outcome(answer: &'static [u8]) -> Result<Bytes, (Kind, bool)> {
    let address = raw(move |mut stream| async move {
        head(&mut stream).await;
        stream.write_all(answer).await.unwrap();
    })
    .await;
    let fetched = egress(|_| {}).fetch(get(&format!("http://{address}/")), SOON, 10).await;
    fetched.map(|(_, body)| body).map_err(|error| (error.kind(), error.sent()))
}

#[tokio::test]
async fn every_way_an_answer_can_go_wrong_has_its_kind() {
    assert_eq!(outcome(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await, Ok(Bytes::from("ok")));
    assert_eq!(outcome(b"HTTP/1.1 200 OK\r\n\r\nto the end").await, Ok(Bytes::from("to the end")));
    assert_eq!(outcome(b"").await, Err((Kind::BrokeOff, true)));
    assert_eq!(outcome(b"HTTP/1.1 200 O").await, Err((Kind::BrokeOff, true)));
    assert_eq!(outcome(b"SSH-2.0-OpenSSH_9.7\r\n\r\n").await, Err((Kind::Garbled, true)));
    assert_eq!(outcome(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nok").await, Err((Kind::BrokeOff, true)));
    assert_eq!(
        outcome(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz").await,
        Err((Kind::Garbled, true))
    );
    assert_eq!(outcome(b"HTTP/1.1 200 OK\r\n\r\nmore than ten").await, Err((Kind::TooLarge, true)));
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let address = raw(|mut stream| async move {
        head(&mut stream).await;
        let _closed = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
        while stream
            .write_all(b"x: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n")
            .await
            .is_ok()
        {}
    })
    .await;
    let error = egress(|_| {}).send(get(&format!("http://{address}/")), SOON).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Garbled, "{error}");
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = egress(|_| {}).send(get(&format!("http://{address}/")), SOON).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.sent(), error.code()),
        (Kind::Unreachable, false, Code::UpstreamUnreachable)
    );
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_given_up_with_nothing_sent() {
    let address = raw(|stream| async move {
        let _held_open = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let egress = egress(|settings| settings.connect_timeout = Duration::from_millis(50));
    let error = egress.send(get(&format!("https://{address}/")), SOON).await.unwrap_err();
    assert_eq!((error.kind(), error.sent()), (Kind::Unreachable, false), "{error}");
}

#[tokio::test]
async fn silence_after_the_request_is_a_timeout_and_the_request_may_have_worked() {
    let address = raw(|mut stream| async move {
        head(&mut stream).await;
        std::future::pending::<()>().await;
    })
    .await;
    let sent = egress(|_| {}).send(get(&format!("http://{address}/")), Duration::from_millis(50)).await;
    let error = sent.unwrap_err();
    assert_eq!((error.kind(), error.sent(), error.code()), (Kind::Timeout, true, Code::UpstreamTimeout));
}

#[tokio::test]
async fn a_connection_that_went_stale_in_the_pool_costs_no_request() {
    let connections = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&connections);
    let address = raw(move |mut stream| {
        seen.fetch_add(1, Ordering::SeqCst);
        async move {
            head(&mut stream).await;
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        }
    })
    .await;
    let egress = egress(|_| {});
    for _ in 0..5 {
        egress.fetch(get(&format!("http://{address}/")), SOON, 0).await.unwrap();
    }
    assert_eq!(connections.load(Ordering::SeqCst), 5);
}

/// A body that fails after its first piece.
struct Failing(bool);

impl Body for Failing {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(Some(Err("the client left".into())));
        }
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"half")))))
    }
}

#[tokio::test]
async fn a_request_whose_body_fails_is_aborted_and_says_so() {
    let address = raw(|mut stream| async move {
        head(&mut stream).await;
        std::future::pending::<()>().await;
    })
    .await;
    let request =
        Request::post(format!("http://{address}/")).body(RequestBody::stream(Failing(false))).unwrap();
    let error = egress(|_| {}).send(request, SOON).await.unwrap_err();
    assert_eq!((error.kind(), error.sent()), (Kind::RequestBody, true), "{error}");
}
