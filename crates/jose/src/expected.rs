use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::Verified;

/// What a token has to be, beyond well signed.
///
/// Always: `exp` present and not past, `nbf` and `iat` not in the future, `iss` exactly the issuer, one of `aud` exactly
/// one of the audiences. And of the expected type: when none is named, `typ` has to be absent, `JWT` or `JOSE`, so that a
/// token made for one purpose (`at+jwt`, `dpop+jwt`) does not pass for another (RFC 8725 section 3.12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    issuer: Option<String>,
    audiences: Vec<String>,
    sole_audience: bool,
    subject: Option<String>,
    typs: Vec<String>,
    leeway: i64,
    lifetime: Option<i64>,
    id: bool,
}

impl Expected {
    /// What clocks may differ by when nothing else is said.
    pub const LEEWAY: Duration = Duration::from_secs(30);

    /// The most that clocks may differ by.
    pub const MAX_LEEWAY: Duration = Duration::from_secs(300);

    /// From this issuer, for one of these audiences. With no audience, nothing is accepted.
    #[must_use]
    pub fn new(issuer: impl Into<String>, audiences: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { issuer: Some(issuer.into()), ..Self::from_any_issuer(audiences) }
    }

    /// As [`Expected::new`], without looking at `iss`: for SPIFFE alone, where the keys belong to a trust domain, `iss` is
    /// optional, and the caller matches `sub` (JWT-SVID section 3).
    #[must_use]
    pub fn from_any_issuer(audiences: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            issuer: None,
            audiences: audiences.into_iter().map(Into::into).collect(),
            sole_audience: false,
            subject: None,
            typs: Vec::new(),
            leeway: seconds(Self::LEEWAY),
            lifetime: None,
            id: false,
        }
    }

    /// And for nobody else besides: exactly one value in `aud`. A token for several can be replayed by each at the others.
    #[must_use]
    pub fn for_nobody_else(self) -> Self {
        Self { sole_audience: true, ..self }
    }

    /// And `sub` exactly this.
    #[must_use]
    pub fn about(self, subject: impl Into<String>) -> Self {
        Self { subject: Some(subject.into()), ..self }
    }

    /// And of this `typ`, or of another given the same way. A token without `typ` is then refused.
    #[must_use]
    pub fn of_type(mut self, typ: impl Into<String>) -> Self {
        self.typs.push(typ.into());
        self
    }

    /// And with clocks that differ by as much, in whole seconds, at most [`Expected::MAX_LEEWAY`].
    #[must_use]
    pub fn with_leeway(self, leeway: Duration) -> Self {
        Self { leeway: seconds(leeway.min(Self::MAX_LEEWAY)), ..self }
    }

    /// And issued for no longer than this: `iat` present, and `exp` at most so many whole seconds after it.
    #[must_use]
    pub fn living_at_most(self, lifetime: Duration) -> Self {
        Self { lifetime: Some(seconds(lifetime)), ..self }
    }

    /// And with a `jti`.
    #[must_use]
    pub fn with_id(self) -> Self {
        Self { id: true, ..self }
    }

    pub(crate) fn check(&self, token: &Verified, now: Timestamp) -> Result<(), VerifyError> {
        self.check_typ(token)?;
        self.check_times(token, now)?;
        if let Some(wanted) = &self.issuer {
            exactly(token.issuer(), wanted, "iss", VerifyError::Issuer)?;
        }
        self.check_audience(token)?;
        if let Some(wanted) = &self.subject {
            exactly(token.subject(), wanted, "sub", VerifyError::Subject)?;
        }
        if self.id && token.id().is_none() {
            return Err(VerifyError::Missing("jti"));
        }
        Ok(())
    }

    fn check_typ(&self, token: &Verified) -> Result<(), VerifyError> {
        let header = token.header();
        let fits = match self.typs.as_slice() {
            [] => header.typ().is_none() || header.is_typ("JWT") || header.is_typ("JOSE"),
            typs => typs.iter().any(|typ| header.is_typ(typ)),
        };
        if fits { Ok(()) } else { Err(VerifyError::Type) }
    }

    /// In whole seconds: dates in tokens have no more, and `now` is rounded down.
    fn check_times(&self, token: &Verified, now: Timestamp) -> Result<(), VerifyError> {
        let (now, expires) = (now.as_second(), token.expires_at().as_second());
        if now >= expires.saturating_add(self.leeway) {
            return Err(VerifyError::Expired);
        }
        let latest = now.saturating_add(self.leeway);
        if token.not_before().is_some_and(|date| date.as_second() > latest) {
            return Err(VerifyError::NotYetValid);
        }
        if token.issued_at().is_some_and(|date| date.as_second() > latest) {
            return Err(VerifyError::IssuedInFuture);
        }
        if let Some(lifetime) = self.lifetime {
            let issued = token.issued_at().ok_or(VerifyError::Missing("iat"))?.as_second();
            if expires.saturating_sub(issued) > lifetime {
                return Err(VerifyError::LivesTooLong);
            }
        }
        Ok(())
    }

    fn check_audience(&self, token: &Verified) -> Result<(), VerifyError> {
        let listed = match token.claim(&["aud"]) {
            None => return Err(VerifyError::Missing("aud")),
            Some(Value::String(_)) => 1,
            Some(Value::Array(several)) if several.iter().all(Value::is_string) => several.len(),
            Some(_) => return Err(VerifyError::Claim("aud")),
        };
        let ours = token.audiences().any(|audience| self.audiences.iter().any(|wanted| wanted == audience));
        if ours && (listed == 1 || !self.sole_audience) { Ok(()) } else { Err(VerifyError::Audience) }
    }
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

fn exactly(
    found: Option<&str>,
    wanted: &str,
    name: &'static str,
    other: VerifyError,
) -> Result<(), VerifyError> {
    match found {
        None => Err(VerifyError::Missing(name)),
        Some(found) if found == wanted => Ok(()),
        Some(_) => Err(other),
    }
}

/// The token is not to be believed, and the check that said so.
///
/// For operators' logs and for tests. **Never repeat it to an unauthenticated caller**: which check failed tells whoever is
/// guessing how far the guess got. `invalid_client` or `invalid_token` is all they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The set has no key of this name, or no key at all.
    #[error("no key of the issuer has the token's kid")]
    UnknownKey,
    /// There is such a key, but not for the token's algorithm.
    #[error("the token's algorithm does not belong to the key")]
    AlgorithmOfAnotherKey,
    /// Too many keys could be meant; the token needs a `kid`.
    #[error("more than {} keys could have signed the token; it needs a kid", crate::JwkSet::MAX_TRIED)]
    TooManyKeys,
    /// The signature is not that key's over this token.
    #[error("the signature does not fit")]
    Signature,
    /// A claim that is needed is absent.
    #[error("the claim {0} is missing")]
    Missing(&'static str),
    /// A claim is not of its type, or too long.
    #[error("the claim {0} is malformed")]
    Claim(&'static str),
    /// `typ` is another one.
    #[error("the token is of another type")]
    Type,
    /// `iss` is another one.
    #[error("the token is from another issuer")]
    Issuer,
    /// `sub` is another one.
    #[error("the token is about another subject")]
    Subject,
    /// `aud` is for others, or for others too.
    #[error("the token is for another audience")]
    Audience,
    /// `exp` is past.
    #[error("the token has expired")]
    Expired,
    /// `nbf` is in the future.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// `iat` is in the future.
    #[error("the token was issued in the future; do the clocks agree?")]
    IssuedInFuture,
    /// `exp` is too long after `iat`.
    #[error("the token was issued for too long a time")]
    LivesTooLong,
}
