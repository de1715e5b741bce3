use memchr::memmem::Finder;
use types::{Deployment, Site};

use super::API_PATHS;

/// What to look for in the answers of one site. Made once per site and shared.
#[derive(Debug)]
pub(crate) struct Patterns {
    needles: Vec<Needle>,
    patterns: Vec<Pattern>,
    longest: usize,
}

/// A rare text every pattern of its group contains, found by a vectorised search.
#[derive(Debug)]
struct Needle {
    finder: Finder<'static>,
    /// What stands between a pattern's start and the needle: `https://`, or nothing.
    before: &'static str,
}

/// One shape of a thing to rewrite. In `text` a `/` also matches `\/`.
#[derive(Debug)]
struct Pattern {
    text: Box<[u8]>,
    /// The part of `text` that is replaced.
    from: usize,
    to: usize,
    with: With,
}

/// Which text of the [`super::Target`] takes the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum With {
    Jira,
    Confluence,
    Relative,
}

/// One thing found: `start..end` of the buffer is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) with: With,
    /// Whether slashes are escaped where it stands.
    pub(crate) escaped: bool,
}

impl Patterns {
    /// The patterns of `site`'s own URLs.
    pub(crate) fn of(site: &Site) -> Self {
        let mut this = Self { needles: Vec::new(), patterns: Vec::new(), longest: 0 };
        match &site.deployment {
            Deployment::Cloud { cloud_id, origin, api_origin } => {
                this.add_base(origin);
                this.add_links_base(&format!("{origin}/wiki"), origin.len(), With::Confluence);
                this.add_base(&format!("{api_origin}/ex/jira/{cloud_id}"));
                this.add_base(&format!("{api_origin}/ex/confluence/{cloud_id}"));
                this.add_relative();
            }
            Deployment::JiraDataCenter { base } => this.add_base(base),
            Deployment::ConfluenceDataCenter { base } => {
                this.add_base(base);
                this.add_links_base(base, base.len(), With::Jira);
            }
        }
        this
    }

    fn add_base(&mut self, base: &str) {
        let (before, rest) = match base.split_once("://") {
            Some(("https", rest)) => ("https://", rest),
            Some(("http", rest)) => ("http://", rest),
            _ => return,
        };
        let authority = rest.split('/').next().unwrap_or_default().as_bytes();
        if !self.needles.iter().any(|n| n.before == before && n.finder.needle() == authority) {
            self.needles.push(Needle { finder: Finder::new(authority).into_owned(), before });
        }
        for (path, confluence) in API_PATHS {
            let with = if confluence { With::Confluence } else { With::Jira };
            self.add(format!("{base}{path}"), 0, base.len(), with);
        }
    }

    /// `_links.base` of Confluence v1, a string that is the whole of `base`: what its relative next pages are joined to. The first
    /// `origin` bytes are replaced.
    fn add_links_base(&mut self, base: &str, origin: usize, with: With) {
        self.add(format!("{base}\""), 0, origin, with);
    }

    /// `_links.next` of Confluence v2 is a path relative to the site.
    fn add_relative(&mut self) {
        const KEY: &str = "\"next\":\"";
        self.needles.push(Needle { finder: Finder::new(KEY).into_owned(), before: "" });
        for (path, _) in API_PATHS.iter().filter(|(_, confluence)| *confluence) {
            self.add(format!("{KEY}{path}"), KEY.len(), KEY.len(), With::Relative);
        }
    }

    fn add(&mut self, text: String, from: usize, to: usize, with: With) {
        let slashes = text.bytes().filter(|byte| *byte == b'/').count();
        self.longest = self.longest.max(text.len() + slashes);
        self.patterns.push(Pattern { text: text.into_bytes().into(), from, to, with });
    }

    /// Everything in `buffer` that is to be replaced, in order, into `edits`. `fits` says whether a pattern may start at a
    /// position.
    pub(crate) fn find(&self, buffer: &[u8], fits: impl Fn(usize) -> bool, edits: &mut Vec<Edit>) {
        edits.clear();
        for needle in &self.needles {
            for hit in needle.finder.find_iter(buffer) {
                let start = before(buffer, hit, needle.before).filter(|start| fits(*start));
                edits.extend(start.and_then(|start| self.edit_at(buffer, start)));
            }
        }
        // Two needles may find the same place (the key and the URL behind it never do), and each runs on its own.
        edits.sort_unstable_by_key(|edit| edit.start);
        edits.dedup_by_key(|edit| edit.start);
    }

    fn edit_at(&self, buffer: &[u8], start: usize) -> Option<Edit> {
        let rest = buffer.get(start..)?;
        self.patterns.iter().find_map(|pattern| match pattern.walk(rest) {
            Walk::Matched { from, to, escaped } => {
                Some(Edit { start: start + from, end: start + to, with: pattern.with, escaped })
            }
            Walk::CutShort | Walk::Other => None,
        })
    }

    /// From where on `buffer` could be the beginning of something to replace, of which the rest has not come yet.
    pub(crate) fn undecided(&self, buffer: &[u8]) -> usize {
        let window = buffer.len().saturating_sub(self.longest);
        let tail = buffer.get(window..).unwrap_or_default();
        memchr::memchr2_iter(b'h', b'"', tail)
            .find(|at| {
                let rest = tail.get(*at..).unwrap_or_default();
                self.patterns.iter().any(|pattern| matches!(pattern.walk(rest), Walk::CutShort))
            })
            .map_or(buffer.len(), |at| window + at)
    }
}

/// Where a pattern starts whose needle was found at `hit`, when what belongs before the needle is there.
fn before(buffer: &[u8], hit: usize, expected: &'static str) -> Option<usize> {
    let head = buffer.get(..hit)?;
    let escaped = match expected {
        "https://" => "https:\\/\\/",
        "http://" => "http:\\/\\/",
        _ => expected,
    };
    [expected, escaped].into_iter().find(|e| head.ends_with(e.as_bytes())).map(|e| hit - e.len())
}

enum Walk {
    /// All of the pattern is there; `from..to` is the part to replace, counted in the buffer.
    Matched { from: usize, to: usize, escaped: bool },
    /// As far as the buffer goes it agrees.
    CutShort,
    /// Something else.
    Other,
}

impl Pattern {
    fn walk(&self, buffer: &[u8]) -> Walk {
        let mut rest = buffer.iter();
        let (mut from, mut to, mut escaped) = (0, 0, false);
        for (index, expected) in self.text.iter().enumerate() {
            let position = buffer.len() - rest.len();
            if index == self.from {
                from = position;
            }
            if index == self.to {
                to = position;
            }
            let mut next = rest.next();
            if *expected == b'/' && next == Some(&b'\\') {
                escaped = true;
                next = rest.next();
            }
            match next {
                None => return Walk::CutShort,
                Some(byte) if byte == expected => {}
                Some(_) => return Walk::Other,
            }
        }
        Walk::Matched { from, to, escaped }
    }
}
