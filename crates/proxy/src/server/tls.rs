use std::path::PathBuf;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use super::callers::Callers;
use super::{ListenError, ListenerSettings};

/// The TLS side of a listener.
#[derive(Clone)]
pub(super) struct Tls {
    pub(super) acceptor: TlsAcceptor,
    /// Present when clients are asked for certificates.
    pub(super) callers: Option<Arc<Callers>>,
}

impl Tls {
    /// Reads certificate and key; offers HTTP/2 and HTTP/1.1 by ALPN, TLS 1.2 and 1.3.
    pub(super) fn new(
        (certificate, key): &(PathBuf, PathBuf),
        settings: &ListenerSettings,
    ) -> Result<Self, ListenError> {
        let problem = |problem: String| ListenError::Certificate {
            certificate: certificate.clone(),
            key: key.clone(),
            problem,
        };
        let chain = CertificateDer::pem_file_iter(certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| problem(error.to_string()))?;
        let private = PrivateKeyDer::from_pem_file(key).map_err(|error| problem(error.to_string()))?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let (authorities, self_signed) = (settings.client_ca.as_deref(), settings.self_signed_clients);
        let callers = if authorities.is_some() || self_signed {
            let callers = Callers::new(authorities, self_signed, Arc::clone(&provider));
            Some(Arc::new(callers.map_err(ListenError::Clients)?))
        } else {
            None
        };
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| problem(error.to_string()))?;
        let config = match &callers {
            Some(callers) => config.with_client_cert_verifier(Arc::<Callers>::clone(callers)),
            None => config.with_no_client_auth(),
        };
        let mut config =
            config.with_single_cert(chain, private).map_err(|error| problem(error.to_string()))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), callers })
    }
}
