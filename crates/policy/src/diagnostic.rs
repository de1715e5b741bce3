//! What there is to say about a manifest, and where.

mod code;
mod findings;
mod human;
mod verdict;

use std::sync::Arc;

pub use code::{DIAGNOSTICS, DiagnosticCode, DiagnosticEntry, Severity};
pub(crate) use findings::{Findings, Note, quoted};
pub use human::{render_human, render_terminal};
pub use verdict::Verdict;

use crate::source::Span;

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Position {
    /// Counted from 1.
    pub line: u32,
    /// Counted from 1, in characters.
    pub column: u32,
}

/// One thing to say about one place of one manifest. Its JSON form is what `ticketgate manifest check --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Whether it stops the set from being published.
    pub severity: Severity,
    /// The file, as [`ManifestFile::path`](crate::ManifestFile) says it.
    pub path: Arc<str>,
    /// Where it begins: the line, counted from 1.
    pub line: u32,
    /// Where it begins: the column, counted from 1, in characters.
    pub column: u32,
    /// Where it ends: the place after its last character.
    pub end: Position,
    /// Which line of [`DIAGNOSTICS`].
    pub code: DiagnosticCode,
    /// What is the matter, for a person.
    pub message: String,
    /// What to do about it, for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// A text which, put in place of what is marked, follows the suggestion. For editors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
    /// The marked bytes; lines and columns are made from them.
    #[serde(skip)]
    pub(crate) span: Span,
}
