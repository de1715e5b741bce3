//! The first stage: is it well formed, within size, and does it have exactly one meaning?

mod address;
mod browser;
mod query;

use std::sync::Arc;

use catalogue::CanonicalPath;
use http::header::{self, HeaderMap};
use http::{Method, Request, Uri, Version};
use hyper::body::{Body as _, Incoming};
use jiff::Timestamp;
use oauth::{Approach, Certificate, Whence};
use types::{Address, Code, Refusal, Verb};

use crate::unread::Unread;
use crate::{Settings, headers};

/// Where a request comes from and how.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Where it comes from: the other end of the connection, or whom a trusted proxy there has heard it from.
    pub whence: Whence,
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// The certificate it has shown, when it was asked for one and had one.
    pub certificate: Option<Arc<Certificate>>,
}

/// A well-formed request for the data plane. Whatever was ambiguous about it has been refused or made canonical.
///
/// It is handed on in a box, as everything is that more than one stage looks at: moving it from stage to stage would cost more
/// than most stages do.
#[derive(Debug)]
pub(crate) struct Arrival {
    /// When it came: the moment its call is judged by, in every stage.
    pub(crate) at: Timestamp,
    pub(crate) address: Address,
    pub(crate) path: CanonicalPath,
    /// As it was sent, without the question mark; checked, not normalised.
    pub(crate) query: Option<String>,
    pub(crate) verb: Verb,
    pub(crate) method: Method,
    /// As it was sent.
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Unread,
    /// Scheme and authority of the gateway as this client knows it.
    pub(crate) origin: Arc<str>,
    /// Where it comes from.
    pub(crate) whence: Whence,
    /// The certificate shown on its connection.
    pub(crate) certificate: Option<Arc<Certificate>>,
}

impl Arrival {
    /// What it says of who sends it.
    pub(crate) fn approach(&self) -> Approach<'_> {
        Approach {
            headers: &self.headers,
            whence: self.whence,
            method: &self.method,
            origin: &self.origin,
            path: self.uri.path(),
            authority: self.uri.authority().map(http::uri::Authority::as_str),
            certificate: self.certificate.as_deref(),
        }
    }

    /// Whether the path is one of the Confluence face on Cloud.
    pub(crate) fn is_wiki(&self) -> bool {
        self.path.as_str().starts_with("/wiki/")
    }
}

/// A request that was turned back, as it was written, and what is wrong with it.
#[derive(Debug)]
pub(crate) struct Astray {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) refusal: Refusal,
}

/// Examines a request.
///
/// # Errors
/// With what is wrong with it.
pub(crate) fn arrive(
    request: Request<Incoming>,
    peer: &Peer,
    settings: &Settings,
    at: Timestamp,
) -> Result<Box<Arrival>, Box<Astray>> {
    let (parts, body) = request.into_parts();
    let body = Unread::new(body, parts.version, &parts.headers);
    match examine(&parts, &body, peer, settings) {
        Ok(Meaning { address, path, query, verb, origin }) => Ok(Box::new(Arrival {
            at,
            address,
            path,
            query,
            verb,
            method: parts.method,
            uri: parts.uri,
            body,
            headers: parts.headers,
            origin,
            whence: peer.whence,
            certificate: peer.certificate.clone(),
        })),
        Err(refusal) => Err(Box::new(Astray { method: parts.method, uri: parts.uri, refusal })),
    }
}

/// The one meaning of a request.
struct Meaning {
    address: Address,
    path: CanonicalPath,
    query: Option<String>,
    verb: Verb,
    origin: Arc<str>,
}

fn examine(
    parts: &http::request::Parts,
    body: &Unread,
    peer: &Peer,
    settings: &Settings,
) -> Result<Meaning, Refusal> {
    let Some(verb) = Verb::of_method(&parts.method) else {
        return Err(Refusal::new(Code::OperationUnknown, "No operation uses this method."));
    };
    if headers::overrides_method(&parts.headers) {
        return Err(Code::MethodOverride.into());
    }
    refuse_ambiguous_framing(&parts.headers, parts.version)?;
    refuse_too_large(body, settings.longest_body)?;
    let (address, path) = address::read(parts.uri.path())?;
    let query = parts.uri.query().map(query::read).transpose()?;
    let origin = match &settings.public_origin {
        Some(origin) => Arc::clone(origin),
        None => origin(parts, peer)?,
    };
    if verb != Verb::Get {
        browser::refuse_foreign_page(&parts.headers, &origin)?;
    }
    if !body.is_end_stream() {
        browser::refuse_form(&parts.headers)?;
    }
    Ok(Meaning { address, path, query, verb, origin })
}

/// hyper has already refused contradicting lengths and unknown transfer codings, and has dropped a `Content-Length` beside
/// `Transfer-Encoding` (RFC 9112 §6.3); requests to Atlassian are framed anew, so nothing can hide between the two.
/// These are the shapes it lets pass that another server could read differently (RFC 9112 §3.2, RFC 9110 §10.1.1).
fn refuse_ambiguous_framing(headers: &HeaderMap, version: Version) -> Result<(), Refusal> {
    let malformed = |detail| Err(Refusal::new(Code::MalformedRequest, detail));
    if headers.get_all(header::HOST).iter().count() > 1 {
        return malformed("It has more than one Host header.");
    }
    if version < Version::HTTP_11 && headers.contains_key(header::TRANSFER_ENCODING) {
        return malformed("HTTP/1.0 has no Transfer-Encoding.");
    }
    let expects =
        headers.get(header::EXPECT).is_some_and(|e| !e.as_bytes().eq_ignore_ascii_case(b"100-continue"));
    if expects { malformed("It expects something other than 100-continue.") } else { Ok(()) }
}

fn refuse_too_large(body: &Unread, longest: u64) -> Result<(), Refusal> {
    // Without a declared length the lower bound is zero, and the limit holds while the body passes.
    let declared = body.size_hint().lower();
    if declared > longest {
        return Err(Refusal::new(
            Code::BodyTooLarge,
            format!("It declares {declared} bytes; {longest} are accepted."),
        ));
    }
    Ok(())
}

/// Scheme and authority as the request gives them. An absolute target wins over `Host` (RFC 9112 §3.2.2).
fn origin(parts: &http::request::Parts, peer: &Peer) -> Result<Arc<str>, Refusal> {
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = parts.uri.authority().map(http::uri::Authority::as_str).or(host).unwrap_or_default();
    let legal =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']');
    if authority.is_empty() || authority.len() > 255 || !authority.bytes().all(legal) {
        return Err(Refusal::new(Code::MalformedRequest, "Its Host is missing or is not a host name."));
    }
    let scheme = if peer.tls { "https://" } else { "http://" };
    Ok([scheme, authority].concat().into())
}

#[cfg(test)]
mod tests;
