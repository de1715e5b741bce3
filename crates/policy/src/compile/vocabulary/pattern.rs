//! Patterns of paths: `/rest/api/3/issue/*`, `GET /rest/api/3/issue/**`.
//!
//! They are matched with the templates of the catalogue when manifests are compiled, never with what a client wrote:
//! what is decided by a path is which operation, and nothing else.

use types::Verb;

/// A pattern understood.
pub(crate) struct Pattern<'w> {
    verb: Option<Verb>,
    segments: Vec<&'w str>,
    /// Whether `**` follows: one segment or more.
    rest: bool,
}

impl<'w> Pattern<'w> {
    /// `None`: it is no pattern.
    pub(crate) fn parse(word: &'w str) -> Option<Self> {
        let (verb, path) = match word.split_once(' ') {
            Some((verb, path)) => (Some(verb.parse().ok()?), path),
            None => (None, word),
        };
        let path = path.strip_prefix('/')?;
        let mut segments: Vec<&str> = path.split('/').collect();
        let rest = segments.pop_if(|last| *last == "**").is_some();
        // A star that is part of a segment, or two before the end, would mean something else to its author than to us.
        let plain = |segment: &&str| *segment == "*" || (!segment.is_empty() && !segment.contains('*'));
        segments.iter().all(plain).then_some(Self { verb, segments, rest })
    }

    /// Whether an operation is like it. A parameter is like `*`, and like itself as the catalogue writes it.
    pub(crate) fn matches(&self, verb: Verb, template: &str) -> bool {
        if self.verb.is_some_and(|wanted| wanted != verb) {
            return false;
        }
        let mut found = template.trim_start_matches('/').split('/');
        let alike = |wanted: &&str| found.next().is_some_and(|found| *wanted == "*" || *wanted == found);
        self.segments.iter().all(alike) && found.next().is_some() == self.rest
    }
}

#[cfg(test)]
mod tests;
