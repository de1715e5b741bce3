//! Turns URLs in answers that point at Atlassian into URLs that point here.
//!
//! Clients follow what they are given: Python `jira` sends its updates to an issue's `self`. Without rewriting such a
//! client would leave the gateway in the middle of a session, with a credential Atlassian does not know.
//!
//! What is rewritten: URLs of the site or of Atlassian's API gateway whose path is one of an API ([`API_PATHS`]), in JSON
//! answers, plain (`https://`) or escaped (`https:\/\/`), and in the headers `Location` and `Link`. URLs for people
//! (`/browse/REL-1`, `/wiki/spaces/...`) keep pointing at the site; Confluence's `_links.base` does not, because the first API's next
//! pages are joined to it (decision 6). Text is matched, not JSON parsed, but
//! only where a JSON string opens, as every link does: a URL amid what people wrote stays as they wrote it, so a client that
//! reads a comment and stores it again does not carry the gateway's address into it.

mod gunzip;
mod patterns;
mod stream;

pub(crate) use gunzip::Gunzip;
pub(crate) use patterns::Patterns;
pub(crate) use stream::Rewriter;

use std::sync::Arc;

use types::Address;

/// Paths that belong to an API. The boolean says whether they live on the Confluence face.
const API_PATHS: [(&str, bool); 4] =
    [("/rest/", false), ("/wiki/rest/", true), ("/wiki/api/", true), ("/jsm/", false)];

/// What Atlassian's URLs are replaced with, for one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// In front of paths of the Jira face: `http://gateway`, `http://gateway/sites/demo`, `http://gateway/ex/jira/ID`.
    pub(crate) jira: Arc<str>,
    /// In front of paths of the Confluence face.
    pub(crate) confluence: Arc<str>,
    /// In front of paths that Atlassian gives relative to the site, which are all of the Confluence face; empty when
    /// the client came by the root and such a path is right as it is.
    pub(crate) relative: String,
}

impl Target {
    /// `way` is how the client's request named the site: links in answers keep it there. `origin` is scheme and authority of the gateway as the client knows it, without a slash at the end.
    pub(crate) fn new(origin: &Arc<str>, way: &Address) -> Self {
        let (jira, confluence) = prefixes(way);
        // Most clients name no site, and then both are the origin itself.
        let behind = |prefix: &str| {
            if prefix.is_empty() { Arc::clone(origin) } else { [origin, prefix].concat().into() }
        };
        Self { jira: behind(&jira), confluence: behind(&confluence), relative: confluence }
    }
}

/// What stands in front of the paths of the Jira face, and of the Confluence face.
fn prefixes(way: &Address) -> (String, String) {
    match way {
        Address::Default => (String::new(), String::new()),
        Address::Named(site) => (format!("/sites/{site}"), format!("/sites/{site}")),
        Address::Cloud(cloud) => (format!("/ex/jira/{cloud}"), format!("/ex/confluence/{cloud}")),
    }
}

/// Whether `path`, with or without the prefix of Atlassian's API gateway, belongs to an API.
pub(crate) fn is_api_path(path: &str) -> bool {
    let own = path.strip_prefix("/ex/").map_or(path, |rest| {
        // `{product}/{cloudId}` and what follows.
        rest.match_indices('/').nth(1).and_then(|(at, _)| rest.get(at..)).unwrap_or_default()
    });
    API_PATHS.iter().any(|(api, _)| own.starts_with(api))
}

#[cfg(test)]
mod tests;
