use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use crate::json::{self, Object};
use crate::{Expected, Header, Jwk, JwkSet, NotStrictJson, Verified, VerifyError, base64url};

/// A token that has been read and not yet believed: a JWT (RFC 7519) in the compact serialisation of a JWS (RFC 7515).
///
/// It shows what is needed to find the keys, and nothing else.
#[derive(Clone)]
pub struct Unverified<'a> {
    /// What is signed: header and claims as they were written.
    signed: &'a str,
    signature: Vec<u8>,
    header: Header,
    /// The header as a whole; only `dpop` looks into it.
    members: Object,
    claims: Arc<Object>,
}

impl<'a> Unverified<'a> {
    /// The longest token [`Unverified::parse`] reads, in bytes.
    pub const MAX_BYTES: usize = 16 * 1024;

    /// Reads a token of at most [`Unverified::MAX_BYTES`].
    ///
    /// # Errors
    /// As [`Unverified::parse_within`].
    pub fn parse(token: &'a str) -> Result<Self, ParseError> {
        Self::parse_within(token, Self::MAX_BYTES)
    }

    /// Reads a token of at most `limit` bytes.
    ///
    /// # Errors
    /// [`ParseError`] when it is longer, not exactly three parts of strict base64url, when header or claims are not an
    /// object in strict JSON, and when the header names no algorithm of [`crate::Algorithm`], has a malformed `kid` or
    /// `typ`, or an extension (`crit`, `b64`).
    pub fn parse_within(token: &'a str, limit: usize) -> Result<Self, ParseError> {
        if token.len() > limit {
            return Err(ParseError::TooLong { limit });
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(ParseError::Parts)?;
        let (header, claims) = signed.split_once('.').ok_or(ParseError::Parts)?;
        if claims.contains('.') {
            return Err(ParseError::Parts);
        }
        let members = object(header, Part::Header)?;
        Ok(Self {
            signed,
            signature: base64url::decode(signature).ok_or(ParseError::Base64(Part::Signature))?,
            header: Header::from_members(&members)?,
            members,
            claims: Arc::new(object(claims, Part::Claims)?),
        })
    }

    /// What the header says.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Who the token *says* issued it, for choosing keys. Anyone can write anything here.
    #[must_use]
    pub fn issuer_hint(&self) -> Option<&str> {
        self.claims.get("iss").and_then(Value::as_str)
    }

    /// Whom the token *says* it is about, for choosing keys. Anyone can write anything here.
    #[must_use]
    pub fn subject_hint(&self) -> Option<&str> {
        self.claims.get("sub").and_then(Value::as_str)
    }

    /// Checks the signature with the fitting keys of a set, then everything `expected` asks for.
    ///
    /// With a `kid`, only keys of that name are tried. Without one, every key for the algorithm, up to
    /// [`JwkSet::MAX_TRIED`].
    ///
    /// # Errors
    /// [`VerifyError`] names the first check that failed. [`VerifyError::UnknownKey`] may mean that the issuer has new
    /// keys; the token can be verified again after the set was fetched anew.
    pub fn verify(
        &self,
        keys: &JwkSet,
        expected: &Expected,
        now: Timestamp,
    ) -> Result<Verified, VerifyError> {
        let candidates = keys.candidates(&self.header)?;
        let key = candidates.into_iter().find(|key| self.is_signed_by(key)).ok_or(VerifyError::Signature)?;
        self.accept(key, expected, now)
    }

    /// Checks the signature with one key, whatever `kid` says, then everything `expected` asks for.
    ///
    /// # Errors
    /// [`VerifyError`] names the first check that failed.
    pub fn verify_with(
        &self,
        key: &Jwk,
        expected: &Expected,
        now: Timestamp,
    ) -> Result<Verified, VerifyError> {
        if !key.has(self.header.algorithm()) {
            return Err(VerifyError::AlgorithmOfAnotherKey);
        }
        if !self.is_signed_by(key) {
            return Err(VerifyError::Signature);
        }
        self.accept(key, expected, now)
    }

    pub(crate) fn is_signed_by(&self, key: &Jwk) -> bool {
        key.verifies(self.header.algorithm(), self.signed.as_bytes(), &self.signature)
    }

    /// Only for a token whose signature by `key` was just checked.
    fn accept(&self, key: &Jwk, expected: &Expected, now: Timestamp) -> Result<Verified, VerifyError> {
        let verified = Verified::new(self.header.clone(), Arc::clone(&self.claims), key.thumbprint())?;
        expected.check(&verified, now)?;
        Ok(verified)
    }

    pub(crate) const fn header_members(&self) -> &Object {
        &self.members
    }

    /// The claims, for a caller in this crate that has checked the signature.
    pub(crate) fn claims(&self) -> &Object {
        &self.claims
    }
}

impl fmt::Debug for Unverified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unverified").field("header", &self.header).finish_non_exhaustive()
    }
}

fn object(text: &str, part: Part) -> Result<Object, ParseError> {
    let text = base64url::decode(text).ok_or(ParseError::Base64(part))?;
    json::object(&text).map_err(|fault| ParseError::Json(part, fault))
}

/// One of the three parts of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The first.
    Header,
    /// The second.
    Claims,
    /// The third.
    Signature,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Claims => "claims",
            Self::Signature => "signature",
        })
    }
}

/// The text is not a token this crate reads.
///
/// For operators and tests. To whoever sent the text unauthenticated, say only that the token is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Longer than allowed.
    #[error("the token is longer than {limit} bytes")]
    TooLong {
        /// How long it may be.
        limit: usize,
    },
    /// Not three parts with a dot between each.
    #[error("the token does not have three parts")]
    Parts,
    /// A part is not base64url without padding.
    #[error("the token's {0} is not base64url")]
    Base64(Part),
    /// A part is not JSON as it is read here.
    #[error("the token's {0} cannot be read: {1}")]
    Json(Part, NotStrictJson),
    /// `alg` is missing or none of [`crate::Algorithm`]: `none` and `HS256` among others.
    #[error("the token's algorithm is not one that is accepted here")]
    Algorithm,
    /// The header demands an extension; none is understood.
    #[error("the token's header has {0}, which is not supported")]
    Extension(&'static str),
    /// A member of the header is not a text, empty, too long, or has control characters.
    #[error("the token's {0} is not a short text")]
    Member(&'static str),
}
