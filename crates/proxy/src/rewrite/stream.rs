use std::sync::Arc;

use bytes::{Bytes, BytesMut};

use super::Target;
use super::patterns::{Edit, Patterns, With};

/// Rewrites one answer as it passes.
///
/// Holds back at most the length of one pattern, when a chunk ends in what could be the beginning of a URL. A chunk
/// without anything to rewrite passes without being copied.
#[derive(Debug)]
pub(crate) struct Rewriter {
    patterns: Arc<Patterns>,
    target: Target,
    held: Bytes,
    edits: Vec<Edit>,
    place: Place,
}

/// Where a URL is rewritten.
#[derive(Debug)]
enum Place {
    /// Where a JSON string opens. Holds the last two bytes that have passed, as they came.
    String([u8; 2]),
    /// Wherever it stands.
    Anywhere,
}

impl Rewriter {
    /// For a JSON answer.
    pub(crate) const fn new(patterns: Arc<Patterns>, target: Target) -> Self {
        Self { patterns, target, held: Bytes::new(), edits: Vec::new(), place: Place::String([0; 2]) }
    }

    /// Takes the next chunk, gives what is decided by now; may be empty. `last` says that nothing follows, so nothing
    /// is held back.
    pub(crate) fn push(&mut self, chunk: Bytes, last: bool) -> Bytes {
        let mut buffer = self.join(chunk);
        let place = &self.place;
        self.patterns.find(&buffer, |start| place.fits(&buffer, start), &mut self.edits);
        // What is undecided starts after the last edit: no pattern contains the beginning of another.
        self.held = if last { Bytes::new() } else { buffer.split_off(self.patterns.undecided(&buffer)) };
        self.place.pass(&buffer);
        if self.edits.is_empty() { buffer } else { self.apply(&buffer) }
    }

    /// Rewrites the value of a header.
    pub(crate) fn header(patterns: Arc<Patterns>, target: Target, value: Bytes) -> Bytes {
        Self { place: Place::Anywhere, ..Self::new(patterns, target) }.push(value, true)
    }

    fn join(&mut self, chunk: Bytes) -> Bytes {
        if self.held.is_empty() {
            return chunk;
        }
        let mut both = BytesMut::with_capacity(self.held.len() + chunk.len());
        both.extend_from_slice(&self.held);
        both.extend_from_slice(&chunk);
        both.freeze()
    }

    fn apply(&self, buffer: &Bytes) -> Bytes {
        let longest = self.target.jira.len().max(self.target.confluence.len());
        let mut out = BytesMut::with_capacity(buffer.len() + self.edits.len() * longest);
        let mut done = 0;
        for edit in &self.edits {
            out.extend_from_slice(buffer.get(done..edit.start).unwrap_or_default());
            let with: &str = match edit.with {
                With::Jira => &self.target.jira,
                With::Confluence => &self.target.confluence,
                With::Relative => &self.target.relative,
            };
            if edit.escaped {
                out.extend_from_slice(with.replace('/', "\\/").as_bytes());
            } else {
                out.extend_from_slice(with.as_bytes());
            }
            done = edit.end;
        }
        out.extend_from_slice(buffer.get(done..).unwrap_or_default());
        out.freeze()
    }
}

impl Place {
    /// Whether what starts at `start` of the buffer is, or begins with, the opening of a string.
    ///
    /// A quote that no backslash precedes opens a string or closes one, and nothing that is looked for follows a closing
    /// one in JSON.
    fn fits(&self, buffer: &[u8], start: usize) -> bool {
        let Self::String(passed) = self else { return true };
        let back = |count: usize| match start.checked_sub(count) {
            Some(at) => buffer.get(at).copied(),
            None => passed.iter().rev().nth(count - start - 1).copied(),
        };
        let quote = usize::from(buffer.get(start) != Some(&b'"'));
        back(quote) == Some(b'"') && back(quote + 1) != Some(b'\\')
    }

    /// Takes note of what passes.
    fn pass(&mut self, buffer: &[u8]) {
        if let Self::String(passed) = self {
            for byte in buffer.get(buffer.len().saturating_sub(2)..).unwrap_or_default() {
                *passed = [passed[1], *byte];
            }
        }
    }
}
