//! Servers that do one thing each.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use egress::{Egress, RequestBody, Settings};
use http::{Request, Response};
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use rustls::ServerConfig;
use rustls_pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

pub(crate) const SOON: Duration = Duration::from_secs(20);

/// Runs `each` for every connection to a free port.
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

/// Answers every request with its path.
pub(crate) async fn echo<I: AsyncRead + AsyncWrite + Unpin + Send + 'static>(stream: I) {
    let service = service_fn(|request: Request<hyper::body::Incoming>| async move {
        Ok::<_, std::convert::Infallible>(Response::new(Full::new(Bytes::from(
            request.uri().path().to_owned(),
        ))))
    });
    let _left = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
}

/// Reads until the blank line.
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

/// A TLS server for `localhost`, and the PEM of its certificate.
pub(crate) async fn tls() -> (SocketAddr, String) {
    let (acceptor, pem) = acceptor();
    let address = raw(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                echo(stream).await;
            }
        }
    })
    .await;
    (address, pem)
}

/// The server's side of TLS for `localhost`, with HTTP/2 and HTTP/1.1, and the PEM of its certificate.
pub(crate) fn acceptor() -> (TlsAcceptor, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let pem = made.cert.pem();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    (TlsAcceptor::from(Arc::new(config)), pem)
}

pub(crate) fn egress(change: impl FnOnce(&mut Settings)) -> Egress {
    let mut settings = Settings { roots: egress::Roots::WebPki, ..Settings::default() };
    change(&mut settings);
    Egress::new(&settings).unwrap()
}

pub(crate) fn get(url: &str) -> Request<RequestBody> {
    Request::get(url).body(RequestBody::empty()).unwrap()
}
