//! What an `Authorization` header presents, before anyone has looked whether it is worth anything.
//!
//! Pure and bounded: this is the first code that reads bytes a stranger chose, and a fuzz target runs it.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use seal::token::{self, Digest, Kind, Parsed};
use zeroize::Zeroize as _;

use crate::jwt;

/// The longest header value that is read, in bytes. Our own credentials need 60; the rest is room for user names.
pub const LONGEST: usize = 1_024;

/// The same for a JWT, which names its scopes.
pub const LONGEST_JWT: usize = crate::signing::LONGEST;

/// What [`LONGEST`] bytes of base64 can hold.
const DECODED: usize = LONGEST / 4 * 3;

/// The standard alphabet; padding or not, because clients in the field do both.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The authentication scheme of a header (RFC 9110 §11.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// RFC 6750
    Bearer,
    /// RFC 7617
    Basic,
    /// RFC 9449
    Dpop,
}

/// Something of ours, well-formed and with the right checksum, found in a header. Not yet known to exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    scheme: Scheme,
    token: Token,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Ours(Parsed),
    /// Something in three parts that begins like one: whether it is of this gateway is for its signature to say.
    Jwt {
        digest: Digest,
        hint: String,
    },
}

impl Presented {
    /// How it was sent.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// What it claims to be, by its prefix.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match &self.token {
            Token::Ours(token) => token.kind,
            Token::Jwt { .. } => Kind::AccessToken,
        }
    }

    /// Whether it is a JWT, which wants its signature looked at when it is seen for the first time.
    #[must_use]
    pub const fn is_jwt(&self) -> bool {
        matches!(self.token, Token::Jwt { .. })
    }

    /// What it is found by. The text itself is not kept.
    #[must_use]
    pub const fn digest(&self) -> &Digest {
        match &self.token {
            Token::Ours(token) => &token.digest,
            Token::Jwt { digest, .. } => digest,
        }
    }

    /// Prefix and last four characters, for records.
    #[must_use]
    pub fn hint(&self) -> String {
        match &self.token {
            Token::Ours(token) => token.hint(),
            Token::Jwt { hint, .. } => hint.clone(),
        }
    }
}

/// Why a header presents nothing. For tests and operators: a caller hears the same answer for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPresented {
    /// Longer than [`LONGEST`].
    #[error("the Authorization header is too long")]
    TooLong,
    /// None of [`Scheme`].
    #[error("the Authorization header's scheme is none of Bearer, Basic and DPoP")]
    UnknownScheme,
    /// Basic, but not base64 of `user:password`.
    #[error("the Basic credential is not base64 of user:password")]
    NotBasic,
    /// The credential is not one this gateway makes: another's, mistyped or cut off.
    #[error("the credential is not one of this gateway's")]
    NotOurs,
}

/// Reads the value of an `Authorization` header.
///
/// Bearer and DPoP carry the credential itself. Basic carries it as the password; the user name may be anything, because many
/// Jira clients can only send a user name and a token, and some insist on an e-mail address.
///
/// # Errors
/// [`NotPresented`], for whatever is not one of our credentials in one of these forms.
pub fn parse_authorization(value: &[u8]) -> Result<Presented, NotPresented> {
    if let Some((scheme, text)) = jwt_in(value) {
        let token = Token::Jwt { digest: Digest::of(text.as_bytes()), hint: jwt::hint(text) };
        return Ok(Presented { scheme, token });
    }
    if value.len() > LONGEST {
        return Err(NotPresented::TooLong);
    }
    match split_scheme(value) {
        Some((scheme @ (Scheme::Bearer | Scheme::Dpop), credential)) => ours(scheme, credential),
        Some((Scheme::Basic, encoded)) => with_basic(encoded, |_, password| ours(Scheme::Basic, password))?,
        None => Err(NotPresented::UnknownScheme),
    }
}

/// The JWT of a Bearer or DPoP header, if what it carries looks like one: three parts, the first of which is JSON.
pub(crate) fn jwt_in(value: &[u8]) -> Option<(Scheme, &str)> {
    if value.len() > LONGEST_JWT {
        return None;
    }
    let (scheme @ (Scheme::Bearer | Scheme::Dpop), credential) = split_scheme(value)? else { return None };
    let text = std::str::from_utf8(credential).ok()?;
    (text.starts_with("eyJ") && text.bytes().filter(|byte| *byte == b'.').count() == 2)
        .then_some((scheme, text))
}

/// Reads a Basic header and hands `user` and `password` to `read`, out of memory that is wiped afterwards.
///
/// # Errors
/// [`NotPresented`] when it is no such header.
pub(crate) fn read_basic<T>(value: &[u8], read: impl FnOnce(&[u8], &[u8]) -> T) -> Result<T, NotPresented> {
    if value.len() > LONGEST {
        return Err(NotPresented::TooLong);
    }
    match split_scheme(value) {
        Some((Scheme::Basic, encoded)) => with_basic(encoded, read),
        Some((Scheme::Bearer | Scheme::Dpop, _)) | None => Err(NotPresented::UnknownScheme),
    }
}

/// `auth-scheme 1*SP rest`; the scheme's letters may have any case (RFC 9110 §11.1).
fn split_scheme(value: &[u8]) -> Option<(Scheme, &[u8])> {
    let end = value.iter().position(|byte| *byte == b' ')?;
    let (scheme, rest) = value.split_at_checked(end)?;
    let rest = rest.trim_ascii_start();
    if scheme.eq_ignore_ascii_case(b"bearer") {
        Some((Scheme::Bearer, rest))
    } else if scheme.eq_ignore_ascii_case(b"basic") {
        Some((Scheme::Basic, rest))
    } else if scheme.eq_ignore_ascii_case(b"dpop") {
        Some((Scheme::Dpop, rest))
    } else {
        None
    }
}

/// The credential of a header, whatever its scheme, for who has to digest it once more.
pub(crate) fn credential_of(value: &[u8]) -> Option<&str> {
    let (_, credential) = split_scheme(value)?;
    std::str::from_utf8(credential).ok()
}

fn with_basic<T>(encoded: &[u8], read: impl FnOnce(&[u8], &[u8]) -> T) -> Result<T, NotPresented> {
    let mut decoded = [0; DECODED];
    let length = BASE64.decode_slice(encoded, &mut decoded).map_err(|_| NotPresented::NotBasic);
    let read = length.and_then(|length| {
        let decoded = decoded.get(..length).unwrap_or_default();
        let colon = decoded.iter().position(|byte| *byte == b':').ok_or(NotPresented::NotBasic)?;
        let (user, password) = decoded.split_at_checked(colon).ok_or(NotPresented::NotBasic)?;
        Ok(read(user, password.get(1..).unwrap_or_default()))
    });
    decoded.zeroize();
    read
}

fn ours(scheme: Scheme, credential: &[u8]) -> Result<Presented, NotPresented> {
    let text = std::str::from_utf8(credential).map_err(|_| NotPresented::NotOurs)?;
    let token = token::parse(text).map_err(|_| NotPresented::NotOurs)?;
    Ok(Presented { scheme, token: Token::Ours(token) })
}

#[cfg(test)]
mod tests;
