//! SSH signatures as `ssh-keygen -Y sign` makes them (PROTOCOL.sshsig of OpenSSH), checked against keys that are known.
//!
//! Read here and not by a library for SSH keys, which would bring a second implementation of every algorithm; checking is left to
//! the one cryptography library there is. Keys: `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa` with SHA-2.

use aws_lc_rs::digest;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA512, RsaParameters,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";
const MAGIC: &[u8; 6] = b"SSHSIG";

/// The longest text of a signature or key, in bytes.
const LONGEST: usize = 16 * 1_024;

/// A public key, as one line of `id_ed25519.pub` says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshKey(Vec<u8>);

/// Why a text is no key or no signature, or the signature is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SshSignatureError {
    /// The text is no public key, or of a kind that is not known.
    NotAKey,
    /// The text is no signature.
    NotASignature,
    /// It is made for another use (`-n`).
    OtherNamespace,
    /// It is made with another key.
    OtherKey,
    /// It is not of this message.
    Bad,
}

impl std::fmt::Display for SshSignatureError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotAKey => "it is no public key of the kinds ssh-ed25519, ecdsa-sha2-nistp256 and ssh-rsa",
            Self::NotASignature => "it is no SSH signature",
            Self::OtherNamespace => "it is a signature made for something else: sign with -n ticketgate-plan",
            Self::OtherKey => "it is made with another key",
            Self::Bad => "it is a signature of something else, or of nothing",
        })
    }
}

impl std::error::Error for SshSignatureError {}

impl SshKey {
    /// Reads `ssh-ed25519 AAAA... comment`.
    ///
    /// # Errors
    /// [`SshSignatureError::NotAKey`].
    pub fn parse(text: &str) -> Result<Self, SshSignatureError> {
        let not = SshSignatureError::NotAKey;
        let mut words = text.split_ascii_whitespace();
        let (kind, base64) = (words.next().ok_or(not)?, words.next().ok_or(not)?);
        if base64.len() > LONGEST {
            return Err(not);
        }
        let blob = STANDARD.decode(base64).map_err(|_| not)?;
        let key = Self(blob);
        if key.kind() != Some(kind.as_bytes()) || key.parts().is_none() {
            return Err(not);
        }
        Ok(key)
    }

    fn kind(&self) -> Option<&[u8]> {
        Wire(&self.0).string()
    }

    fn parts(&self) -> Option<Parts<'_>> {
        let mut wire = Wire(&self.0);
        let parts = match wire.string()? {
            b"ssh-ed25519" => Parts::Ed25519(wire.string()?),
            b"ecdsa-sha2-nistp256" => {
                (wire.string()? == b"nistp256").then_some(())?;
                Parts::P256(wire.string()?)
            }
            b"ssh-rsa" => Parts::Rsa { e: wire.positive()?, n: wire.positive()? },
            _ => return None,
        };
        wire.0.is_empty().then_some(parts)
    }

    /// Whether `armored` is this key's signature of `message`, for `namespace`.
    ///
    /// # Errors
    /// Why it is not.
    pub fn verify(&self, armored: &str, namespace: &str, message: &[u8]) -> Result<(), SshSignatureError> {
        let blob = dearmored(armored).ok_or(SshSignatureError::NotASignature)?;
        let signed = Signed::read(&blob).ok_or(SshSignatureError::NotASignature)?;
        if signed.namespace != namespace.as_bytes() {
            return Err(SshSignatureError::OtherNamespace);
        }
        if signed.key != self.0 {
            return Err(SshSignatureError::OtherKey);
        }
        let hash = match signed.hash {
            b"sha256" => &digest::SHA256,
            b"sha512" => &digest::SHA512,
            _ => return Err(SshSignatureError::NotASignature),
        };
        let mut text = MAGIC.to_vec();
        for part in [signed.namespace, &[], signed.hash, digest::digest(hash, message).as_ref()] {
            text.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
            text.extend_from_slice(part);
        }
        let parts = self.parts().ok_or(SshSignatureError::NotAKey)?;
        parts.verify(signed.algorithm, &text, signed.signature).ok_or(SshSignatureError::Bad)
    }
}

/// A key by its algorithm.
enum Parts<'k> {
    Ed25519(&'k [u8]),
    P256(&'k [u8]),
    Rsa { e: &'k [u8], n: &'k [u8] },
}

impl Parts<'_> {
    fn verify(&self, algorithm: &[u8], text: &[u8], signature: &[u8]) -> Option<()> {
        match (self, algorithm) {
            (Self::Ed25519(key), b"ssh-ed25519") => {
                UnparsedPublicKey::new(&ED25519, key).verify(text, signature).ok()
            }
            (Self::P256(key), b"ecdsa-sha2-nistp256") => {
                let mut wire = Wire(signature);
                let (r, s) = (wire.positive()?, wire.positive()?);
                let mut fixed = Vec::with_capacity(64);
                for number in [r, s] {
                    fixed.extend(std::iter::repeat_n(0, 32_usize.checked_sub(number.len())?));
                    fixed.extend_from_slice(number);
                }
                wire.0.is_empty().then_some(())?;
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key).verify(text, &fixed).ok()
            }
            (Self::Rsa { e, n }, algorithm) => {
                let with: &'static RsaParameters = match algorithm {
                    b"rsa-sha2-256" => &RSA_PKCS1_2048_8192_SHA256,
                    b"rsa-sha2-512" => &RSA_PKCS1_2048_8192_SHA512,
                    _ => return None,
                };
                RsaPublicKeyComponents { n, e }.verify(with, text, signature).ok()
            }
            _ => None,
        }
    }
}

/// What is between the lines of dashes.
fn dearmored(text: &str) -> Option<Vec<u8>> {
    let body = text.trim().strip_prefix(BEGIN)?.strip_suffix(END)?;
    let base64: String = body.split_ascii_whitespace().collect();
    (base64.len() <= LONGEST).then(|| STANDARD.decode(base64).ok()).flatten()
}

struct Signed<'s> {
    key: &'s [u8],
    namespace: &'s [u8],
    hash: &'s [u8],
    algorithm: &'s [u8],
    signature: &'s [u8],
}

impl<'s> Signed<'s> {
    fn read(blob: &'s [u8]) -> Option<Self> {
        let mut wire = Wire(blob.strip_prefix(MAGIC)?);
        let version = wire.number()?;
        let (key, namespace, reserved, hash) =
            (wire.string()?, wire.string()?, wire.string()?, wire.string()?);
        let mut inner = Wire(wire.string()?);
        let (algorithm, signature) = (inner.string()?, inner.string()?);
        let whole = version == 1 && reserved.is_empty() && wire.0.is_empty() && inner.0.is_empty();
        whole.then_some(Self { key, namespace, hash, algorithm, signature })
    }
}

/// Bytes as SSH writes them (RFC 4251 §5), read from the front.
struct Wire<'w>(&'w [u8]);

impl<'w> Wire<'w> {
    fn number(&mut self) -> Option<u32> {
        let (number, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(u32::from_be_bytes(*number))
    }

    fn string(&mut self) -> Option<&'w [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(text)
    }

    /// A number that is not negative, without the zero in front that says so.
    fn positive(&mut self) -> Option<&'w [u8]> {
        let number = self.string()?;
        match number.split_first()? {
            (0, rest) => Some(rest),
            (first, _) if first & 0x80 != 0 => None,
            _ => Some(number),
        }
    }
}

#[cfg(test)]
mod tests;
