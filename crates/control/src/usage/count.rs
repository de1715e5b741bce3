//! From records to counts.

use std::collections::BTreeMap;

use audit::query::Found;
use audit::{Decision, Kind, Record};
use jiff::Timestamp;
use types::{ClientId, Code, IssueKey};

use super::OTHER;

/// What is counted together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key<'r> {
    pub(crate) client: &'r ClientId,
    pub(crate) operation: &'r str,
    /// The scopes that satisfied it, in order; empty where it was refused.
    pub(crate) scopes: String,
    pub(crate) place: Place,
}

/// What a call was about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// It named nothing, or nothing that is known to exist.
    None,
    Project(String),
    Space(String),
    /// There was no room for it.
    Other,
}

impl Place {
    /// As it is kept.
    pub(crate) fn to_text(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::Project(key) => format!("project {key}"),
            Self::Space(key) => format!("space {key}"),
            Self::Other => OTHER.to_owned(),
        }
    }

    /// As it was kept. Whatever else stands there is something nobody has room for.
    pub(crate) fn of_text(text: &str) -> Self {
        match text.split_once(' ') {
            Some(("project", key)) => Self::Project(key.to_owned()),
            Some(("space", key)) => Self::Space(key.to_owned()),
            None if text.is_empty() => Self::None,
            _ => Self::Other,
        }
    }

    /// Only what Atlassian has answered about exists: whoever makes up names is told that they do not, and fills no table with them.
    fn of(record: &Record) -> Self {
        if !record.upstream_status.is_some_and(|status| (200..400).contains(&status)) {
            return Self::None;
        }
        let issue = record.issue.as_ref().and_then(|issue| issue.as_str().to_ascii_uppercase().parse().ok());
        let project = issue.map(|issue: IssueKey| issue.project().to_owned());
        let project =
            project.or_else(|| record.project.as_ref().map(|key| key.as_str().to_ascii_uppercase()));
        match (project, &record.space) {
            (Some(project), _) => Self::Project(project),
            (None, Some(space)) => Self::Space(space.to_string()),
            (None, None) => Self::None,
        }
    }
}

/// How often, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) calls: u64,
    pub(crate) refusals: u64,
    pub(crate) observed: u64,
    pub(crate) first_at: Timestamp,
    pub(crate) last_at: Timestamp,
    pub(crate) used_at: Option<Timestamp>,
}

/// What of the records counts, together.
pub(crate) fn counts(records: &[Found]) -> impl Iterator<Item = (Key<'_>, Count)> {
    let mut counts: BTreeMap<Key<'_>, Count> = BTreeMap::new();
    for (key, one) in records.iter().filter_map(|found| one(&found.record)) {
        let count = counts.entry(key).or_insert(Count { calls: 0, refusals: 0, observed: 0, ..one });
        count.calls += one.calls;
        count.refusals += one.refusals;
        count.observed += one.observed;
        count.first_at = count.first_at.min(one.first_at);
        count.last_at = count.last_at.max(one.last_at);
        count.used_at = count.used_at.max(one.used_at);
    }
    counts.into_iter()
}

/// What one record counts as; nothing, unless the manifest was asked about an operation of the catalogue. What an elevation was part of
/// is no use of the manifest.
fn one(record: &Record) -> Option<(Key<'_>, Count)> {
    if record.elevation.is_some() {
        return None;
    }
    let (Kind::Call, Some(client), Some(operation), Some(_)) =
        (record.kind, &record.client, &record.operation, record.decision)
    else {
        return None;
    };
    let refused = is_refused_by_manifest(record);
    let mut scopes: Vec<&str> =
        record.scopes.iter().filter(|_| !refused).map(|scope| scope.as_str()).collect();
    scopes.sort_unstable();
    let key = Key {
        client,
        operation: operation.as_str(),
        scopes: scopes.join(" "),
        place: if refused { Place::None } else { Place::of(record) },
    };
    let count = Count {
        calls: u64::from(!refused),
        refusals: u64::from(refused),
        observed: u64::from(!refused && record.would_refuse.is_some()),
        first_at: record.at,
        last_at: record.at,
        used_at: (!refused).then_some(record.at),
    };
    Some((key, count))
}

/// Refusals of a call that was decided on, by which something the call says is not permitted.
const BY_TERMS: [Code; 11] = [
    Code::ProjectNotPermitted,
    Code::FieldNotPermitted,
    Code::TransitionNotPermitted,
    Code::CommentNotPermitted,
    Code::AttachmentNotPermitted,
    Code::QueryNotPermitted,
    Code::NotConfinable,
    Code::AnswerNotConfinable,
    Code::Hidden,
    Code::HiddenInQuery,
    Code::PlaceUnknown,
];

/// Whether it was the manifest that said no: to the operation, or to what the call says.
pub(crate) fn is_refused_by_manifest(record: &Record) -> bool {
    let by_terms = |refusal: &audit::Text| BY_TERMS.iter().any(|code| refusal == code.entry().name);
    record.decision == Some(Decision::Refused) || record.refusal.as_ref().is_some_and(by_terms)
}

#[cfg(test)]
mod tests;
