//! The other side: a server of raw bytes that keeps what it was sent.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What the upstream has seen: heads and bodies, one text per request.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    texts: Arc<Mutex<Vec<String>>>,
    more: Arc<Notify>,
}

impl Seen {
    pub(crate) fn add(&self, text: String) {
        self.texts.lock().unwrap().push(text);
        self.more.notify_waiters();
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.texts.lock().unwrap().clone()
    }

    /// Waits for the first text that contains `needle`.
    pub(crate) async fn wait_for(&self, needle: &str) -> String {
        loop {
            let more = self.more.notified();
            if let Some(found) = self.all().into_iter().find(|text| text.contains(needle)) {
                return found;
            }
            more.await;
        }
    }
}

/// Runs `each` for every connection.
pub(crate) async fn raw<F, T>(each: F) -> SocketAddr
where
    F: Fn(TcpStream) -> T + Send + 'static,
    T: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(each(stream));
        }
    });
    address
}

/// Reads one head, up to the blank line; what there is when the connection ends before.
pub(crate) async fn head(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => read.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(read).unwrap()
}

/// Reads one request whose body has a declared length.
pub(crate) async fn request(stream: &mut TcpStream) -> String {
    let mut text = head(stream).await;
    let length =
        text.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |l| l.parse().unwrap());
    let mut body = vec![0; length];
    if stream.read_exact(&mut body).await.is_ok() {
        text.push_str(&String::from_utf8_lossy(&body));
    }
    text
}

/// Answers every request with the bytes that `answer` makes of it, then closes.
pub(crate) async fn scripted<F, B>(answer: F) -> (SocketAddr, Seen)
where
    F: Fn(&str) -> B + Clone + Send + Sync + 'static,
    B: AsRef<[u8]> + Send,
{
    let seen = Seen::default();
    let noted = seen.clone();
    let address = raw(move |mut stream| {
        let (noted, answer) = (noted.clone(), answer.clone());
        async move {
            let text = request(&mut stream).await;
            let answer = answer(&text);
            noted.add(text);
            let _gone = stream.write_all(answer.as_ref()).await;
        }
    })
    .await;
    (address, seen)
}

/// A whole answer with a length.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

/// A whole JSON answer.
pub(crate) fn json(status: &str, body: &str) -> String {
    answer(status, "content-type: application/json\r\n", body)
}
