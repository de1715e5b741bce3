use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

/// Somebody who publishes keys: a whole HTTP answer, and how often it was asked for.
pub(super) struct Publisher {
    pub(super) address: SocketAddr,
    says: Arc<Mutex<String>>,
    asked: Arc<AtomicUsize>,
    last: Arc<Mutex<String>>,
}

impl Publisher {
    pub(super) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (says, asked) = (Arc::new(Mutex::new(String::new())), Arc::new(AtomicUsize::new(0)));
        let last = Arc::new(Mutex::new(String::new()));
        let noted = Arc::clone(&last);
        let (saying, counted) = (Arc::clone(&says), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut read = Vec::new();
                while !read.ends_with(b"\r\n\r\n") {
                    read.push(stream.read_u8().await.unwrap_or(b'\n'));
                }
                *noted.lock().unwrap() = String::from_utf8_lossy(&read).into_owned();
                counted.fetch_add(1, Ordering::SeqCst);
                let text = saying.lock().unwrap().clone();
                let _left = stream.write_all(text.as_bytes()).await;
            }
        });
        Self { address, says, asked, last }
    }

    pub(super) fn say(&self, status: &str, headers: &str, body: &str) {
        let length = body.len();
        *self.says.lock().unwrap() = format!(
            "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
        );
    }

    pub(super) fn publish(&self, numbers: &[u8]) {
        self.say("200 OK", "Cache-Control: max-age=600\r\n", &listed(numbers)["jwks"].to_string());
    }

    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// The head of the last request.
    pub(super) fn last(&self) -> String {
        self.last.lock().unwrap().clone()
    }

    pub(super) fn url(&self, host: &str) -> String {
        format!("http://{host}:{}/jwks", self.address.port())
    }
}
