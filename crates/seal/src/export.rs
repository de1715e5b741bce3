//! Things on their way to another installation, sealed to that one's public key.
//!
//! ```text
//! ticketgate-export 1 tgp_(the other's public key) 2
//! {"name":"release-bot",...} (base64url: a key used once, then what is sealed)
//! {"name":"reports",...} (base64url)
//! ```
//!
//! Each line is HPKE (RFC 9180) in base mode: X25519, HKDF-SHA256, AES-256-GCM, as rustls and aws-lc-rs have it. The first
//! line, the number of the line and its clear part are authenticated with what is sealed, so nothing can be changed, left
//! out, doubled, or moved to another name. Whoever knows a public key can make such a file: it does not say who did.
//!
//! The private key is derived from the root key, so it is kept, backed up, retired and dropped with that one.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::agreement::{PrivateKey, X25519};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::crypto::aws_lc_rs::hpke::DH_KEM_X25519_HKDF_SHA256_AES_256 as HPKE;
use rustls::crypto::hpke::{EncapsulatedSecret, Hpke as _, HpkePrivateKey, HpkePublicKey};
use zeroize::Zeroizing;

use crate::{Keyring, RootKey, SealError, base62};

/// What a public key's text begins with.
pub const PREFIX: &str = "tgp_";

/// The longest file, in bytes.
pub const LONGEST: usize = 32 * 1024;

/// What a file begins with: its form and the version of that.
const FORM: &str = "ticketgate-export 1";
/// What HPKE is used for here, and nowhere else.
const PURPOSE: &[u8] = b"ticketgate/export/1";
/// An X25519 public key.
const KEY: usize = 32;
const TAG: usize = 16;

/// The public key to which other installations seal what this one is to have. Not a secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ImportKey([u8; KEY]);

impl ImportKey {
    fn of(root: &RootKey) -> Option<Self> {
        let private = PrivateKey::from_private_key(&X25519, root.import_key().as_slice()).ok()?;
        private.compute_public_key().ok()?.as_ref().try_into().ok().map(Self)
    }
}

impl fmt::Display for ImportKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base62::render(PREFIX, &self.0))
    }
}

impl fmt::Debug for ImportKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ImportKey {
    type Err = NotAnImportKey;

    fn from_str(text: &str) -> Result<Self, NotAnImportKey> {
        let (before, checksum) =
            text.as_bytes().split_last_chunk::<{ base62::CHECKSUM }>().ok_or(NotAnImportKey)?;
        let body = before.strip_prefix(PREFIX.as_bytes()).ok_or(NotAnImportKey)?;
        let bytes = base62::bytes(body).ok_or(NotAnImportKey)?;
        if base62::checksum(before) == *checksum { Ok(Self(*bytes)) } else { Err(NotAnImportKey) }
    }
}

/// The text is not the public key of an installation, or not whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the public key of an installation is {PREFIX} and 49 letters and digits, as `ticketgate keys public` prints it there"
)]
pub struct NotAnImportKey;

/// A clear part, and the secret that goes with it.
pub type Item = (String, Zeroizing<Vec<u8>>);

/// A file, read. Whether anything in it opens here is another question: [`Keyring::unpack`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    to: ImportKey,
    lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    clear: String,
    once: [u8; KEY],
    sealed: Vec<u8>,
}

impl Export {
    /// Seals secrets to an installation's key, each together with a clear part that goes with it on one line.
    ///
    /// # Errors
    /// [`PackError`], above all when the key is not one that anybody could have.
    pub fn seal(to: ImportKey, items: &[Item]) -> Result<Self, PackError> {
        let key = HpkePublicKey(to.0.to_vec());
        let mut lines = Vec::with_capacity(items.len());
        for (place, (clear, secret)) in items.iter().enumerate() {
            if clear.is_empty() || clear.chars().any(char::is_control) {
                return Err(PackError::Clear);
            }
            let bound = bound(to, items.len(), place, clear);
            let (once, sealed) = HPKE.seal(PURPOSE, &bound, secret, &key).map_err(|_| PackError::Key)?;
            let once = once.0.try_into().map_err(|_| PackError::Key)?;
            lines.push(Line { clear: clear.clone(), once, sealed });
        }
        let export = Self { to, lines };
        if export.to_string().len() > LONGEST { Err(PackError::Long) } else { Ok(export) }
    }

