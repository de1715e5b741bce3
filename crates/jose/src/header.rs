use serde_json::Value;

use crate::json::Object;
use crate::{Algorithm, Jwk, ParseError};

/// What a token's header says. **Untrusted** until the token is verified: for choosing keys, not for deciding anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    algorithm: Algorithm,
    kid: Option<String>,
    typ: Option<String>,
}

impl Header {
    /// RFC 7515 section 4.1. Whatever names or carries a key (`jwk`, `jku`, `x5u`, `x5c`) is not even looked at.
    pub(crate) fn from_members(members: &Object) -> Result<Self, ParseError> {
        // Extensions that must be understood: none is (section 4.1.11). `b64` would change what is signed (RFC 7797), and
        // is refused even where its author forgot to mark it critical.
        for name in ["crit", "b64"] {
            if members.contains_key(name) {
                return Err(ParseError::Extension(name));
            }
        }
        let algorithm = members.get("alg").and_then(Value::as_str).and_then(Algorithm::named);
        Ok(Self {
            algorithm: algorithm.ok_or(ParseError::Algorithm)?,
            kid: text(members, "kid")?,
            typ: text(members, "typ")?,
        })
    }

    /// `alg`.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// `kid`: 1 to [`Jwk::MAX_KID`] bytes without control characters. Compare it; never build a path, a URL or a
    /// statement from it.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// `typ`, as written.
    #[must_use]
    pub fn typ(&self) -> Option<&str> {
        self.typ.as_deref()
    }

    /// Whether `typ` is this media type. `application/` may be left out and case does not count (RFC 7515 section 4.1.9).
    pub(crate) fn is_typ(&self, wanted: &str) -> bool {
        let short = |name: &str| {
            let name = name.to_ascii_lowercase();
            name.strip_prefix("application/").map(str::to_owned).unwrap_or(name)
        };
        self.typ().is_some_and(|typ| short(typ) == short(wanted))
    }
}

fn text(members: &Object, name: &'static str) -> Result<Option<String>, ParseError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text))
            if (1..=Jwk::MAX_KID).contains(&text.len()) && !text.contains(char::is_control) =>
        {
            Ok(Some(text.clone()))
        }
        Some(_) => Err(ParseError::Member(name)),
    }
}
