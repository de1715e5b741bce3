use std::sync::Arc;
use std::sync::Mutex;

use egress::{Kind, Proxy, Reach, SettingsError};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::servers::{SOON, echo, egress, get, head, raw};

/// A proxy that notes the heads of what it is asked, and its address.
async fn proxy(status: &'static str) -> (std::net::SocketAddr, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&asked);
    let address = raw(move |mut stream| {
        let noted = Arc::clone(&noted);
        async move {
            let head = head(&mut stream).await;
            let to = head.split(' ').nth(1).unwrap_or_default().to_owned();
            noted.lock().unwrap().push(head);
            stream.write_all(format!("HTTP/1.1 {status}\r\n\r\n").as_bytes()).await.unwrap();
            if status.starts_with("200") {
                #[allow(clippy::disallowed_methods, reason = "this is a proxy, played by a test")]
                let mut onward = TcpStream::connect(to).await.unwrap();
                let _ended = tokio::io::copy_bidirectional(&mut stream, &mut onward).await;
            }
        }
    })
    .await;
    (address, asked)
}

#[tokio::test]
async fn a_proxy_is_asked_to_connect_and_shown_its_own_credential() {
    let server = raw(echo).await;
    let (proxy, asked) = proxy("200 OK").await;
    let egress = egress(|settings| {
        settings.proxy = Some(Proxy::new(&format!("http://Aladdin:opensesame@{proxy}"), "").unwrap());
    });
    let (_, body) = egress.fetch(get(&format!("http://{server}/through")), SOON, 100).await.unwrap();
    assert_eq!(&body[..], b"/through");
    let asked = asked.lock().unwrap().concat();
    assert!(asked.starts_with(&format!("CONNECT {server} HTTP/1.1")), "{asked}");
    assert!(asked.contains("Basic QWxhZGRpbjpvcGVuc2VzYW1l"), "{asked}");
}

#[tokio::test]
async fn hosts_that_are_excepted_are_reached_directly() {
    let server = raw(echo).await;
    let (proxy, asked) = proxy("200 OK").await;
    let egress = egress(|settings| {
        settings.proxy = Some(Proxy::new(&format!("http://{proxy}"), "example.com, 127.0.0.0/8").unwrap());
    });
    egress.fetch(get(&format!("http://{server}/direct")), SOON, 100).await.unwrap();
    assert!(asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_proxy_that_says_no_means_nothing_was_sent() {
    for status in ["403 Forbidden", "407 Proxy Authentication Required"] {
        let (proxy, _) = proxy(status).await;
        let egress =
            egress(|settings| settings.proxy = Some(Proxy::new(&format!("http://{proxy}"), "").unwrap()));
        let error = egress.send(get("https://acme.example/"), SOON).await.unwrap_err();
        assert_eq!((error.kind(), error.sent()), (Kind::Unreachable, false), "{error}");
    }
}

#[test]
fn a_proxys_password_is_not_printed() {
    let proxy = Proxy::new("http://user:hunter2@proxy.example:3128", "").unwrap();
    let shown = format!("{proxy:?}");
    assert!(shown.contains("proxy.example:3128") && !shown.contains("hunter2"), "{shown}");
    for bad in ["https://proxy", "socks5://hunter2@proxy", "hunter2", "http://"] {
        let error = Proxy::new(bad, "").unwrap_err();
        assert!(matches!(error, SettingsError::Proxy) && !error.to_string().contains("hunter2"), "{bad}");
    }
}

#[tokio::test]
async fn a_proxy_is_no_detour_inward() {
    let (proxy, asked) = proxy("200 OK").await;
    let egress = egress(|settings| {
        settings.proxy = Some(Proxy::new(&format!("http://{proxy}"), "").unwrap());
    });
    let egress = egress.reaching(Reach::Outward(Arc::default()));
    for inward in ["https://localhost/x", "https://10.0.0.1/x"] {
        let error = egress.send(get(inward), SOON).await.unwrap_err();
        assert!(error.to_string().contains("leads inward"), "{inward}: {error}");
    }
    assert!(asked.lock().unwrap().is_empty(), "it was not even asked");
}
