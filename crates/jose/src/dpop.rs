//! Proofs of possession (DPoP, RFC 9449): whoever sends this request holds that key.
//!
//! A proof is a token of its own type with its public key inside. It proves one thing, that the request it names was signed
//! with the key it carries; who that is, is for the caller to find out by comparing [`Proof::key`] with `cnf.jkt` of the
//! access token ([`crate::Verified::confirmation`]) or by binding a new token to it.
//!
//! **The caller remembers** [`Proof::id`] until [`Proof::remember_until`] and refuses a second one from the same key (RFC
//! 9449 section 11.1): a memory is nothing a pure function has. The caller also refuses a request with more than one `DPoP`
//! header (section 4.3, check 1).

mod target;

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::json::Object;
use crate::thumbprint::sha256;
use crate::verified::{date, id};
use crate::{Jwk, JwkError, ParseError, Thumbprint, Unverified, base64url};

pub use target::{NotATarget, Target};

/// The longest proof that is read, in bytes. With an RSA key of 8192 bits it has some 4 KiB.
pub const MAX_BYTES: usize = 8 * 1024;

/// The request a proof has to be for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Its method, as sent: methods are case-sensitive (RFC 9110 section 9.1).
    pub method: &'a str,
    /// Where it was sent.
    pub target: &'a Target,
    /// The access token it carries. When there is one, the proof has to name its digest (`ath`).
    pub access_token: Option<&'a str>,
    /// The nonces that are good now, when the proof has to have one (RFC 9449 section 8). An empty list accepts none.
    pub nonces: Option<&'a [&'a str]>,
}

/// How far `iat` may lie from now. In whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// How old a proof may be: also how long its name has to be remembered.
    pub past: Duration,
    /// How far ahead of ours the sender's clock may be.
    pub future: Duration,
}

/// A minute old, half a minute ahead.
impl Default for Window {
    fn default() -> Self {
        Self { past: Duration::from_secs(60), future: Duration::from_secs(30) }
    }
}

/// A proof that was checked. Whether it was seen before is not checked here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    key: Thumbprint,
    id: String,
    issued_at: Timestamp,
    remember_until: Timestamp,
    nonce: Option<String>,
}

impl Proof {
    /// The thumbprint of the key that was proved to be held: `jkt`.
    #[must_use]
    pub const fn key(&self) -> Thumbprint {
        self.key
    }

    /// `jti`: 1 to 256 bytes without control characters.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// `iat`: when the sender says it was made.
    #[must_use]
    pub const fn issued_at(&self) -> Timestamp {
        self.issued_at
    }

    /// From then on the same proof is refused for its age, and its name can be forgotten.
    #[must_use]
    pub const fn remember_until(&self) -> Timestamp {
        self.remember_until
    }

    /// `nonce`, when the proof has one, whether or not one was asked for.
    #[must_use]
    pub fn nonce(&self) -> Option<&str> {
        self.nonce.as_deref()
    }
}

/// Checks a proof for a request (RFC 9449 section 4.3, checks 2 to 11; 1 and 12 are the caller's, who knows the headers
/// and the access token).
///
/// # Errors
/// [`DpopError`] names the first check that failed. [`DpopError::Nonce`] is answered with `use_dpop_nonce` and a new nonce,
/// all others with `invalid_dpop_proof`.
pub fn verify(
    proof: &str,
    request: &Request<'_>,
    window: Window,
    now: Timestamp,
) -> Result<Proof, DpopError> {
    let token = Unverified::parse_within(proof, MAX_BYTES).map_err(DpopError::Parse)?;
    if !token.header().is_typ("dpop+jwt") {
        return Err(DpopError::Type);
    }
    let key = token.header_members().get("jwk").and_then(Value::as_object).ok_or(DpopError::NoKey)?;
    let key = Jwk::from_members(key).map_err(DpopError::Key)?;
    if !key.has(token.header().algorithm()) {
        return Err(DpopError::AlgorithmOfAnotherKey);
    }
    if !token.is_signed_by(&key) {
        return Err(DpopError::Signature);
    }
    let claims = token.claims();
    check_request(claims, request)?;
    let issued_at =
        date(claims, "iat").map_err(|_| DpopError::Claim("iat"))?.ok_or(DpopError::Missing("iat"))?;
    let remember_until = check_age(issued_at, window, now)?;
    let id = id(claims).map_err(|()| DpopError::Claim("jti"))?.ok_or(DpopError::Missing("jti"))?;
    let nonce = check_nonce(claims, request)?;
    Ok(Proof {
        key: key.thumbprint(),
        id: id.to_owned(),
        issued_at,
        remember_until,
        nonce: nonce.map(str::to_owned),
    })
}

