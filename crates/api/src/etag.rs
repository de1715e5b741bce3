//! Entity tags: a version's number in quotes (RFC 9110 §8.8.3), so that two operators cannot undo each other unseen.

use axum::Extension;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse as _, Response};
use control::By;
use control::operators::Acting;
use http::request::Parts;
use http::{HeaderMap, header};

use crate::problem::Problem;

/// The tag of a version.
pub(crate) fn of(version: u64) -> String {
    format!("\"{version}\"")
}

/// Who changes something, and which versions of it they have seen (`If-Match`, RFC 9110 §13.1.1).
#[derive(Debug)]
pub(crate) struct Changing {
    operator: Acting,
    seen: Option<Vec<u64>>,
}

impl Changing {
    /// The same, as the control API's calls take it.
    pub(crate) fn by(&self) -> By<'_> {
        By { operator: &self.operator.name, seen: self.seen.clone() }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Changing {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let operator = Extension::<Acting>::from_request_parts(parts, state).await;
        let Extension(operator) = operator.map_err(|missing| missing.into_response())?;
        let seen = seen(&parts.headers).map_err(|refused| refused.into_response())?;
        Ok(Self { operator, seen })
    }
}

/// What a well-formed `If-Match` looks like (RFC 9110 §13.1.1).
pub(crate) const PATTERN: &str = "^(\\*|(W/)?\"[!#-~]*\"(, *(W/)?\"[!#-~]*\")*|)$";

/// The versions `If-Match` names; `None` when it is not sent, or any will do (`*`).
///
/// A tag that is none of ours, or a weak one, names no version: it is well-formed, and matches nothing.
fn seen(headers: &HeaderMap) -> Result<Option<Vec<u64>>, Problem> {
    let mut versions = Vec::new();
    let mut sent = headers.get_all(header::IF_MATCH).iter().peekable();
    if sent.peek().is_none() {
        return Ok(None);
    }
    for line in sent {
        let line = line.to_str().map_err(|_| malformed())?;
        if line.trim() == "*" {
            return Ok(None);
        }
        let mut rest = line.trim_start_matches([' ', ',', '\t']);
        while !rest.is_empty() {
            let (weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |quoted| (true, quoted));
            let text = quoted.strip_prefix('"').ok_or_else(malformed)?;
            let (tag, after) = text.split_once('"').ok_or_else(malformed)?;
            if !(after.is_empty() || after.starts_with([' ', ',', '\t'])) {
                return Err(malformed());
            }
            versions.extend(
                tag.parse::<u64>().ok().filter(|version| !weak && of(*version) == format!("\"{tag}\"")),
            );
            rest = after.trim_start_matches([' ', ',', '\t']);
        }
    }
    Ok(Some(versions))
}

fn malformed() -> Problem {
    Problem::invalid("If-Match must be ETags as this API gives them, or an asterisk.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::IF_MATCH, value.parse().unwrap())])
    }

    #[test]
    fn a_tag_names_the_version_it_was_made_of() {
        assert_eq!(seen(&with(&of(17))).unwrap(), Some(vec![17]));
        assert_eq!(seen(&with("\"1\", \"2\"")).unwrap(), Some(vec![1, 2]));
        assert_eq!(seen(&HeaderMap::new()).unwrap(), None);
        assert_eq!(seen(&with("*")).unwrap(), None);
        let mut two = with("\"1\"");
        two.append(header::IF_MATCH, "\"2\"".parse().unwrap());
        assert_eq!(seen(&two).unwrap(), Some(vec![1, 2]));
    }

    #[test]
    fn what_is_no_tag_of_ours_matches_nothing_rather_than_everything() {
        for foreign in ["W/\"17\"", "\"a\"", "\"\"", "\"017\"", "\"+17\"", "W/\"a\", \"b,c\"", "", ","] {
            assert_eq!(seen(&with(foreign)).unwrap(), Some(vec![]), "{foreign}");
        }
    }

    #[test]
    fn what_is_no_tag_at_all_is_refused() {
        for odd in ["17", "\"17", "17\"", "\"1\"\"2\"", "w/\"1\"", "W/1", "* , \"1\""] {
            assert!(seen(&with(odd)).is_err(), "{odd}");
        }
    }
}
