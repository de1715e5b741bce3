use std::fmt;
use std::str::FromStr;

/// What an operation does to the site, the coarsest thing a manifest can choose by.
///
/// The order is by weight: a later effect is the more dangerous one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Looks and leaves everything as it was, whatever its HTTP method (`POST /search/jql` reads).
    Read,
    /// Creates or changes content: issues, comments, pages, worklogs.
    Write,
    /// Takes content away.
    Delete,
    /// Changes how the site itself works: schemes, fields, permissions, users, webhooks.
    Administer,
}

impl Effect {
    /// Every effect, lightest first.
    pub const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Delete, Self::Administer];

    /// The word used in manifests, tables, records and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Delete => "delete",
            Self::Administer => "administer",
        }
    }

    /// Whether a call with this effect changes anything, and so needs a durable intent before it is sent.
    #[must_use]
    pub const fn changes_something(self) -> bool {
        !matches!(self, Self::Read)
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word is none of `read`, `write`, `delete`, `administer`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an effect is one of read, write, delete, administer")]
pub struct UnknownEffect;

impl FromStr for Effect {
    type Err = UnknownEffect;

    fn from_str(word: &str) -> Result<Self, UnknownEffect> {
        Self::ALL.into_iter().find(|effect| effect.as_str() == word).ok_or(UnknownEffect)
    }
}
