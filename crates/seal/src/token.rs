//! Tokens that are ours: recognisable, self-checking, kept only as digests.
//!
//! ```text
//! tgs_ 4T7xQ…(43 base62 digits: 256 random bits)… 0aB3xZ (6 base62 digits: CRC-32 of everything before)
//! ```
//!
//! Every kind matches one published regular expression, for secret scanners and for support:
//!
//! ```text
//! \btg[saorcwu]_[0-9A-Za-z]{49}\b
//! ```
//!
//! (`tgk_` in the same shape is a root key: [`crate::root_key`].) The checksum lets a scanner, and this gateway, drop
//! look-alikes without asking anyone: a text that only looks like a token costs one CRC, no digest and no lookup. It
//! proves nothing about validity; the 256 bits do. There is nothing to guess or to precompute in 256 random bits, so
//! the digest is one plain SHA-256 of the whole text.

use std::fmt;
use std::hash::{Hash, Hasher};

use aws_lc_rs::digest;
use subtle::ConstantTimeEq;
use types::Secret;
use zeroize::Zeroizing;

use crate::base62;

/// The expression every token's text matches, for secret scanners.
pub const PATTERN: &str = r"\btg[saorcwu]_[0-9A-Za-z]{49}\b";

/// Length of every token's text, in bytes.
pub const LEN: usize = 4 + base62::BODY + base62::CHECKSUM;

/// How much of the end a hint shows.
const SHOWN: usize = 4;

/// What a token is for; its prefix says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A client's long-lived secret, exchanged for access tokens or sent as the Basic password.
    ClientSecret,
    /// A short-lived access token from `/oauth/token`.
    AccessToken,
    /// An operator's token for the control API.
    OperatorToken,
    /// What a client exchanges for the next access token of a user's consent. Works once.
    RefreshToken,
    /// What a browser carries from the consent to the client. Works once, for a minute.
    AuthorizationCode,
    /// The cookie of a person signed in with a browser.
    Session,
    /// What a person's own scripts call with, in their name.
    PersonalToken,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::ClientSecret,
        Self::AccessToken,
        Self::OperatorToken,
        Self::RefreshToken,
        Self::AuthorizationCode,
        Self::Session,
        Self::PersonalToken,
    ];

    /// What the text begins with.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::ClientSecret => "tgs_",
            Self::AccessToken => "tga_",
            Self::OperatorToken => "tgo_",
            Self::RefreshToken => "tgr_",
            Self::AuthorizationCode => "tgc_",
            Self::Session => "tgw_",
            Self::PersonalToken => "tgu_",
        }
    }

    fn of(text: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| text.starts_with(kind.prefix().as_bytes()))
    }
}

/// A token just made. The text is shown once and then forgotten; the rest may be kept.
#[derive(Debug)]
pub struct Minted {
    /// The text to hand out.
    pub text: Secret,
    /// What the store keeps to recognise it.
    pub digest: Digest,
    /// What lists and records show: prefix and last four characters. The last four belong to the checksum, so a hint
    /// gives away less than 24 of the 256 bits.
    pub hint: String,
}

/// Makes a token of 32 random bytes (`clock::random::bytes`).
#[must_use]
pub fn mint(kind: Kind, random: [u8; 32]) -> Minted {
    let random = Zeroizing::new(random);
    let text = base62::render(kind.prefix(), &random);
    let (digest, hint) = (Digest::of(text.as_bytes()), hint(kind, text.as_bytes()));
    Minted { text: Secret::new(text), digest, hint }
}

/// A text that has the shape of one of our tokens. Whether it is valid is a question for the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// What it is for.
    pub kind: Kind,
    /// What to look up.
    pub digest: Digest,
    hint: [u8; SHOWN],
}

impl Parsed {
    /// As [`Minted::hint`].
    #[must_use]
    pub fn hint(&self) -> String {
        hint(self.kind, &self.hint)
    }
}

/// Reads a token's text: prefix, length, alphabet, checksum.
///
/// Costs the same for every text of the right length, right or wrong up to the checksum, and next to nothing for
/// others.
///
/// # Errors
/// [`NotOurs`], which does not say what is wrong: whoever sends guesses learns nothing from it.
pub fn parse(text: &str) -> Result<Parsed, NotOurs> {
    let text: &[u8; LEN] = text.as_bytes().try_into().map_err(|_| NotOurs)?;
    let kind = Kind::of(text).ok_or(NotOurs)?;
    let (before, checksum) = text.split_last_chunk::<{ base62::CHECKSUM }>().ok_or(NotOurs)?;
    let (_, body) = before.split_first_chunk::<4>().ok_or(NotOurs)?;
    let whole = base62::is_text(body) & (base62::checksum(before) == *checksum);
    let (_, hint) = text.split_last_chunk::<SHOWN>().ok_or(NotOurs)?;
    if whole { Ok(Parsed { kind, digest: Digest::of(text), hint: *hint }) } else { Err(NotOurs) }
}

fn hint(kind: Kind, text: &[u8]) -> String {
    let mut hint = String::with_capacity(11);
    hint.push_str(kind.prefix());
    hint.push('…');
    hint.extend(text.iter().skip(text.len().saturating_sub(SHOWN)).map(|b| char::from(*b)));
    hint
}

/// SHA-256 of a token's text. Compared in constant time; hashed for maps by its own first bytes.
#[derive(Clone, Copy)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of a text: of one of our tokens, or of another credential that is kept and found the same way.
    #[must_use]
    pub fn of(text: &[u8]) -> Self {
        let mut bytes = [0; 32];
        bytes
            .iter_mut()
            .zip(digest::digest(&digest::SHA256, text).as_ref())
            .for_each(|(to, from)| *to = *from);
        Self(bytes)
    }

    /// Of a secret that was not made here, such as one an operator chose. It must be as good as random: this is one plain
    /// SHA-256.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        Self::of(text.as_bytes())
    }

    /// Takes bytes from the store.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Digest {}

impl Hash for Digest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // A digest is uniformly spread already; eight bytes of it are as good as thirty-two.
        if let Some((first, _)) = self.0.split_first_chunk::<8>() {
            state.write_u64(u64::from_le_bytes(*first));
        }
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[digest]")
    }
}

/// The text is none of our tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not one of this gateway's tokens")]
pub struct NotOurs;

#[cfg(test)]
mod tests;
