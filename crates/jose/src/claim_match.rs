use std::fmt;

use serde_json::Value;

use crate::Verified;
use crate::glob::{Glob, NotAPattern};

/// Where a claim is: its name, or names from the outside in.
///
/// A list and not a dotted text, because names contain dots: `["kubernetes.io", "serviceaccount", "name"]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimPath(Vec<String>);

impl ClaimPath {
    /// The most names a path has: as deep as a token may be nested.
    pub const MAX_NAMES: usize = 8;

    /// The longest name, in bytes.
    pub const MAX_NAME: usize = 256;

    /// A path of names.
    ///
    /// # Errors
    /// [`NotAPath`] when there is none or more than [`ClaimPath::MAX_NAMES`], or one is empty or longer than
    /// [`ClaimPath::MAX_NAME`].
    pub fn new(names: impl IntoIterator<Item = impl Into<String>>) -> Result<Self, NotAPath> {
        let names: Vec<String> = names.into_iter().take(Self::MAX_NAMES + 1).map(Into::into).collect();
        let fits = (1..=Self::MAX_NAMES).contains(&names.len())
            && names.iter().all(|name| (1..=Self::MAX_NAME).contains(&name.len()));
        if fits { Ok(Self(names)) } else { Err(NotAPath) }
    }

    /// The names, from the outside in.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.0
    }
}

/// Shown as names between which is ` > `, for people only.
impl fmt::Display for ClaimPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" > "))
    }
}

/// The names are no path to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a claim is found by 1 to {} names, each of 1 to {} bytes",
    ClaimPath::MAX_NAMES,
    ClaimPath::MAX_NAME
)]
pub struct NotAPath;

/// One condition on a claim, as a binding of a workload to a client lists them.
///
/// It holds when the claim is a text that fits, or a list of which any element is one. A claim that is absent, or a number,
/// `true` or an object, fits nothing, not even `**`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimMatch {
    path: ClaimPath,
    wanted: Wanted,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    Exactly(String),
    Like(Glob),
}

impl ClaimMatch {
    /// The claim is exactly this text. Nothing in it is special, not even a star.
    #[must_use]
    pub fn exactly(path: ClaimPath, text: impl Into<String>) -> Self {
        Self { path, wanted: Wanted::Exactly(text.into()) }
    }

    /// The claim is covered by a pattern from its first to its last character.
    ///
    /// `*` stands for any characters, or none, within one segment, that is, up to the next `/` or `:`; `**` for any
    /// across segments. Everything else stands for itself. A claim longer than 2048 bytes fits no pattern.
    ///
    /// # Errors
    /// [`NotAPattern`] when it is empty, longer than 512 bytes, or has three stars in a row or a control character.
    pub fn like(path: ClaimPath, pattern: &str) -> Result<Self, NotAPattern> {
        Ok(Self { path, wanted: Wanted::Like(Glob::parse(pattern)?) })
    }

    /// Where the claim is.
    #[must_use]
    pub const fn path(&self) -> &ClaimPath {
        &self.path
    }

    /// What it is compared with, as written.
    #[must_use]
    pub fn wanted(&self) -> &str {
        match &self.wanted {
            Wanted::Exactly(text) => text,
            Wanted::Like(glob) => glob.as_str(),
        }
    }

    /// Whether the condition holds for a token.
    #[must_use]
    pub fn matches(&self, token: &Verified) -> bool {
        match token.claim(self.path.names()) {
            Some(Value::String(text)) => self.fits(text),
            Some(Value::Array(elements)) => {
                elements.iter().filter_map(Value::as_str).any(|text| self.fits(text))
            }
            _ => false,
        }
    }

    fn fits(&self, text: &str) -> bool {
        match &self.wanted {
            Wanted::Exactly(wanted) => wanted == text,
            Wanted::Like(glob) => glob.matches(text),
        }
    }
}
