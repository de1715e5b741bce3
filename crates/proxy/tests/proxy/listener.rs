use std::path::{Path, PathBuf};
use std::time::Duration;

use egress::{Egress, RequestBody, Roots};
use http::Version;
use proxy::{Drained, ListenError, Listener, ListenerSettings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;

use crate::upstream::{Seen, json, raw, request, scripted};
use crate::world::{SOON, Wish, World};

const ISSUE: &str = "/rest/api/3/issue/REL-1";

/// Certificate and key of localhost.
fn certificate(folder: &Path) -> (PathBuf, PathBuf) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    (certificate, key)
}

#[tokio::test]
async fn both_versions_of_http_are_spoken_over_tls() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = certificate(folder.path());
    let (upstream, _) =
        scripted(|_| json("200 OK", r#"{"self":"https://acme.atlassian.net/rest/api/3/issue/1"}"#)).await;
    let mut wish = Wish::default();
    wish.listener.tls = Some((certificate.clone(), key));
    let world = World::with(upstream, wish).await;
    let origin = format!("https://localhost:{}", world.address.port());
    for (http2, version) in [(true, Version::HTTP_2), (false, Version::HTTP_11)] {
        let egress = Egress::new(&egress::Settings {
            roots: Roots::WebPki,
            extra_ca_pem: vec![certificate.clone()],
            http2,
            ..egress::Settings::default()
        });
        let request =
            http::Request::get(format!("{origin}{ISSUE}")).header("authorization", &world.authorization);
        let request = request.body(RequestBody::empty()).unwrap();
        let (head, body) = egress.unwrap().fetch(request, SOON, 1_000).await.unwrap();
        assert_eq!((head.version, head.status.as_u16()), (version, 200));
        assert_eq!(&body[..], format!(r#"{{"self":"{origin}/rest/api/3/issue/1"}}"#).as_bytes());
    }
}

#[tokio::test]
async fn draining_lets_calls_under_way_end() {
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
            stream.write_all(json("200 OK", "{}").as_bytes()).await.unwrap();
        }
    })
    .await;
    let mut world = World::new(upstream).await;
    let mut client = world.connect().await;
    let text = format!("GET {ISSUE} HTTP/1.1\r\nhost: gw\r\nauthorization: {}\r\n\r\n", world.authorization);
    client.write_all(text.as_bytes()).await.unwrap();
    seen.wait_for(ISSUE).await;
    let (drained, heard) = tokio::join!(world.stop(), async {
        go_on.send(()).unwrap();
        let mut heard = String::new();
        client.read_to_string(&mut heard).await.unwrap();
        heard
    });
    assert_eq!(drained, Drained::Completely);
    assert!(heard.starts_with("HTTP/1.1 200 "), "{heard}");
}

#[tokio::test]
async fn draining_has_an_end() {
    let seen = Seen::default();
    let noted = seen.clone();
    let upstream = raw(move |mut stream| {
        let noted = noted.clone();
        async move {
            noted.add(request(&mut stream).await);
            std::future::pending::<()>().await;
        }
    })
    .await;
    let mut wish = Wish::default();
    wish.listener.drain = Duration::from_millis(50);
    let mut world = World::with(upstream, wish).await;
    let mut client = world.connect().await;
    let text = format!("GET {ISSUE} HTTP/1.1\r\nhost: gw\r\nauthorization: {}\r\n\r\n", world.authorization);
    client.write_all(text.as_bytes()).await.unwrap();
    seen.wait_for(ISSUE).await;
    assert_eq!(world.stop().await, Drained::Cut(1));
}

#[tokio::test]
async fn a_client_that_starts_a_head_and_sleeps_is_hung_up_on() {
    let (upstream, _) = scripted(|_| json("200 OK", "{}")).await;
    let mut wish = Wish::default();
    wish.listener.head_within = Duration::from_millis(50);
    let world = World::with(upstream, wish).await;
    let mut client = world.connect().await;
    client.write_all(b"GET /rest/api/3/iss").await.unwrap();
    let mut heard = String::new();
    client.read_to_string(&mut heard).await.unwrap();
    assert!(!heard.starts_with("HTTP/1.1 2"), "{heard}");
}

#[tokio::test]
async fn a_connection_that_does_not_say_which_http_it_speaks_is_hung_up_on() {
    let (upstream, _) = scripted(|_| json("200 OK", "{}")).await;
    let mut wish = Wish::default();
    wish.listener.head_within = Duration::from_millis(50);
    let world = World::with(upstream, wish).await;
    for start in ["", "PRI * HT"] {
        let mut client = world.connect().await;
        client.write_all(start.as_bytes()).await.unwrap();
        let mut heard = Vec::new();
        let ended = tokio::time::timeout(SOON, client.read_to_end(&mut heard)).await;
        assert!(ended.is_ok(), "still open after {start:?}");
    }
}

#[tokio::test]
async fn connections_without_a_call_do_not_hold_up_the_end_of_the_listener() {
    let (upstream, _) = scripted(|_| json("200 OK", "{}")).await;
    let mut wish = Wish::default();
    wish.listener.head_within = Duration::from_secs(3600);
    let mut world = World::with(upstream, wish).await;
    let mut open = Vec::new();
    for start in ["", "P", "PRI * HT"] {
        let mut client = world.connect().await;
        client.write_all(start.as_bytes()).await.unwrap();
        open.push(client);
    }
    // By then all of them are accepted.
    assert_eq!(world.get(ISSUE).await.0.status.as_u16(), 200);
    let drained = tokio::time::timeout(SOON, world.stop()).await;
    assert_eq!(drained.expect("the listener waits for those who say nothing"), Drained::Completely);
}

