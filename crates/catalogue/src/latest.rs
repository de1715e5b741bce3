//! `latest` in the place of a version.

use types::Face;

use crate::path::CanonicalPath;

/// How Jira spells "whatever version is current", and the version that is sent instead.
///
/// What `latest` means is Jira's to change, and a decision must not depend on it: the gateway names a version, always the same one.
/// It is the one that clients who write `latest` were written for, with plain text where version 3 has documents. Python `jira`
/// does so when it assigns an issue.
const LATEST: [(&str, &str); 2] =
    [("/rest/api/latest/", "/rest/api/2/"), ("/rest/agile/latest/", "/rest/agile/1.0/")];

/// The path with its version spelled out; `None` when it names one already or the face knows no `latest`.
pub(crate) fn spelled_out(face: Face, path: &CanonicalPath) -> Option<CanonicalPath> {
    match face {
        Face::JiraCloud | Face::JiraDataCenter => {
            LATEST.iter().find_map(|(given, sent)| path.with_beginning(given, sent))
        }
        Face::ConfluenceCloud | Face::ConfluenceDataCenter => None,
    }
}

#[cfg(test)]
mod tests;
