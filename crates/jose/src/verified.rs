use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use crate::json::Object;
use crate::{Header, Thumbprint, VerifyError};

/// A token whose signature and claims have been checked. Made only by [`crate::Unverified::verify`].
///
/// Cheap to clone. It was valid at the moment it was verified and against what was expected then: whoever keeps it compares
/// [`Verified::expires_at`] with the clock.
#[derive(Clone)]
pub struct Verified {
    header: Header,
    claims: Arc<Object>,
    key: Thumbprint,
    expires_at: Timestamp,
    issued_at: Option<Timestamp>,
    not_before: Option<Timestamp>,
}

impl Verified {
    /// The longest `jti` that is read, in bytes: callers remember them.
    pub const MAX_ID: usize = 256;

    /// Gives registered claims their types (RFC 7519 section 4.1).
    pub(crate) fn new(header: Header, claims: Arc<Object>, key: Thumbprint) -> Result<Self, VerifyError> {
        for name in ["iss", "sub", "jti"] {
            if claims.get(name).is_some_and(|value| !value.is_string()) {
                return Err(VerifyError::Claim(name));
            }
        }
        id(&claims).map_err(|()| VerifyError::Claim("jti"))?;
        let expires_at = date(&claims, "exp")?.ok_or(VerifyError::Missing("exp"))?;
        let (issued_at, not_before) = (date(&claims, "iat")?, date(&claims, "nbf")?);
        Ok(Self { header, claims, key, expires_at, issued_at, not_before })
    }

    /// The header, now authentic.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The thumbprint of the key that signed it.
    #[must_use]
    pub const fn key(&self) -> Thumbprint {
        self.key
    }

    /// `iss`: who issued it.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.text("iss")
    }

    /// `sub`: whom it is about.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.text("sub")
    }

    /// `jti`: its name, unique for its issuer, 1 to [`Verified::MAX_ID`] bytes. Remember it until
    /// [`Verified::expires_at`], plus the leeway, where a token may be used only once.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.text("jti")
    }

    /// `aud`: for whom it is, one or several; elements that are not texts are left out.
    pub fn audiences(&self) -> impl Iterator<Item = &str> {
        let (one, several) = match self.claims.get("aud") {
            Some(Value::String(one)) => (Some(one.as_str()), [].as_slice()),
            Some(Value::Array(several)) => (None, several.as_slice()),
            _ => (None, [].as_slice()),
        };
        one.into_iter().chain(several.iter().filter_map(Value::as_str))
    }

    /// `exp`: from then on it is not valid. Fractions of a second are cut off.
    #[must_use]
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// `iat`: when it was issued.
    #[must_use]
    pub const fn issued_at(&self) -> Option<Timestamp> {
        self.issued_at
    }

    /// `nbf`: before then it is not valid.
    #[must_use]
    pub const fn not_before(&self) -> Option<Timestamp> {
        self.not_before
    }

    /// `cnf.jkt`: the key a sender has to prove to hold (RFC 9449 section 6.1).
    ///
    /// # Errors
    /// When `cnf` is there and is not exactly that: a token bound in a way nobody here can check must not pass for one
    /// that is not bound.
    pub fn confirmation(&self) -> Result<Option<Thumbprint>, VerifyError> {
        let Some(confirmation) = self.claims.get("cnf") else { return Ok(None) };
        let jkt = confirmation
            .as_object()
            .filter(|methods| methods.len() == 1)
            .and_then(|methods| methods.get("jkt"));
        let jkt = jkt.and_then(Value::as_str).and_then(|text| text.parse().ok());
        jkt.map(Some).ok_or(VerifyError::Claim("cnf"))
    }

    /// A claim by name, or deeper by names. Names are taken whole: `kubernetes.io` is one.
    #[must_use]
    pub fn claim<S: AsRef<str>>(&self, path: &[S]) -> Option<&Value> {
        let (first, deeper) = path.split_first()?;
        let found = self.claims.get(first.as_ref())?;
        deeper.iter().try_fold(found, |value, name| value.as_object()?.get(name.as_ref()))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("header", &self.header)
            .field("issuer", &self.issuer())
            .field("subject", &self.subject())
            .finish_non_exhaustive()
    }
}

/// `jti` when it is one: a text of 1 to [`Verified::MAX_ID`] bytes without control characters.
pub(crate) fn id(claims: &Object) -> Result<Option<&str>, ()> {
    match claims.get("jti") {
        None => Ok(None),
        Some(Value::String(id))
            if (1..=Verified::MAX_ID).contains(&id.len()) && !id.contains(char::is_control) =>
        {
            Ok(Some(id))
        }
        Some(_) => Err(()),
    }
}

/// A NumericDate (RFC 7519 section 2): seconds since 1970, perhaps with a fraction, which is cut off. Milliseconds, a
/// common mistake, lie beyond the last year of the calendar and are refused.
pub(crate) fn date(claims: &Object, name: &'static str) -> Result<Option<Timestamp>, VerifyError> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    // Saturating is right: what does not fit is beyond the calendar.
    #[allow(clippy::cast_possible_truncation, reason = "out of range saturates, and then is no date")]
    let seconds = value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds.floor() as i64));
    let date =
        seconds.filter(|seconds| *seconds >= 0).and_then(|seconds| Timestamp::from_second(seconds).ok());
    date.map(Some).ok_or(VerifyError::Claim(name))
}