fn text<'a>(claims: &'a Object, name: &'static str) -> Result<Option<&'a str>, DpopError> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(DpopError::Claim(name)),
    }
}

fn required<'a>(claims: &'a Object, name: &'static str) -> Result<&'a str, DpopError> {
    text(claims, name)?.ok_or(DpopError::Missing(name))
}

fn check_request(claims: &Object, request: &Request<'_>) -> Result<(), DpopError> {
    if required(claims, "htm")? != request.method {
        return Err(DpopError::Method);
    }
    let target = Target::parse(required(claims, "htu")?).map_err(|_| DpopError::Claim("htu"))?;
    if target != *request.target {
        return Err(DpopError::Target);
    }
    match request.access_token {
        Some(token) if required(claims, "ath")? != base64url::encode(sha256(token.as_bytes())) => {
            Err(DpopError::AccessToken)
        }
        _ => Ok(()),
    }
}

/// In whole seconds. Answers from when on the same proof will be too old.
fn check_age(issued_at: Timestamp, window: Window, now: Timestamp) -> Result<Timestamp, DpopError> {
    let seconds = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    let (issued, now) = (issued_at.as_second(), now.as_second());
    let end = issued.saturating_add(seconds(window.past)).saturating_add(1);
    if now >= end {
        return Err(DpopError::TooOld);
    }
    if issued > now.saturating_add(seconds(window.future)) {
        return Err(DpopError::InFuture);
    }
    Ok(Timestamp::from_second(end).unwrap_or(Timestamp::MAX))
}

fn check_nonce<'a>(claims: &'a Object, request: &Request<'_>) -> Result<Option<&'a str>, DpopError> {
    let nonce = text(claims, "nonce")?;
    match request.nonces {
        Some(good) if !nonce.is_some_and(|nonce| good.contains(&nonce)) => Err(DpopError::Nonce),
        _ => Ok(nonce),
    }
}

/// The proof does not hold, and the check that said so.
///
/// For operators' logs and for tests; a caller that has not been authenticated is told `invalid_dpop_proof`, or
/// `use_dpop_nonce` for [`DpopError::Nonce`], and no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DpopError {
    /// Not a token as it is read here.
    #[error("{0}")]
    Parse(ParseError),
    /// `typ` is not `dpop+jwt`.
    #[error("the proof is a token of another type")]
    Type,
    /// No `jwk` in the header.
    #[error("the proof carries no key")]
    NoKey,
    /// The key in the header is not one that is used here.
    #[error("the proof's key: {0}")]
    Key(JwkError),
    /// `alg` does not belong to the key.
    #[error("the proof's algorithm does not belong to its key")]
    AlgorithmOfAnotherKey,
    /// The signature is not that key's over this proof.
    #[error("the proof's signature does not fit its key")]
    Signature,
    /// A claim that is needed is absent.
    #[error("the proof's claim {0} is missing")]
    Missing(&'static str),
    /// A claim is not of its type, or too long.
    #[error("the proof's claim {0} is malformed")]
    Claim(&'static str),
    /// `htm` is another method.
    #[error("the proof is for another method")]
    Method,
    /// `htu` is another place.
    #[error("the proof is for another target")]
    Target,
    /// `ath` is the digest of another access token.
    #[error("the proof is for another access token")]
    AccessToken,
    /// `iat` is too long ago.
    #[error("the proof is too old")]
    TooOld,
    /// `iat` is too far ahead.
    #[error("the proof was made in the future; do the clocks agree?")]
    InFuture,
    /// `nonce` is missing, or none of those that are good now.
    #[error("the proof has no nonce that is good now")]
    Nonce,
}
