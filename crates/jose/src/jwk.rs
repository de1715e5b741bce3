use std::fmt;

use serde_json::Value;

use crate::json::{self, Object};
use crate::public_key::PublicKey;
use crate::{Algorithm, NotStrictJson, Thumbprint};

/// Members that hold a private or a symmetric key (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// A public key for verifying signatures, read from a JSON Web Key (RFC 7517).
///
/// Of its type only: Ed25519 (RFC 8037), P-256 and P-384 with the point on the curve, RSA with a modulus of 2048 to 8192
/// bits and an odd exponent from 65537 up to 32 bits. It verifies the algorithms of that type, or the single one its `alg`
/// names.
#[derive(Clone)]
pub struct Jwk {
    kid: Option<String>,
    public: PublicKey,
}

impl Jwk {
    /// The longest text that is read, in bytes. An RSA key of 8192 bits with a certificate beside it fits.
    pub const MAX_BYTES: usize = 16 * 1024;

    /// The longest `kid` that is read, in bytes.
    pub const MAX_KID: usize = 256;

    /// Reads one key, for instance from a client's registration.
    ///
    /// Unknown members are ignored (RFC 7517 section 4); `use`, `key_ops` and `alg` are honoured.
    ///
    /// # Errors
    /// [`JwkError`] says what is wrong with it. Keys with private parts are refused: whoever sends one has given it away,
    /// and should be told.
    pub fn parse(text: &str) -> Result<Self, JwkError> {
        if text.len() > Self::MAX_BYTES {
            return Err(JwkError::TooLong);
        }
        Self::from_members(&json::object(text.as_bytes()).map_err(JwkError::Json)?)
    }

    pub(crate) fn from_members(members: &Object) -> Result<Self, JwkError> {
        if PRIVATE.iter().any(|name| members.contains_key(*name)) {
            return Err(JwkError::PrivateParts);
        }
        check_purpose(members)?;
        let kid = kid(members)?;
        let mut public = PublicKey::from_members(members)?;
        if let Some(name) = members.get("alg") {
            let algorithm = name.as_str().and_then(Algorithm::named).ok_or(JwkError::Algorithm)?;
            if !public.restrict(algorithm) {
                return Err(JwkError::Algorithm);
            }
        }
        Ok(Self { kid, public })
    }

    /// One of our own keys: known by its thumbprint.
    pub(crate) fn own(members: &Object) -> Result<Self, JwkError> {
        let key = Self::from_members(members)?;
        Ok(Self { kid: Some(key.thumbprint().to_string()), ..key })
    }

    /// Its name in its set, when it has one. Only ever compared.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Its thumbprint (RFC 7638).
    #[must_use]
    pub const fn thumbprint(&self) -> Thumbprint {
        self.public.thumbprint
    }

    /// The algorithms it verifies.
    pub fn algorithms(&self) -> impl Iterator<Item = Algorithm> {
        self.public.algorithms()
    }

    pub(crate) fn has(&self, algorithm: Algorithm) -> bool {
        self.algorithms().any(|own| own == algorithm)
    }

    pub(crate) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        self.public.verifies(algorithm, message, signature)
    }

    /// The key as JSON for publishing: its public members, `kid`, `use`, and `alg` when it verifies only one.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut members: Object = self
            .public
            .members
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.as_str().into()))
            .collect();
        members.insert("use".to_owned(), "sig".into());
        if let Some(kid) = &self.kid {
            members.insert("kid".to_owned(), kid.as_str().into());
        }
        let mut algorithms = self.algorithms();
        if let (Some(only), None) = (algorithms.next(), algorithms.next()) {
            members.insert("alg".to_owned(), only.name().into());
        }
        Value::Object(members)
    }
}

/// Equal are keys of the same name, the same material and the same algorithms.
impl PartialEq for Jwk {
    fn eq(&self, other: &Self) -> bool {
        self.kid == other.kid
            && self.thumbprint() == other.thumbprint()
            && self.algorithms().eq(other.algorithms())
    }
}

impl Eq for Jwk {}

impl fmt::Debug for Jwk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let algorithms: Vec<_> = self.algorithms().collect();
        f.debug_struct("Jwk")
            .field("kid", &self.kid)
            .field("thumbprint", &self.thumbprint())
            .field("algorithms", &algorithms)
            .finish_non_exhaustive()
    }
}

/// RFC 7517 sections 4.2 and 4.3: absent means any purpose. `jwt-svid` is what SPIFFE bundles say for `sig`.
fn check_purpose(members: &Object) -> Result<(), JwkError> {
    let purpose = members.get("use").is_none_or(|name| name == "sig" || name == "jwt-svid");
    let operations = members.get("key_ops").is_none_or(|list| {
        list.as_array().is_some_and(|list| list.iter().any(|operation| operation == "verify"))
    });
    if purpose && operations { Ok(()) } else { Err(JwkError::Purpose) }
}

fn kid(members: &Object) -> Result<Option<String>, JwkError> {
    match members.get("kid") {
        None => Ok(None),
        Some(Value::String(kid)) if (1..=Jwk::MAX_KID).contains(&kid.len()) => Ok(Some(kid.clone())),
        Some(_) => Err(JwkError::Malformed("kid")),
    }
}

/// The key is not one this crate verifies with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwkError {
    /// Longer than [`Jwk::MAX_BYTES`].
    #[error("the key is longer than {} bytes", Jwk::MAX_BYTES)]
    TooLong,
    /// Not JSON as it is read here.
    #[error("the key cannot be read: {0}")]
    Json(NotStrictJson),
    /// It holds a private or a symmetric key, which is now to be considered known to others.
    #[error("the key has private parts; send the public key only, and replace this one: it has been shown")]
    PrivateParts,
    /// `kty` or `crv` is of no type listed at [`Jwk`].
    #[error("keys of this type are not used here; Ed25519, P-256, P-384 and RSA are")]
    UnknownType,
    /// `use` or `key_ops` says that it is not for verifying signatures.
    #[error("the key is not for verifying signatures")]
    Purpose,
    /// `alg` is unknown, or belongs to another type of key.
    #[error("the key's alg is not one for keys of its type")]
    Algorithm,
    /// The modulus is even, below 2048 or above 8192 bits.
    #[error("the RSA modulus is even, or not of 2048 to 8192 bits")]
    Modulus,
    /// The exponent is even, below 65537 or longer than 32 bits.
    #[error("the RSA exponent is even, below 65537, or longer than 32 bits")]
    Exponent,
    /// A member is missing, of another type, not strict base64url, of another length, or not on the curve.
    #[error("the key's {0} is missing or malformed")]
    Malformed(&'static str),
}

#[cfg(test)]
mod tests;
