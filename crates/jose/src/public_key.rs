//! The mathematics of a public key: which algorithms it can verify, bound to it when it is read.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
    VerificationAlgorithm,
};

use crate::json::Object;
use crate::{Algorithm, JwkError, Thumbprint, base64url};

/// The sizes of RSA moduli that are read, in bits. Below is weak, above is only slow.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// Public exponents that are read: odd, from 2^16 + 1 (FIPS 186-5 section 5.4) to what fits 32 bits. Smaller ones forgive
/// no mistake in padding, larger ones only make verification slow.
const RSA_EXPONENT: std::ops::RangeInclusive<u64> = 65_537..=0xffff_ffff;

/// What each algorithm of an RSA key is to the library. A salt as long as the digest is its default (RFC 7518 section 3.5).
const RSA: [(Algorithm, &RsaParameters); 6] = [
    (Algorithm::Rs256, &RSA_PKCS1_2048_8192_SHA256),
    (Algorithm::Rs384, &RSA_PKCS1_2048_8192_SHA384),
    (Algorithm::Rs512, &RSA_PKCS1_2048_8192_SHA512),
    (Algorithm::Ps256, &RSA_PSS_2048_8192_SHA256),
    (Algorithm::Ps384, &RSA_PSS_2048_8192_SHA384),
    (Algorithm::Ps512, &RSA_PSS_2048_8192_SHA512),
];

/// A public key: what RFC 7638 calls its required members, and one verifier for each algorithm it may verify.
#[derive(Clone)]
pub(crate) struct PublicKey {
    /// In the order of their names, as the thumbprint wants them.
    pub(crate) members: Vec<(&'static str, String)>,
    pub(crate) thumbprint: Thumbprint,
    verifiers: Vec<(Algorithm, ParsedPublicKey)>,
}

impl PublicKey {
    /// Reads the members that belong to `kty`.
    pub(crate) fn from_members(jwk: &Object) -> Result<Self, JwkError> {
        let text = |name| jwk.get(name).and_then(serde_json::Value::as_str);
        match (text("kty").ok_or(JwkError::Malformed("kty"))?, text("crv")) {
            ("RSA", _) => Self::rsa(jwk),
            ("EC", Some("P-256")) => {
                Self::elliptic(jwk, "P-256", 32, Algorithm::Es256, &ECDSA_P256_SHA256_FIXED)
            }
            ("EC", Some("P-384")) => {
                Self::elliptic(jwk, "P-384", 48, Algorithm::Es384, &ECDSA_P384_SHA384_FIXED)
            }
            ("OKP", Some("Ed25519")) => {
                let x = Self::bytes(jwk, "x", 32)?;
                let verifier = ParsedPublicKey::new(&ED25519, &x).map_err(|_| JwkError::Malformed("x"))?;
                let members = vec![
                    ("crv", "Ed25519".to_owned()),
                    ("kty", "OKP".to_owned()),
                    ("x", base64url::encode(&x)),
                ];
                Ok(Self::new(members, vec![(Algorithm::EdDsa, verifier)]))
            }
            _ => Err(JwkError::UnknownType),
        }
    }

    fn new(members: Vec<(&'static str, String)>, verifiers: Vec<(Algorithm, ParsedPublicKey)>) -> Self {
        Self { thumbprint: Thumbprint::of(&members), members, verifiers }
    }

    /// RFC 7518 section 6.2.1. The library checks that the point lies on the curve.
    fn elliptic(
        jwk: &Object,
        curve: &str,
        length: usize,
        algorithm: Algorithm,
        library: &'static dyn VerificationAlgorithm,
    ) -> Result<Self, JwkError> {
        let (x, y) = (Self::bytes(jwk, "x", length)?, Self::bytes(jwk, "y", length)?);
        let point = [&[4][..], &x, &y].concat();
        let verifier = ParsedPublicKey::new(library, point).map_err(|_| JwkError::Malformed("y"))?;
        let members = vec![
            ("crv", curve.to_owned()),
            ("kty", "EC".to_owned()),
            ("x", base64url::encode(&x)),
            ("y", base64url::encode(&y)),
        ];
        Ok(Self::new(members, vec![(algorithm, verifier)]))
    }

    /// RFC 7518 section 6.3.1.
    fn rsa(jwk: &Object) -> Result<Self, JwkError> {
        let (n, e) = (Self::number(jwk, "n")?, Self::number(jwk, "e")?);
        let leading = n.first().map_or(0, |byte| byte.leading_zeros() as usize);
        if !RSA_BITS.contains(&(n.len() * 8 - leading)) || n.last().is_none_or(|byte| byte & 1 == 0) {
            return Err(JwkError::Modulus);
        }
        let exponent = e.iter().take(8).fold(0u64, |value, byte| (value << 8) | u64::from(*byte));
        if e.len() > 4 || !RSA_EXPONENT.contains(&exponent) || exponent & 1 == 0 {
            return Err(JwkError::Exponent);
        }
        let components = RsaPublicKeyComponents { n: &n, e: &e };
        let verifiers: Result<Vec<_>, _> = RSA
            .iter()
            .map(|(algorithm, library)| Ok((*algorithm, components.to_parsed_public_key(library)?)))
            .collect();
        let verifiers = verifiers.map_err(|_: aws_lc_rs::error::KeyRejected| JwkError::Malformed("n"))?;
        let members =
            vec![("e", base64url::encode(&e)), ("kty", "RSA".to_owned()), ("n", base64url::encode(&n))];
        Ok(Self::new(members, verifiers))
    }

    fn member(jwk: &Object, name: &'static str) -> Result<Vec<u8>, JwkError> {
        let text = jwk.get(name).and_then(serde_json::Value::as_str).ok_or(JwkError::Malformed(name))?;
        base64url::decode(text).ok_or(JwkError::Malformed(name))
    }

    /// A coordinate of exactly its curve's length.
    fn bytes(jwk: &Object, name: &'static str, length: usize) -> Result<Vec<u8>, JwkError> {
        Self::member(jwk, name)
            .and_then(|bytes| if bytes.len() == length { Ok(bytes) } else { Err(JwkError::Malformed(name)) })
    }

    /// A number in as few bytes as it needs: with a zero in front, the same key would have two thumbprints.
    fn number(jwk: &Object, name: &'static str) -> Result<Vec<u8>, JwkError> {
        Self::member(jwk, name).and_then(|bytes| match bytes.first() {
            None | Some(0) => Err(JwkError::Malformed(name)),
            Some(_) => Ok(bytes),
        })
    }

    /// Gives up every algorithm but one; `false` when the key never had it.
    pub(crate) fn restrict(&mut self, algorithm: Algorithm) -> bool {
        self.verifiers.retain(|(own, _)| *own == algorithm);
        !self.verifiers.is_empty()
    }

    pub(crate) fn algorithms(&self) -> impl Iterator<Item = Algorithm> {
        self.verifiers.iter().map(|(algorithm, _)| *algorithm)
    }

    /// Whether `signature` is this key's over `message`. There is no verifier for an algorithm of another type of key.
    pub(crate) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        self.verifiers
            .iter()
            .any(|(own, verifier)| *own == algorithm && verifier.verify_sig(message, signature).is_ok())
    }
}