#[tokio::test]
async fn a_handshake_that_does_not_come_does_not_hold_up_the_end_of_the_listener_either() {
    let (upstream, _) = scripted(|_| json("200 OK", "{}")).await;
    let folder = tempfile::tempdir().unwrap();
    let mut wish = Wish::default();
    wish.listener.tls = Some(certificate(folder.path()));
    wish.listener.head_within = Duration::from_secs(3600);
    let mut world = World::with(upstream, wish).await;
    let _silent = world.connect().await;
    let mut accepted = world.connect().await;
    // What is no TLS is answered with an alert: by then both are accepted.
    accepted.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    accepted.read_u8().await.unwrap();
    let drained = tokio::time::timeout(SOON, world.stop()).await;
    assert_eq!(drained.expect("the listener waits for a handshake"), Drained::Completely);
}

#[tokio::test]
async fn a_head_that_comes_byte_by_byte_is_understood() {
    let (upstream, _) = scripted(|_| json("200 OK", "{}")).await;
    let world = World::new(upstream).await;
    let mut client = world.connect().await;
    let text = format!(
        "GET {ISSUE} HTTP/1.1\r\nhost: gw\r\nconnection: close\r\nauthorization: {}\r\n\r\n",
        world.authorization
    );
    for byte in text.as_bytes() {
        client.write_all(&[*byte]).await.unwrap();
        tokio::task::yield_now().await;
    }
    let mut heard = String::new();
    client.read_to_string(&mut heard).await.unwrap();
    assert!(heard.starts_with("HTTP/1.1 200 "), "{heard}");
}

#[tokio::test]
async fn a_request_elsewhere_that_does_not_end_is_answered_in_time() {
    let (upstream, _) = scripted(|_| json("200 OK", "{}")).await;
    let mut wish = Wish::default();
    wish.listener.elsewhere_within = Duration::from_millis(50);
    let world = World::with(upstream, wish).await;
    let (head, _) = world.get("/slow").await;
    assert_eq!(head.status.as_u16(), 408);
}

#[tokio::test]
async fn a_connection_too_many_from_one_address_is_closed_at_once_and_counted() {
    let (upstream, _) = scripted(|_| json("200 OK", "{}")).await;
    let mut wish = Wish::default();
    wish.listener.connections_per_address = 2;
    let world = World::with(upstream, wish).await;
    let text = format!("GET {ISSUE} HTTP/1.1\r\nhost: gw\r\nauthorization: {}\r\n\r\n", world.authorization);
    let mut open = vec![world.connect().await, world.connect().await];
    for client in &mut open {
        client.write_all(text.as_bytes()).await.unwrap();
        assert_eq!(client.read_u8().await.unwrap(), b'H');
    }
    let mut third = world.connect().await;
    let mut heard = Vec::new();
    let ended = tokio::time::timeout(SOON, third.read_to_end(&mut heard)).await.unwrap();
    assert!(ended.is_err() || heard.is_empty(), "{heard:?}");
    let metrics = world.metrics();
    assert!(metrics.contains("ticketgate_connections_refused_total 1\n"), "{metrics}");
    // Room again once one has gone, which the gateway hears a moment later.
    drop(open.pop());
    let room = tokio::time::timeout(SOON, async {
        loop {
            let mut client = world.connect().await;
            let asked = client.write_all(text.as_bytes()).await;
            if asked.is_ok() && client.read_u8().await.is_ok() {
                break;
            }
        }
    });
    room.await.unwrap();
}

#[tokio::test]
async fn a_trusted_proxy_has_as_many_connections_as_it_has_clients() {
    let (upstream, _) = scripted(|_| json("200 OK", "{}")).await;
    let mut wish = Wish::default();
    wish.listener.connections_per_address = 1;
    wish.listener.trusted_proxies = oauth::TrustedProxies::parse(["127.0.0.1"]).unwrap();
    let world = World::with(upstream, wish).await;
    let text = format!("GET {ISSUE} HTTP/1.1\r\nhost: gw\r\nauthorization: {}\r\n\r\n", world.authorization);
    let mut open = Vec::new();
    for _ in 0..5 {
        let mut client = world.connect().await;
        client.write_all(text.as_bytes()).await.unwrap();
        assert_eq!(client.read_u8().await.unwrap(), b'H');
        open.push(client);
    }
}

#[tokio::test]
async fn a_listener_that_cannot_be_set_up_says_why() {
    let first = Listener::bind(ListenerSettings::at(([127, 0, 0, 1], 0).into())).await.unwrap();
    let taken = Listener::bind(ListenerSettings::at(first.address().unwrap())).await;
    assert!(matches!(taken, Err(ListenError::Bind { .. })));
    let mut settings = ListenerSettings::at(([127, 0, 0, 1], 0).into());
    settings.tls = Some(("/nowhere/cert.pem".into(), "/nowhere/key.pem".into()));
    let error = Listener::bind(settings).await.err().unwrap().to_string();
    assert!(error.contains("/nowhere/cert.pem"), "{error}");
}
