//! Certificates of those who call.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clock::Clock;
use oauth::Certificate;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, RootCertStore, ServerConnection, SignatureScheme,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, UnixTime};

/// Asks every client for a certificate, and does without when it has none.
///
/// A certificate that no authority here has issued may only prove that its holder has its key, which is all that a
/// self-signed one is for; whether it is trusted is found out again after the handshake, because a session that is resumed
/// skips what happens in one.
#[derive(Debug)]
pub(super) struct Callers {
    authorities: Option<Arc<dyn ClientCertVerifier>>,
    self_signed: bool,
    provider: Arc<CryptoProvider>,
}

impl Callers {
    /// With the authorities in a PEM file, or any certificate, or both.
    pub(super) fn new(
        authorities: Option<&Path>,
        self_signed: bool,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, String> {
        let authorities = authorities.map(|file| trusted(file, Arc::clone(&provider))).transpose()?;
        Ok(Self { authorities, self_signed, provider })
    }

    /// What a connection says of who is at its other end.
    pub(super) fn shown(&self, connection: &ServerConnection, clock: &Clock) -> Option<Arc<Certificate>> {
        let (own, others) = connection.peer_certificates()?.split_first()?;
        let now = u64::try_from(clock.now().as_second()).unwrap_or_default();
        let now = UnixTime::since_unix_epoch(Duration::from_secs(now));
        let trusted = self
            .authorities
            .as_ref()
            .is_some_and(|authorities| authorities.verify_client_cert(own, others, now).is_ok());
        Certificate::read(own, trusted).map(Arc::new)
    }
}

fn trusted(file: &Path, provider: Arc<CryptoProvider>) -> Result<Arc<dyn ClientCertVerifier>, String> {
    let problem = |problem: &dyn std::fmt::Display| format!("{}: {problem}", file.display());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| problem(&error))? {
        let certificate = certificate.map_err(|error| problem(&error))?;
        roots.add(certificate).map_err(|error| problem(&error))?;
    }
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    builder.allow_unauthenticated().build().map_err(|error| problem(&error))
}

impl ClientCertVerifier for Callers {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    /// With self-signed certificates allowed there is nobody whose certificates to hint at.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        match &self.authorities {
            Some(authorities) if !self.self_signed => authorities.root_hint_subjects(),
            _ => &[],
        }
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        match &self.authorities {
            Some(authorities) if !self.self_signed => {
                authorities.verify_client_cert(end_entity, intermediates, now)
            }
            // That it is one at all is found out when its signature is checked.
            _ => Ok(ClientCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
