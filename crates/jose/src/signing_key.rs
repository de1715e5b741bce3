use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::json::Object;
use crate::{Algorithm, Jwk, base64url};

/// The random part of one key. Used up by it, so it cannot be used twice.
pub struct Fresh(Zeroizing<[u8; Self::LEN]>);

impl Fresh {
    /// How many random bytes one key takes: two numbers of 256 bits. One of them in four billion is no P-256 key; that
    /// both are not will not happen.
    pub const LEN: usize = 64;

    /// Takes bytes from the cryptographic generator (`clock::random::bytes`).
    #[must_use]
    pub fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl fmt::Debug for Fresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[fresh randomness]")
    }
}

/// A private key of ours, and the public key that belongs to it, named by its thumbprint.
pub struct SigningKey {
    pair: Pair,
    public: Jwk,
}

enum Pair {
    Ed25519(Ed25519KeyPair),
    P256(EcdsaKeyPair),
}

impl SigningKey {
    /// A new Ed25519 key (`EdDSA`): small, fast, and its signatures need no randomness. The one to prefer.
    ///
    /// # Errors
    /// Only when the cryptographic library fails.
    #[allow(clippy::needless_pass_by_value, reason = "the randomness is used up")]
    pub fn ed25519(fresh: Fresh) -> Result<Self, KeyError> {
        let (seed, _) = fresh.0.split_first_chunk::<32>().ok_or(KeyError)?;
        Self::from_ed25519(Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| KeyError)?)
    }

    /// A new P-256 key (`ES256`), for those who cannot verify Ed25519.
    ///
    /// # Errors
    /// Only when the cryptographic library fails.
    #[allow(clippy::needless_pass_by_value, reason = "the randomness is used up")]
    pub fn es256(fresh: Fresh) -> Result<Self, KeyError> {
        // FIPS 186-5 appendix A.2.2: a number that is not below the curve's order is thrown away, not reduced.
        let pair = fresh.0.chunks_exact(32).find_map(|scalar| {
            let mut der =
                Zeroizing::new(Vec::with_capacity(RFC5915.0.len() + scalar.len() + RFC5915.1.len()));
            der.extend_from_slice(RFC5915.0);
            der.extend_from_slice(scalar);
            der.extend_from_slice(RFC5915.1);
            EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, &der).ok()
        });
        Self::from_p256(pair.ok_or(KeyError)?)
    }

    /// Reads a key from PKCS#8 (RFC 5208), as [`SigningKey::to_pkcs8`] wrote it and after it was unsealed.
    ///
    /// # Errors
    /// When it holds no Ed25519 or P-256 key, or its public part is not the private one's.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        match Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
            Ok(pair) => Self::from_ed25519(pair),
            Err(_) => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der);
                Self::from_p256(pair.map_err(|_| KeyError)?)
            }
        }
    }

    /// The private key in PKCS#8, for sealing and nothing else. Wiped when dropped.
    ///
    /// # Errors
    /// Only when the cryptographic library fails.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let document = match &self.pair {
            Pair::Ed25519(pair) => pair.to_pkcs8v1(),
            Pair::P256(pair) => pair.to_pkcs8v1(),
        };
        document.map(|document| Zeroizing::new(document.as_ref().to_vec())).map_err(|_| KeyError)
    }

    fn from_ed25519(pair: Ed25519KeyPair) -> Result<Self, KeyError> {
        let x = base64url::encode(pair.public_key());
        let public = own(&[("kty", "OKP"), ("crv", "Ed25519"), ("x", &x)])?;
        Ok(Self { pair: Pair::Ed25519(pair), public })
    }

    fn from_p256(pair: EcdsaKeyPair) -> Result<Self, KeyError> {
        // 4, then both coordinates (SEC 1 section 2.3.3).
        let (x, y) = match pair.public_key().as_ref().split_first() {
            Some((4, point)) if point.len() == 64 => point.split_at(32),
            _ => return Err(KeyError),
        };
        let (x, y) = (base64url::encode(x), base64url::encode(y));
        let public = own(&[("kty", "EC"), ("crv", "P-256"), ("x", &x), ("y", &y)])?;
        Ok(Self { pair: Pair::P256(pair), public })
    }

    /// The public key; its `kid` is its thumbprint.
    #[must_use]
    pub const fn public(&self) -> &Jwk {
        &self.public
    }

    /// What it signs with.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self.pair {
            Pair::Ed25519(_) => Algorithm::EdDsa,
            Pair::P256(_) => Algorithm::Es256,
        }
    }

    /// Signs claims as a token of this `typ` (`at+jwt` for access tokens, RFC 9068 section 2.1), with `alg` and `kid` of
    /// this key in its header. Whoever reads it has to be told what to expect; nothing is added to the claims.
    ///
    /// `EdDSA` signatures follow from key and text alone. For `ES256` the library draws a number for each signature from
    /// the generator behind `clock::random` and offers no way to hand one in: the one place in this crate where
    /// randomness is drawn. Nothing that is decided depends on it.
    ///
    /// # Errors
    /// Only when the cryptographic library fails.
    pub fn sign(&self, typ: &str, claims: &Map<String, Value>) -> Result<String, SignError> {
        let kid = self.public.kid().unwrap_or_default();
        let header = serde_json::json!({ "alg": self.algorithm().name(), "kid": kid, "typ": typ });
        let claims = serde_json::to_vec(claims).map_err(|_| SignError)?;
        let mut token = format!("{}.{}", base64url::encode(header.to_string()), base64url::encode(claims));
        let signature = match &self.pair {
            Pair::Ed25519(pair) => pair.try_sign(token.as_bytes()),
            Pair::P256(pair) => pair.sign(&SystemRandom::new(), token.as_bytes()),
        };
        token.push('.');
        token.push_str(&base64url::encode(signature.map_err(|_| SignError)?));
        Ok(token)
    }
}

/// An EC private key of P-256 (RFC 5915 section 3), before and after its 32 bytes; the library works out the public one.
const RFC5915: (&[u8], &[u8]) = (
    &[0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20],
    &[0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
);

fn own(members: &[(&str, &str)]) -> Result<Jwk, KeyError> {
    let members: Object =
        members.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
    Jwk::own(&members).map_err(|_| KeyError)
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("public", &self.public).finish_non_exhaustive()
    }
}

/// The private key cannot be made, read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a private key of Ed25519 or P-256 in PKCS#8, or the cryptographic library failed")]
pub struct KeyError;

/// The cryptographic library failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token cannot be signed: the cryptographic library failed")]
pub struct SignError;

#[cfg(test)]
mod tests;
