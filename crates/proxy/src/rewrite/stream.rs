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
}

impl Rewriter {
    pub(crate) const fn new(patterns: Arc<Patterns>, target: Target) -> Self {
        Self { patterns, target, held: Bytes::new(), edits: Vec::new() }
    }

    /// Takes the next chunk, gives what is decided by now; may be empty. `last` says that nothing follows, so nothing
    /// is held back.
    pub(crate) fn push(&mut self, chunk: Bytes, last: bool) -> Bytes {
        let mut buffer = self.join(chunk);
        self.patterns.find(&buffer, &mut self.edits);
        // What is undecided starts after the last edit: no pattern contains the beginning of another.
        self.held = if last { Bytes::new() } else { buffer.split_off(self.patterns.undecided(&buffer)) };
        if self.edits.is_empty() { buffer } else { self.apply(&buffer) }
    }

    /// Rewrites a text that is there as a whole, such as a header's value.
    pub(crate) fn whole(patterns: Arc<Patterns>, target: Target, text: Bytes) -> Bytes {
        Self::new(patterns, target).push(text, true)
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
            let with = match edit.with {
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
