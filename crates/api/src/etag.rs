//! Entity tags: a version's number in quotes (RFC 9110 §8.8.3), so that two operators cannot undo each other unseen.

use control::By;
use control::operators::Acting;
use http::{HeaderMap, header};

use crate::problem::Problem;

/// The tag of a version.
pub(crate) fn of(version: u64) -> String {
    format!("\"{version}\"")
}

/// On whose behalf, and on which version (`If-Match`, RFC 9110 §13.1.1).
pub(crate) fn by<'a>(operator: &'a Acting, headers: &HeaderMap) -> Result<By<'a>, Problem> {
    Ok(By { operator: &operator.name, seen: seen(headers)? })
}

/// The version `If-Match` names; `None` when it is not sent, or any will do (`*`).
pub(crate) fn seen(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let mut sent = headers.get_all(header::IF_MATCH).iter();
    let (first, more) = (sent.next(), sent.next());
    let Some(first) = first else { return Ok(None) };
    let text = first.to_str().unwrap_or_default().trim();
    if text == "*" && more.is_none() {
        return Ok(None);
    }
    let version =
        text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).and_then(|text| text.parse().ok());
    match (version, more) {
        (Some(version), None) => Ok(Some(version)),
        _ => Err(Problem::invalid("If-Match must be one ETag as this API gives them, or an asterisk.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::IF_MATCH, value.parse().unwrap())])
    }

    #[test]
    fn a_tag_names_the_version_it_was_made_of() {
        assert_eq!(seen(&with(&of(17))).unwrap(), Some(17));
        assert_eq!(seen(&HeaderMap::new()).unwrap(), None);
        assert_eq!(seen(&with("*")).unwrap(), None);
    }

    #[test]
    fn what_is_no_tag_of_ours_is_refused_rather_than_ignored() {
        for odd in ["17", "W/\"17\"", "\"a\"", "\"1\", \"2\"", ""] {
            assert!(seen(&with(odd)).is_err(), "{odd}");
        }
        let mut two = with("\"1\"");
        two.append(header::IF_MATCH, "\"2\"".parse().unwrap());
        assert!(seen(&two).is_err());
    }
}
