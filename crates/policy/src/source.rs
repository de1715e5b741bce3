//! A manifest as a text with lines.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::Position;
use crate::elevation::Elevation;
use crate::limits;

/// One manifest as found: where it lies and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestFile {
    /// Where it lies, as diagnostics show it. Its last component without `.toml` is the client's id.
    pub path: String,
    /// What it says; empty when it cannot be read.
    pub text: String,
    /// Why it cannot be read.
    unreadable: Option<String>,
    /// Whether it comes with the program.
    built_in: bool,
}

impl ManifestFile {
    /// A manifest at `path` that says `text`.
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), unreadable: None, built_in: false }
    }

    /// A manifest that is there and cannot be read: an error of the set it belongs to, like any other, so that it
    /// neither hides what is wrong with the others nor lets them be published without it.
    #[must_use]
    pub fn unreadable(path: impl Into<String>, why: impl Into<String>) -> Self {
        Self { path: path.into(), text: String::new(), unreadable: Some(why.into()), built_in: false }
    }

    /// A manifest that comes with the program and that nobody can give an end or an owner: guardrails bind it like any
    /// other, but do not ask it for these.
    #[must_use]
    pub fn built_in(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { built_in: true, ..Self::new(path, text) }
    }

    pub(crate) const fn is_built_in(&self) -> bool {
        self.built_in
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

    /// What labels call it: the name, and for a fragment the folder too.
    pub(crate) fn label(&self) -> String {
        let mut last_two = self.path.rsplitn(3, ['/', '\\']);
        match (last_two.next(), last_two.next()) {
            (Some(name), Some("shared")) => format!("shared/{name}"),
            _ => self.name().to_owned(),
        }
    }

    /// The name without `.toml`: the client's id.
    pub(crate) fn stem(&self) -> &str {
        self.name().strip_suffix(".toml").unwrap_or_else(|| self.name())
    }
}

/// What a set of manifests is compiled from, borrowed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sources<'s> {
    /// One per client.
    pub manifests: &'s [ManifestFile],
    /// What they share: the files of `shared/`.
    pub fragments: &'s [ManifestFile],
    /// `guardrails.toml`.
    pub guardrails: Option<&'s ManifestFile>,
    /// What single clients have beside their manifests, for a time.
    pub elevations: &'s [Elevation],
}

impl<'s> From<&'s [ManifestFile]> for Sources<'s> {
    fn from(manifests: &'s [ManifestFile]) -> Self {
        Self { manifests, ..Self::default() }
    }
}

impl<'s> From<&'s Vec<ManifestFile>> for Sources<'s> {
    fn from(manifests: &'s Vec<ManifestFile>) -> Self {
        manifests.as_slice().into()
    }
}

impl<'s, const N: usize> From<&'s [ManifestFile; N]> for Sources<'s> {
    fn from(manifests: &'s [ManifestFile; N]) -> Self {
        manifests.as_slice().into()
    }
}

impl<'s> From<&'s ManifestSet> for Sources<'s> {
    fn from(set: &'s ManifestSet) -> Self {
        let ManifestSet { manifests, fragments, guardrails } = set;
        Self { manifests, fragments, guardrails: guardrails.as_ref(), elevations: &[] }
    }
}

/// The files of a folder of manifests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManifestSet {
    /// One per client.
    pub manifests: Vec<ManifestFile>,
    /// What they share: the files of `shared/`.
    pub fragments: Vec<ManifestFile>,
    /// `guardrails.toml`.
    pub guardrails: Option<ManifestFile>,
}

impl ManifestSet {
    /// The name of the file that holds for every manifest. It is no client's.
    pub const GUARDRAILS: &'static str = "guardrails.toml";

    /// The folder beneath that of the manifests in which fragments lie.
    pub const SHARED: &'static str = "shared";

    /// The set of files with paths relative to the folder: `shared/NAME.toml` is a fragment, `guardrails.toml` what
    /// holds for all, everything else a manifest.
    #[must_use]
    pub fn of(files: impl IntoIterator<Item = ManifestFile>) -> Self {
        let mut set = Self::default();
        for file in files {
            let shared = file.path.strip_prefix(Self::SHARED).is_some_and(|rest| rest.starts_with('/'));
            if shared {
                set.fragments.push(file);
            } else if file.path == Self::GUARDRAILS && set.guardrails.is_none() {
                set.guardrails = Some(file);
            } else {
                set.manifests.push(file);
            }
        }
        set
    }

    /// Every file.
    pub fn files(&self) -> impl Iterator<Item = &ManifestFile> {
        self.manifests.iter().chain(&self.fragments).chain(&self.guardrails)
    }
}

/// Bytes of a text, from the first up to but not including the last.
///
/// A manifest and the fragments it builds on are read into one whole, so a place must say in which file it lies: each
/// file has bytes of its own. Those of a manifest begin at 0, those of fragments, guardrails and elevations further up
/// ([`base`]).
pub(crate) type Span = Range<usize>;

/// How many bytes each file has for its own.
const ROOM: usize = limits::FILE_BYTES + 2;

/// Where the bytes of the shared file with this number begin.
pub(crate) const fn base(number: usize) -> usize {
    (number + 1) * ROOM
}

/// The number of the shared file a byte belongs to; `None`: it is the manifest's own.
pub(crate) const fn number(byte: usize) -> Option<usize> {
    (byte / ROOM).checked_sub(1)
}

/// Something, and where it was typed.
#[derive(Clone, Debug)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// File and line, in little space: there is one for every entry of every manifest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spot {
    /// 0: the manifest itself. Else one more than the number of the shared file.
    pub(crate) file: u16,
    pub(crate) line: u32,
}

/// A text that can turn bytes into lines and columns.
pub(crate) struct Source<'f> {
    pub(crate) file: &'f ManifestFile,
    /// The path once, shared by all diagnostics of the file.
    pub(crate) path: Arc<str>,
    /// Where each line begins; never empty.
    lines: Vec<usize>,
    /// Where its bytes begin among all.
    base: usize,
}

impl<'f> Source<'f> {
    pub(crate) fn new(file: &'f ManifestFile) -> Self {
        Self::at(file, 0)
    }

    pub(crate) fn at(file: &'f ManifestFile, base: usize) -> Self {
        let after_newlines = file.text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(after_newlines).collect();
        Self { file, path: file.path.as_str().into(), lines, base }
    }

    /// The span of bytes of its text among all.
    pub(crate) const fn place(&self, local: &Span) -> Span {
        self.base + local.start..self.base + local.end
    }

    /// The bytes of its own text that are meant; `None` when another file's are.
    pub(crate) fn local(&self, span: &Span) -> Option<Span> {
        let (start, end) = (span.start.checked_sub(self.base)?, span.end.checked_sub(self.base)?);
        (start <= self.file.text.len()).then_some(start..end)
    }

    /// The line of a byte of its text, counted from 1. A binary search, because a manifest may have thousands of
    /// entries.
    pub(crate) fn line(&self, byte: usize) -> u32 {
        u32::try_from(self.lines.partition_point(|start| *start <= byte)).unwrap_or(u32::MAX)
    }

    /// Line and column of a byte of its text, both counted from 1, columns in characters.
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
