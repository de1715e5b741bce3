use std::sync::Arc;

use arc_swap::ArcSwap;
use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderValue};
use rustc_hash::FxHashMap;
use types::{Site, SiteName};

use crate::rewrite::{Patterns, Rewriter, Target};

/// The patterns of every site that has been called, made once each.
///
/// Keyed by name and checked by identity: settings read again make new `Site`s, and the entry is replaced. So there are
/// never more entries than names of sites.
#[derive(Debug, Default)]
pub(crate) struct Links(ArcSwap<FxHashMap<SiteName, Known>>);

#[derive(Clone, Debug)]
struct Known {
    site: Arc<Site>,
    patterns: Arc<Patterns>,
}

impl Links {
    pub(crate) fn patterns(&self, site: &Arc<Site>) -> Arc<Patterns> {
        if let Some(known) = self.0.load().get(&site.name).filter(|known| Arc::ptr_eq(&known.site, site)) {
            return Arc::clone(&known.patterns);
        }
        let patterns = Arc::new(Patterns::of(site));
        self.0.rcu(|all| {
            let mut all = FxHashMap::clone(all);
            let known = Known { site: Arc::clone(site), patterns: Arc::clone(&patterns) };
            all.insert(site.name.clone(), known);
            all
        });
        patterns
    }
}

/// Makes the links in an answer's headers lead here: `Location` (RFC 9110 §10.2.2) and `Link` (RFC 8288).
pub(crate) fn rewrite_headers(headers: &mut HeaderMap, patterns: &Arc<Patterns>, target: &Target) {
    for name in [header::LOCATION, header::LINK] {
        let header::Entry::Occupied(mut entry) = headers.entry(name) else { continue };
        for value in entry.iter_mut() {
            let text = Bytes::copy_from_slice(value.as_bytes());
            let text = Rewriter::header(Arc::clone(patterns), target.clone(), text);
            let text = relative(text, &target.relative);
            if let Ok(rewritten) = HeaderValue::from_maybe_shared(text) {
                *value = rewritten;
            }
        }
    }
}

/// A path relative to the site, at the start of a `Location` or in the brackets of a `Link`.
fn relative(text: Bytes, prefix: &str) -> Bytes {
    if prefix.is_empty() {
        return text;
    }
    let at = if text.starts_with(b"/wiki/") {
        Some(0)
    } else {
        memchr::memmem::find(&text, b"</wiki/").map(|at| at + 1)
    };
    let Some((before, after)) = at.and_then(|at| text.split_at_checked(at)) else { return text };
    [before, prefix.as_bytes(), after].concat().into()
}

#[cfg(test)]
mod tests;
