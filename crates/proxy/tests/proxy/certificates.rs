//! Client certificates, from the handshake to the journey and to what is not the gateway's.

use std::io::Write as _;
use std::sync::Arc;

use http::{HeaderMap, HeaderValue, Method};
use oauth::{Approach, Certificate, TrustedProxies, Whence};
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tempfile::NamedTempFile;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::upstream::{json, scripted};
use crate::world::{Wish, World};

const ISSUE: &str = "/rest/api/3/issue/REL-1";

fn file(pem: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(pem.as_bytes()).unwrap();
    file
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params
}

/// Who a client is: its chain and its key.
type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn key_of(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivateKeyDer::try_from(key.serialize_der()).unwrap()
}

fn self_signed(name: &str) -> Identity {
    let key = KeyPair::generate().unwrap();
    (vec![params(name).self_signed(&key).unwrap().der().clone()], key_of(&key))
}

/// An authority, and somebody it has issued a certificate to.
fn issued(name: &str) -> (NamedTempFile, Identity) {
    let authority_key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = authority.self_signed(&authority_key).unwrap().pem();
    let key = KeyPair::generate().unwrap();
    let made = params(name).signed_by(&key, &Issuer::new(authority, authority_key)).unwrap();
    (file(&pem), (vec![made.der().clone()], key_of(&key)))
}

struct Tls {
    world: World,
    server: CertificateDer<'static>,
    _files: [NamedTempFile; 2],
}

impl Tls {
    async fn new(client_ca: Option<&NamedTempFile>, self_signed_clients: bool) -> Self {
        let mut wish = Wish::default();
        wish.listener.client_ca = client_ca.map(|file| file.path().to_owned());
        wish.listener.self_signed_clients = self_signed_clients;
        Self::with(wish).await
    }

    async fn with(mut wish: Wish) -> Self {
        let (upstream, _) = scripted(|_| json("200 OK", "{}")).await;
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let files = [file(&made.cert.pem()), file(&made.signing_key.serialize_pem())];
        wish.listener.tls = Some((files[0].path().to_owned(), files[1].path().to_owned()));
        Self { world: World::with(upstream, wish).await, server: made.cert.der().clone(), _files: files }
    }

    /// What a client with this certificate hears; nothing when it is not let in.
    async fn get(&self, identity: Option<&Identity>, path: &str, token: &str) -> String {
        let mut roots = RootCertStore::empty();
        roots.add(self.server.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let config = match identity {
            // Not the usual way, which would notice that they do not belong together.
            Some((chain, key)) => {
                let key = provider.key_provider.load_private_key(key.clone_key()).unwrap();
                let shown = SingleCertAndKey::from(CertifiedKey::new(chain.clone(), key));
                builder.with_client_cert_resolver(Arc::new(shown))
            }
            None => builder.with_no_client_auth(),
        };
        let stream = self.world.connect().await;
        let name = "localhost".try_into().unwrap();
        let Ok(mut stream) = TlsConnector::from(Arc::new(config)).connect(name, stream).await else {
            return String::new();
        };
        let text = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
        );
        let _refused_already = stream.write_all(text.as_bytes()).await;
        let mut heard = Vec::new();
        let _cut = stream.read_to_end(&mut heard).await;
        String::from_utf8(heard).unwrap()
    }
}

async fn bound_token(world: &World, identity: &Identity) -> String {
    let certificate = Certificate::read(&identity.0[0], false).unwrap();
    world
        .describe(&format!(
            r#"{{"proves_by":{{"certificates":[{{"x5t#S256":"{}"}}]}}}}"#,
            certificate.thumbprint()
        ))
        .await;
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    let headers = HeaderMap::from_iter([(http::header::CONTENT_TYPE, form)]);
    let approach = Approach {
        headers: &headers,
        whence: Whence::direct(std::net::Ipv4Addr::LOCALHOST.into()),
        method: &Method::POST,
        origin: "https://localhost",
        path: "/oauth/token",
        authority: None,
        certificate: Some(&certificate),
    };
    let form = b"grant_type=client_credentials&client_id=robot";
    let answer = world
        .clients
        .token(approach, form, |_| None, crate::world::no_vending, &mut audit::Record::default())
        .await;
    let body: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    body["access_token"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
}

#[tokio::test]
async fn a_bound_token_is_good_on_a_connection_with_its_certificate_and_on_no_other() {
    let tls = Tls::new(None, true).await;
    let (own, other) = (self_signed("own.example"), self_signed("own.example"));
    let token = bound_token(&tls.world, &own).await;
    assert!(tls.get(Some(&own), ISSUE, &token).await.starts_with("HTTP/1.1 200 "));
    for stranger in [Some(&other), None] {
        let heard = tls.get(stranger, ISSUE, &token).await;
        assert!(heard.starts_with("HTTP/1.1 401 ") && heard.contains("credential-invalid"), "{heard}");
    }
}

#[tokio::test]
async fn the_certificate_of_a_trusted_proxy_is_not_its_callers() {
    let mut wish = Wish::default();
    wish.listener.self_signed_clients = true;
    wish.listener.trusted_proxies = TrustedProxies::parse(["127.0.0.1"]).unwrap();
    let tls = Tls::with(wish).await;
    let proxy = self_signed("proxy.example");
    let token = bound_token(&tls.world, &proxy).await;
    let heard = tls.get(Some(&proxy), ISSUE, &token).await;
    assert!(heard.starts_with("HTTP/1.1 401 ") && heard.contains("credential-invalid"), "{heard}");
}

#[tokio::test]
async fn names_are_believed_of_certificates_of_an_authority_alone() {
    let (authority, known) = issued("known.example");
    let stranger = self_signed("known.example");
    let strict = Tls::new(Some(&authority), false).await;
    assert!(strict.get(Some(&known), "/who", "").await.ends_with("CN=known.example true"));
    assert!(strict.get(None, "/who", "").await.ends_with("nobody"), "it is asked for and not demanded");
    assert_eq!(strict.get(Some(&stranger), "/who", "").await, "", "not let in");
    let lenient = Tls::new(Some(&authority), true).await;
    assert!(lenient.get(Some(&known), "/who", "").await.ends_with("CN=known.example true"));
    assert!(lenient.get(Some(&stranger), "/who", "").await.ends_with("CN=known.example false"));
    let unasked = Tls::new(None, false).await;
    assert!(unasked.get(Some(&known), "/who", "").await.ends_with("nobody"));
}

#[tokio::test]
async fn a_certificate_does_not_help_whoever_does_not_hold_its_key() {
    let tls = Tls::new(None, true).await;
    let ((chain, _), (_, other_key)) = (self_signed("own.example"), self_signed("other.example"));
    assert_eq!(tls.get(Some(&(chain, other_key)), "/who", "").await, "");
}
