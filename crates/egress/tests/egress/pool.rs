//! Connections that are kept: used again, shared, ended, and never used where that would send something twice.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use egress::{Egress, Kind, RequestBody};
use http::{Request, Version};
use http_body_util::BodyExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc};

use crate::servers::{SOON, acceptor, echo, egress, get, head, raw};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// What a server saw.
#[derive(Debug, PartialEq, Eq)]
enum Saw {
    Connection,
    Request,
    End,
}

/// A server of which each request is answered by `answer`, and which says what it sees.
async fn watched<F, T>(answer: F) -> (SocketAddr, mpsc::UnboundedReceiver<Saw>)
where
    F: Fn(TcpStream, usize) -> T + Clone + Send + Sync + 'static,
    T: Future<Output = Option<TcpStream>> + Send + 'static,
{
    let (saw, seen) = mpsc::unbounded_channel();
    let address = raw(move |stream| {
        let (answer, saw) = (answer.clone(), saw.clone());
        async move {
            saw.send(Saw::Connection).unwrap();
            let mut stream = Some(stream);
            for number in 0.. {
                let Some(mut open) = stream.take() else { break };
                if head(&mut open).await.is_empty() {
                    break;
                }
                saw.send(Saw::Request).unwrap();
                stream = answer(open, number).await;
            }
            let _nobody_looks = saw.send(Saw::End);
        }
    })
    .await;
    (address, seen)
}

async fn fetch(egress: &Egress, address: SocketAddr) -> Result<Bytes, (Kind, bool)> {
    let fetched = egress.fetch(get(&format!("http://{address}/")), SOON, 100).await;
    fetched.map(|(_, body)| body).map_err(|error| (error.kind(), error.sent()))
}

/// The next `count` things a server saw.
async fn next(seen: &mut mpsc::UnboundedReceiver<Saw>, count: usize) -> Vec<Saw> {
    let mut all = Vec::new();
    while all.len() < count {
        all.push(tokio::time::timeout(SOON, seen.recv()).await.unwrap().unwrap());
    }
    all
}

async fn ok(mut stream: TcpStream, _: usize) -> Option<TcpStream> {
    stream.write_all(OK).await.ok()?;
    Some(stream)
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let (address, mut seen) = watched(ok).await;
    let egress = egress(|_| {});
    for _ in 0..3 {
        assert_eq!(fetch(&egress, address).await, Ok("ok".into()));
    }
    assert_eq!(next(&mut seen, 4).await, [Saw::Connection, Saw::Request, Saw::Request, Saw::Request]);
}

#[tokio::test]
async fn a_request_that_was_written_is_not_sent_again_by_itself() {
    let second_breaks_off =
        |stream, number| async move { if number == 0 { ok(stream, number).await } else { None } };
    let (address, mut seen) = watched(second_breaks_off).await;
    let egress = egress(|_| {});
    assert_eq!(fetch(&egress, address).await, Ok("ok".into()));
    assert_eq!(fetch(&egress, address).await, Err((Kind::BrokeOff, true)));
    assert_eq!(next(&mut seen, 4).await, [Saw::Connection, Saw::Request, Saw::Request, Saw::End]);
    assert!(seen.try_recv().is_err(), "nothing was sent a second time");
}

#[tokio::test]
async fn a_request_meant_for_a_closed_connection_arrives_whole_on_another() {
    let (address, mut seen) = watched(|mut stream: TcpStream, _| async move {
        let mut body = [0; 4];
        stream.read_exact(&mut body).await.ok().filter(|_| &body == b"body")?;
        stream.write_all(OK).await.ok()?;
        None
    })
    .await;
    let egress = egress(|_| {});
    for _ in 0..20 {
        let request = Request::post(format!("http://{address}/")).body(RequestBody::full("body")).unwrap();
        egress.fetch(request, SOON, 100).await.unwrap();
    }
    let seen = next(&mut seen, 60).await;
    assert_eq!(seen.iter().filter(|saw| **saw == Saw::Request).count(), 20);
}

#[tokio::test]
async fn a_connection_is_used_again_when_the_body_of_the_answer_comes_late() {
    let more = Arc::new(Notify::new());
    let told = Arc::clone(&more);
    let (address, mut seen) = watched(move |mut stream: TcpStream, _| {
        let told = Arc::clone(&told);
        async move {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no").await.ok()?;
            told.notified().await;
            stream.write_all(b"k").await.ok()?;
            Some(stream)
        }
    })
    .await;
    let egress = egress(|_| {});
    let url = format!("http://{address}/");
    for number in 1..=3 {
        let (_, body) = egress.send(get(&url), SOON).await.unwrap().into_parts();
        more.notify_one();
        assert_eq!(body.collect().await.unwrap().to_bytes(), "ok");
        // The connection is back when its task has seen the end, which is the next thing it does.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert_eq!(next(&mut seen, 1 + usize::from(number == 1)).await.pop(), Some(Saw::Request));
    }
}

