use std::error::Error;
use std::{fmt, io};

use types::Code;

use crate::BoxError;

/// In which way it went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// No connection: name not found, refused, timed out while connecting, or the proxy on the way says no.
    Unreachable,
    /// No connection that can be trusted: the TLS handshake failed.
    Tls,
    /// Connected, but the head of the answer did not come in time.
    Timeout,
    /// The connection ended before the answer was complete.
    BrokeOff,
    /// What came is not HTTP, or its head is larger than accepted.
    Garbled,
    /// The request's own body could not be read to its end; the other side saw a broken request.
    RequestBody,
    /// The answer is larger than the caller of [`crate::Egress::fetch`] accepts.
    TooLarge,
}

/// Why there is no (whole) answer.
///
/// Prints the kind and the cause's own words; neither contains headers or bodies.
#[derive(Debug)]
pub struct EgressError {
    kind: Kind,
    sent: bool,
    source: Option<BoxError>,
}

impl EgressError {
    pub(crate) fn new(kind: Kind, sent: bool, source: impl Into<BoxError>) -> Self {
        Self { kind, sent, source: Some(source.into()) }
    }

    pub(crate) const fn bare(kind: Kind, sent: bool) -> Self {
        Self { kind, sent, source: None }
    }

    /// Connecting failed.
    pub(crate) fn of_connecting(error: BoxError) -> Self {
        let kind = if chain(&*error).any(is_tls) { Kind::Tls } else { Kind::Unreachable };
        Self::new(kind, false, error)
    }

    /// A connection ended before anything of the request was written.
    pub(crate) fn of_unsent(error: hyper::Error) -> Self {
        Self::new(of_hyper(&error), false, error)
    }

    /// A connection ended after a part of the request was written, or all of it. hyper knows better in a few cases, but
    /// does not tell; claiming "not sent" wrongly would invite a change to happen twice.
    pub(crate) fn of_sent(error: hyper::Error) -> Self {
        Self::new(of_hyper(&error), true, error)
    }

    /// Reads the kind off an error met while reading the body of an answer.
    #[must_use]
    pub fn of_body(error: hyper::Error) -> Self {
        Self::new(of_hyper(&error), true, error)
    }

    /// In which way it went wrong.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether anything may have reached the other side. `false` is certain, `true` is not.
    #[must_use]
    pub const fn sent(&self) -> bool {
        self.sent
    }

    /// The refusal a caller hears.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self.kind {
            Kind::Unreachable | Kind::Tls => Code::UpstreamUnreachable,
            Kind::Timeout => Code::UpstreamTimeout,
            Kind::BrokeOff => Code::UpstreamBrokeOff,
            Kind::Garbled | Kind::TooLarge => Code::UpstreamGarbled,
            Kind::RequestBody => Code::MalformedRequest,
        }
    }
}

fn of_hyper(error: &hyper::Error) -> Kind {
    if error.is_user() {
        Kind::RequestBody
    } else if error.is_parse() || is_nonsense(error) {
        Kind::Garbled
    } else {
        Kind::BrokeOff
    }
}

/// Chunked framing that is none comes as an I/O error of hyper's own making.
fn is_nonsense(error: &hyper::Error) -> bool {
    chain(error)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| matches!(cause.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData))
}

/// rustls' error arrives inside an `io::Error`, whose `source` skips the error it wraps.
fn is_tls(error: &(dyn Error + 'static)) -> bool {
    let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    error.is::<rustls::Error>() || inner.is_some_and(|inner| inner.is::<rustls::Error>() || is_tls(inner))
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| Error::source(*error))
}

impl fmt::Display for EgressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::Unreachable => "no connection",
            Kind::Tls => "no trusted connection",
            Kind::Timeout => "no answer in time",
            Kind::BrokeOff => "the connection broke off",
            Kind::Garbled => "the answer is not valid HTTP",
            Kind::RequestBody => "the request's body could not be read",
            Kind::TooLarge => "the answer is too large",
        })?;
        let source = self.source.as_deref().map(|source| source as &(dyn Error + 'static));
        for cause in source.into_iter().flat_map(chain) {
            write!(f, ": {cause}")?;
        }
        Ok(())
    }
}

impl Error for EgressError {
    // The causes are part of what is displayed, so they are not offered a second time as `source`.
}
