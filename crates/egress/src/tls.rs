use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::{Roots, Settings, SettingsError};

/// The TLS side of the settings. Reads files; called once, at the start.
pub(crate) fn config(settings: &Settings) -> Result<ClientConfig, SettingsError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| SettingsError::Tls(error.to_string()))?
        .with_root_certificates(roots(settings)?)
        .with_no_client_auth();
    if settings.http2 {
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    }
    Ok(config)
}

fn roots(settings: &Settings) -> Result<RootCertStore, SettingsError> {
    let mut roots = RootCertStore::empty();
    if settings.roots == Roots::Native {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    for path in &settings.extra_ca_pem {
        let problem = |problem: String| SettingsError::Certificates { path: path.clone(), problem };
        let before = roots.len();
        let found = CertificateDer::pem_file_iter(path).map_err(|error| problem(error.to_string()))?;
        for certificate in found {
            let certificate = certificate.map_err(|error| problem(error.to_string()))?;
            roots.add(certificate).map_err(|error| problem(error.to_string()))?;
        }
        if roots.len() == before {
            return Err(problem("no certificate in it".into()));
        }
    }
    if roots.is_empty() { Err(SettingsError::NoRoots) } else { Ok(roots) }
}
