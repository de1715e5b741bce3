//! Whom a gateway tells its user name: a server that shows a certificate it trusts, of the right name. The server is a made-up one that
//! speaks PostgreSQL as far as the first word over TLS.

use std::sync::Arc;

use rustls_pki_types::PrivateKeyDer;
use store::{Store, StoreError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use types::Secret;

/// What the server has heard over TLS, if it came to that.
type Heard = JoinHandle<Option<Vec<u8>>>;

/// A server with a certificate for `localhost`, or without TLS; its port, its certificate, and what it hears.
async fn server(tls: bool) -> (u16, String, Heard) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.ok()?;
        // SSLRequest: eight bytes, answered by one (PostgreSQL's protocol, "SSL Session Encryption").
        stream.read_exact(&mut [0; 8]).await.ok()?;
        stream.write_all(if tls { b"S" } else { b"N" }).await.ok()?;
        if !tls {
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).await.ok()?;
            return Some(rest).filter(|rest| !rest.is_empty());
        }
        let mut stream = tokio_rustls::TlsAcceptor::from(Arc::new(config)).accept(stream).await.ok()?;
        let length = stream.read_u32().await.ok()?;
        let mut first = vec![0; usize::try_from(length).ok()? - 4];
        stream.read_exact(&mut first).await.ok()?;
        Some(first)
    });
    (port, made.cert.pem(), heard)
}

async fn knock(url: String) -> StoreError {
    Store::in_memory().await.unwrap().with_custody_at(&Secret::new(url)).await.unwrap_err()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_tls_or_with_a_certificate_of_nobody_known_hears_nothing() {
    for tls in [true, false] {
        let (port, _, heard) = server(tls).await;
        let error = knock(format!("postgres://ada:pw@localhost:{port}/g?sslmode=verify-full")).await;
        assert!(matches!(&error, StoreError::Shared { why } if why.contains("TLS")), "{tls}: {error}");
        assert_eq!(heard.await.unwrap(), None, "{tls}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_told_who_comes_when_its_certificate_is_trusted_and_of_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    for (host, hears) in [("localhost", true), ("127.0.0.1", false)] {
        let (port, certificate, heard) = server(true).await;
        std::fs::write(&file, certificate).unwrap();
        let file = file.display();
        knock(format!("postgres://ada:pw@{host}:{port}/g?sslmode=verify-full&sslrootcert={file}")).await;
        let heard = heard.await.unwrap();
        assert_eq!(heard.is_some(), hears, "{host}");
        if let Some(heard) = heard {
            assert!(heard.windows(8).any(|word| word == b"user\0ada"), "{heard:?}");
        }
    }
}
