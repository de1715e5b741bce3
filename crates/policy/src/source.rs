//! A manifest as a text with lines.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::Position;

/// One manifest as found: where it lies and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestFile {
    /// Where it lies, as diagnostics show it. Its last component without `.toml` is the client's id.
    pub path: String,
    /// What it says; empty when it cannot be read.
    pub text: String,
    /// Why it cannot be read.
    unreadable: Option<String>,
}

impl ManifestFile {
    /// A manifest at `path` that says `text`.
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), unreadable: None }
    }

    /// A manifest that is there and cannot be read: an error of the set it belongs to, like any other, so that it
    /// neither hides what is wrong with the others nor lets them be published without it.
    #[must_use]
    pub fn unreadable(path: impl Into<String>, why: impl Into<String>) -> Self {
        Self { path: path.into(), text: String::new(), unreadable: Some(why.into()) }
    }

    /// Why it cannot be read, half a sentence; `None` when its text is what it says.
    #[must_use]
    pub fn trouble(&self) -> Option<&str> {
        self.unreadable.as_deref()
    }

    /// The last component of the path: `release-automation.toml`.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit(['/', '\\']).next().unwrap_or(&self.path)
    }

    /// The name without `.toml`: the client's id.
    pub(crate) fn stem(&self) -> &str {
        self.name().strip_suffix(".toml").unwrap_or_else(|| self.name())
    }
}

/// Bytes of a text, from the first up to but not including the last.
pub(crate) type Span = Range<usize>;

/// Something, and where it was typed.
#[derive(Clone, Debug)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// A text that can turn bytes into lines and columns.
pub(crate) struct Source<'f> {
    pub(crate) file: &'f ManifestFile,
    /// The path once, shared by all diagnostics of the file.
    pub(crate) path: Arc<str>,
    /// Where each line begins; never empty.
    lines: Vec<usize>,
}

impl<'f> Source<'f> {
    pub(crate) fn new(file: &'f ManifestFile) -> Self {
        let after_newlines = file.text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(after_newlines).collect();
        Self { file, path: file.path.as_str().into(), lines }
    }

    /// The line of a byte, counted from 1. A binary search, because a manifest may have thousands of entries.
    pub(crate) fn line(&self, byte: usize) -> u32 {
        u32::try_from(self.lines.partition_point(|start| *start <= byte)).unwrap_or(u32::MAX)
    }

    /// Line and column of a byte, both counted from 1, columns in characters.
    pub(crate) fn position(&self, byte: usize) -> Position {
        let line = self.lines.partition_point(|start| *start <= byte);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = self.file.text.get(start..byte).map_or(0, |before| before.chars().count());
        let column = u32::try_from(before + 1).unwrap_or(u32::MAX);
        Position { line: u32::try_from(line).unwrap_or(u32::MAX), column }
    }
}

#[cfg(test)]
mod tests;