#[tokio::test]
async fn an_answer_nobody_reads_to_its_end_costs_its_connection_and_no_other() {
    let (address, mut seen) = watched(|mut stream: TcpStream, _| async move {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\nbeginning").await.ok()?;
        Some(stream)
    })
    .await;
    let egress = egress(|_| {});
    for _ in 0..2 {
        drop(egress.send(get(&format!("http://{address}/")), SOON).await.unwrap());
        assert_eq!(next(&mut seen, 3).await, [Saw::Connection, Saw::Request, Saw::End]);
    }
}

#[tokio::test]
async fn a_request_that_is_given_up_ends_its_connection() {
    let (address, mut seen) = watched(|mut stream: TcpStream, _| async move {
        // Until the other side ends it.
        let _ended = stream.read_u8().await;
        None
    })
    .await;
    let egress = egress(|_| {});
    for _ in 0..2 {
        let request = get(&format!("http://{address}/"));
        let error = egress.send(request, Duration::from_millis(50)).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Timeout);
        assert_eq!(next(&mut seen, 3).await, [Saw::Connection, Saw::Request, Saw::End]);
    }
}

#[tokio::test]
async fn a_connection_nobody_uses_is_ended() {
    let (address, mut seen) = watched(ok).await;
    let egress = egress(|settings| settings.idle_timeout = Duration::from_millis(40));
    for _ in 0..2 {
        assert_eq!(fetch(&egress, address).await, Ok("ok".into()));
        assert_eq!(next(&mut seen, 3).await, [Saw::Connection, Saw::Request, Saw::End]);
    }
}

#[tokio::test]
async fn no_more_connections_are_kept_than_the_settings_say() {
    let all_there = Arc::new(tokio::sync::Barrier::new(3));
    let (address, mut seen) = watched(move |stream, number| {
        let all_there = Arc::clone(&all_there);
        async move {
            all_there.wait().await;
            ok(stream, number).await
        }
    })
    .await;
    let egress = egress(|settings| settings.max_idle_per_host = 1);
    let (a, b, c) = tokio::join!(fetch(&egress, address), fetch(&egress, address), fetch(&egress, address));
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    let seen = next(&mut seen, 8).await;
    assert_eq!(seen.iter().filter(|saw| **saw == Saw::End).count(), 2, "{seen:?}");
}

#[tokio::test]
async fn a_request_takes_a_connection_that_comes_free_before_its_own_is_made() {
    let (acceptor, pem) = acceptor();
    let connections = Arc::new(AtomicUsize::new(0));
    let (second, answer) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (came, may_answer) = (Arc::clone(&second), Arc::clone(&answer));
    let address = raw(move |stream| {
        let (acceptor, came, may_answer) = (acceptor.clone(), Arc::clone(&came), Arc::clone(&may_answer));
        let first = connections.fetch_add(1, Ordering::SeqCst) == 0;
        async move {
            if !first {
                came.notify_one();
                // A handshake without end.
                return std::future::pending().await;
            }
            let mut stream = acceptor.accept(stream).await.unwrap();
            let mut request = [0; 4096];
            for number in 0.. {
                if stream.read(&mut request).await.unwrap_or(0) == 0 {
                    return;
                }
                if number == 0 {
                    may_answer.notified().await;
                }
                stream.write_all(OK).await.unwrap();
            }
        }
    })
    .await;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(pem.as_bytes()).unwrap();
    let egress = egress(|settings| {
        settings.extra_ca_pem.push(file.path().to_owned());
        settings.http2 = false;
    });
    let url = format!("https://localhost:{}/", address.port());
    let one = egress.fetch(get(&url), SOON, 100);
    let other = async {
        // So that the first of them has its connection.
        tokio::task::yield_now().await;
        egress.fetch(get(&url), SOON, 100).await
    };
    let conduct = async {
        second.notified().await;
        answer.notify_one();
    };
    let (one, other, ()) = tokio::join!(one, other, conduct);
    assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
}

#[tokio::test]
async fn one_http_2_connection_carries_many_requests_at_once() {
    let (acceptor, pem) = acceptor();
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    let address = raw(move |stream| {
        let acceptor = acceptor.clone();
        counted.fetch_add(1, Ordering::SeqCst);
        async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                echo(stream).await;
            }
        }
    })
    .await;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(pem.as_bytes()).unwrap();
    let egress = egress(|settings| settings.extra_ca_pem.push(file.path().to_owned()));
    let url = format!("https://localhost:{}/x", address.port());

    // All at once before anything is known: how many connections come of it is of no importance, one remains.
    let all = |count| {
        let requests: Vec<_> =
            (0..count).map(|_| tokio::spawn(fetch_owned(egress.clone(), url.clone()))).collect();
        async move {
            for request in requests {
                assert_eq!(request.await.unwrap(), (Version::HTTP_2, Bytes::from("/x")));
            }
        }
    };
    all(10).await;
    let at_first = connections.load(Ordering::SeqCst);
    all(50).await;
    assert_eq!(connections.load(Ordering::SeqCst), at_first);
}

async fn fetch_owned(egress: Egress, url: String) -> (Version, Bytes) {
    let (parts, body) = egress.fetch(get(&url), SOON, 100).await.unwrap();
    (parts.version, body)
}
