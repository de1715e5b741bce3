//! Keys that sign whatever a test wants signed, also what `SigningKey` would never write.

use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384,
    RSA_PSS_SHA512, RsaKeyPair, RsaSignatureEncoding,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jose::{Algorithm, Expected, Jwk};
use serde_json::{Value, json};

/// The moment all tests take place.
pub(crate) const NOW: i64 = 1_800_000_000;

pub(crate) fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

pub(crate) fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) enum Signer {
    Ed25519(Ed25519KeyPair),
    Ecdsa(Algorithm, EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

pub(crate) static ED25519: LazyLock<Signer> =
    LazyLock::new(|| Signer::Ed25519(Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()));
pub(crate) static P256: LazyLock<Signer> = LazyLock::new(|| {
    Signer::Ecdsa(Algorithm::Es256, EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
});
pub(crate) static P384: LazyLock<Signer> = LazyLock::new(|| {
    Signer::Ecdsa(Algorithm::Es384, EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap())
});
pub(crate) static RSA: LazyLock<Signer> =
    LazyLock::new(|| Signer::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap()));

pub(crate) fn all() -> [&'static Signer; 4] {
    [&ED25519, &P256, &P384, &RSA]
}

impl Signer {
    pub(crate) fn algorithms(&self) -> Vec<Algorithm> {
        match self {
            Self::Ed25519(_) => vec![Algorithm::EdDsa],
            Self::Ecdsa(algorithm, _) => vec![*algorithm],
            Self::Rsa(_) => Algorithm::ALL[3..].to_vec(),
        }
    }

    /// The public key as anyone can see it: what a confused verifier would take for a secret.
    pub(crate) fn public_bytes(&self) -> Vec<u8> {
        match self {
            Self::Ed25519(pair) => pair.public_key().as_ref().to_vec(),
            Self::Ecdsa(_, pair) => pair.public_key().as_ref().to_vec(),
            Self::Rsa(pair) => pair.public_key().as_ref().to_vec(),
        }
    }

    pub(crate) fn jwk_json(&self, kid: Option<&str>) -> Value {
        let bytes = self.public_bytes();
        let mut jwk = match self {
            Self::Ed25519(_) => json!({ "kty": "OKP", "crv": "Ed25519", "x": b64(&bytes) }),
            Self::Ecdsa(algorithm, _) => {
                let (x, y) = bytes[1..].split_at(bytes.len() / 2);
                let crv = if *algorithm == Algorithm::Es256 { "P-256" } else { "P-384" };
                json!({ "kty": "EC", "crv": crv, "x": b64(x), "y": b64(y) })
            }
            // RFC 8017 appendix A.1.1: after its own head and a zero come the 256 bytes of the modulus.
            Self::Rsa(_) => json!({ "kty": "RSA", "n": b64(&bytes[9..265]), "e": "AQAB" }),
        };
        if let Some(kid) = kid {
            jwk["kid"] = kid.into();
        }
        jwk
    }

    pub(crate) fn jwk(&self, kid: Option<&str>) -> Jwk {
        Jwk::parse(&self.jwk_json(kid).to_string()).unwrap()
    }

    pub(crate) fn signature(&self, algorithm: Algorithm, message: &[u8]) -> Vec<u8> {
        let rng = SystemRandom::new();
        match self {
            Self::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Ecdsa(_, pair) => pair.sign(&rng, message).unwrap().as_ref().to_vec(),
            Self::Rsa(pair) => {
                let encoding: &'static RsaSignatureEncoding = match algorithm {
                    Algorithm::Rs384 => &RSA_PKCS1_SHA384,
                    Algorithm::Rs512 => &RSA_PKCS1_SHA512,
                    Algorithm::Ps256 => &RSA_PSS_SHA256,
                    Algorithm::Ps384 => &RSA_PSS_SHA384,
                    Algorithm::Ps512 => &RSA_PSS_SHA512,
                    _ => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &rng, message, &mut signature).unwrap();
                signature
            }
        }
    }

    /// A token with exactly these texts as header and claims, signed as `algorithm` says.
    pub(crate) fn raw(&self, algorithm: Algorithm, header: &str, claims: &str) -> String {
        let signed = format!("{}.{}", b64(header), b64(claims));
        format!("{signed}.{}", b64(self.signature(algorithm, signed.as_bytes())))
    }

    /// A token in its first algorithm.
    pub(crate) fn token(&self, claims: &Value) -> String {
        let algorithm = self.algorithms()[0];
        self.raw(algorithm, &json!({ "alg": algorithm.name() }).to_string(), &claims.to_string())
    }
}

/// Claims nothing is wrong with, for [`expected`].
pub(crate) fn claims() -> Value {
    json!({ "iss": "https://issuer", "aud": "us", "sub": "them", "iat": NOW - 10, "exp": NOW + 60, "jti": "one" })
}

/// The same with changes; `null` takes a claim away.
pub(crate) fn claims_with(changes: &[(&str, Value)]) -> Value {
    let mut claims = claims();
    for (name, value) in changes {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(*name);
        } else {
            claims[*name] = value.clone();
        }
    }
    claims
}

pub(crate) fn expected() -> Expected {
    Expected::new("https://issuer", ["us"])
}