    /// Reads a file as [`Export`] prints it.
    ///
    /// # Errors
    /// [`NotAnExport`] says which line is wrong, and never shows it. A file that is wrong in part is wrong.
    pub fn parse(text: &str) -> Result<Self, NotAnExport> {
        if text.len() > LONGEST {
            return Err(NotAnExport::Long);
        }
        let mut lines = text.lines();
        let head = lines.next().unwrap_or_default();
        let rest = head.strip_prefix(FORM).ok_or(NotAnExport::Form)?;
        let (to, count) =
            rest.strip_prefix(' ').and_then(|rest| rest.split_once(' ')).ok_or(NotAnExport::Form)?;
        let to = to.parse().map_err(|_| NotAnExport::Form)?;
        let lines =
            lines.enumerate().map(|(place, line)| Line::parse(line).ok_or(NotAnExport::Line(place + 2)));
        let lines = lines.collect::<Result<Vec<_>, _>>()?;
        // Compared as text: each file is written in one way only.
        if lines.is_empty() || count != lines.len().to_string() {
            return Err(NotAnExport::Count { found: lines.len() });
        }
        let export = Self { to, lines };
        if export.to_string() == text { Ok(export) } else { Err(NotAnExport::Form) }
    }

    /// Whom it is for.
    #[must_use]
    pub const fn to(&self) -> ImportKey {
        self.to
    }

    /// The clear parts, in order. Not authenticated before they are unpacked.
    pub fn clear(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(|line| line.clear.as_str())
    }
}

/// The text of the file.
impl fmt::Display for Export {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", head(self.to, self.lines.len()))?;
        for line in &self.lines {
            let sealed = URL_SAFE_NO_PAD.encode([line.once.as_slice(), &line.sealed].concat());
            writeln!(f, "{} {sealed}", line.clear)?;
        }
        Ok(())
    }
}

impl Line {
    fn parse(text: &str) -> Option<Self> {
        let (clear, sealed) = text.rsplit_once(' ')?;
        if clear.is_empty() || clear.chars().any(char::is_control) {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (once, sealed) = bytes.split_first_chunk::<KEY>()?;
        (sealed.len() >= TAG).then(|| Self { clear: clear.to_owned(), once: *once, sealed: sealed.to_vec() })
    }
}

fn head(to: ImportKey, count: usize) -> String {
    format!("{FORM} {to} {count}")
}

/// What is authenticated with the secret of a line. None of the three parts can hold a line feed.
fn bound(to: ImportKey, count: usize, place: usize, clear: &str) -> Vec<u8> {
    format!("{}\n{place}\n{clear}", head(to, count)).into_bytes()
}

impl Keyring {
    /// The public key others seal to for this installation. Another one with each root key.
    ///
    /// # Errors
    /// Only when the cryptographic library fails.
    pub fn import_key(&self) -> Result<ImportKey, SealError> {
        self.listed().first().and_then(|current| ImportKey::of(current)).ok_or(SealError)
    }

    /// Opens everything in a file, or nothing: each clear part with its secret.
    ///
    /// # Errors
    /// [`UnpackError`]: it is for somebody else, or something in it is not as it was sealed.
    pub fn unpack(&self, export: &Export) -> Result<Vec<Item>, UnpackError> {
        let listed = self.listed();
        let ours = listed.iter().find(|root| ImportKey::of(root) == Some(export.to));
        let ours = ours.ok_or(UnpackError::ForAnother { to: export.to })?;
        let private = HpkePrivateKey::from(ours.import_key().to_vec());
        let mut items = Vec::with_capacity(export.lines.len());
        for (place, line) in export.lines.iter().enumerate() {
            let bound = bound(export.to, export.lines.len(), place, &line.clear);
            let once = EncapsulatedSecret(line.once.to_vec());
            let opened = HPKE.open(&once, PURPOSE, &bound, &line.sealed, &private);
            let secret = opened.map_err(|_| UnpackError::Refused { line: place + 2 })?;
            items.push((line.clear.clone(), Zeroizing::new(secret)));
        }
        Ok(items)
    }
}

/// Nothing was sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// The clear part is empty or has control characters.
    #[error("what goes in the clear must be a text on one line")]
    Clear,
    /// Nobody can have such a key, or the library failed.
    #[error("nothing can be sealed to this key")]
    Key,
    /// Longer than [`LONGEST`].
    #[error("the file would be longer than {LONGEST} bytes")]
    Long,
}

/// The text is no such file, or not a whole one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnExport {
    /// Longer than [`LONGEST`].
    #[error("it is longer than {LONGEST} bytes")]
    Long,
    /// Its first line is another, or it was not written as this program writes.
    #[error("it is not as `ticketgate grant export` of this version writes it")]
    Form,
    /// A line, counted from 1.
    #[error("line {0} is not whole")]
    Line(usize),
    /// Lines are missing, or there are too many.
    #[error("its first line names another number of entries than the {found} there are")]
    Count {
        /// How many there are.
        found: usize,
    },
}

/// It does not open here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnpackError {
    /// It was sealed to another key.
    #[error("it is sealed to {to}, which is no key of this installation, or of a root key that was dropped")]
    ForAnother {
        /// Which one.
        to: ImportKey,
    },
    /// Something was changed.
    #[error("line {line} does not open: it, or the first line, was changed")]
    Refused {
        /// Counted from 1.
        line: usize,
    },
}

#[cfg(test)]
mod tests;
