//! Whether an issue passes.

use jiff::Timestamp;

use crate::jira::model::Issue;
use crate::jira::{access, rich, workflow};
use crate::jql::check::{Field, Test};
use crate::jql::parser::Operator;
use crate::jql::time;
use crate::turn::Turn;

/// Whether a test holds for an issue.
pub(crate) fn holds(turn: &Turn<'_>, test: &Test, issue: &Issue) -> bool {
    match test {
        Test::All(tests) => tests.iter().all(|test| holds(turn, test, issue)),
        Test::Any(tests) => tests.iter().any(|test| holds(turn, test, issue)),
        Test::Not(test) => !holds(turn, test, issue),
        Test::Among(field, ids) => {
            let held = ids_of(*field, issue);
            held.iter().any(|id| ids.contains(id)) || (held.is_empty() && ids.iter().any(String::is_empty))
        }
        Test::Without(field, ids) => {
            let held = ids_of(*field, issue);
            let unresolved = ids.iter().any(String::is_empty);
            (!held.is_empty() || *field == Field::Resolution && !unresolved)
                && !held.iter().any(|id| ids.contains(id))
        }
        Test::Empty(field) => is_empty(*field, issue),
        Test::Words(field, words) => {
            let text = text_of(turn, *field, issue);
            let held: Vec<_> = text.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).collect();
            words.iter().all(|word| match word.strip_suffix('*') {
                Some(start) => held.iter().any(|held| held.starts_with(start)),
                None => {
                    held.iter().any(|held| held == word || held.split(['-', '_']).any(|part| part == word))
                }
            })
        }
        Test::Moment(field, operator, moment) => {
            moment_of(*field, issue).is_some_and(|held| compare(*operator, &held, moment))
        }
        Test::Past(history) => history.holds(issue, turn.now),
        Test::Number(field, operator, number) => number_of(*field, issue).is_some_and(|held| match field {
            Field::Priority => compare(*operator, number, &held),
            _ => compare(*operator, &held, number),
        }),
    }
}

fn compare<T: PartialOrd>(operator: Operator, held: &T, wanted: &T) -> bool {
    match operator {
        Operator::Less => held < wanted,
        Operator::LessOrEqual => held <= wanted,
        Operator::Greater => held > wanted,
        Operator::GreaterOrEqual => held >= wanted,
        Operator::NotEquals | Operator::NotIn => held != wanted,
        _ => held == wanted,
    }
}

/// What a field holds, as ids.
pub(crate) fn ids_of(field: Field, issue: &Issue) -> Vec<String> {
    let texts = |ids: &[u64]| ids.iter().map(u64::to_string).collect();
    let maybe = |id: Option<String>| id.into_iter().collect();
    match field {
        Field::Project => vec![issue.project.to_string()],
        Field::Issue => vec![issue.id.to_string()],
        Field::Status => vec![issue.status.to_string()],
        Field::StatusCategory => vec![workflow::status(issue.status).category.to_owned()],
        Field::IssueType => vec![issue.issue_type.to_string()],
        Field::Priority => vec![issue.priority.to_string()],
        Field::Resolution => maybe(issue.resolution.map(|id| id.to_string())),
        Field::Level => maybe(issue.security.map(|id| id.to_string())),
        Field::Parent => maybe(issue.parent.map(|id| id.to_string())),
        Field::Assignee => maybe(issue.assignee.as_ref().map(ToString::to_string)),
        Field::Reporter => maybe(issue.reporter.as_ref().map(ToString::to_string)),
        Field::Creator => maybe(issue.creator.as_ref().map(ToString::to_string)),
        Field::Watcher => issue.watchers.iter().map(ToString::to_string).collect(),
        Field::Labels => issue.labels.clone(),
        Field::Component => texts(&issue.components),
        Field::FixVersion => texts(&issue.fix_versions),
        Field::Sprint => texts(&issue.sprints),
        Field::StoryPoints => maybe(issue.story_points.map(|points| points.to_string())),
        _ => Vec::new(),
    }
}

fn is_empty(field: Field, issue: &Issue) -> bool {
    match field {
        Field::Summary | Field::Text | Field::Rank => false,
        Field::Description => issue.description.is_none(),
        Field::Comment => issue.comments.is_empty(),
        field if field.is_time() => moment_of(field, issue).is_none(),
        field => ids_of(field, issue).is_empty(),
    }
}

/// What a field says, in lower case. Comments count only where the caller may read them.
fn text_of(turn: &Turn<'_>, field: Field, issue: &Issue) -> String {
    let description = || issue.description.as_ref().map(rich::to_text).unwrap_or_default();
    let comments = || {
        let heard = issue.comments.iter().filter(|one| access::hears(turn.me(), &one.audience));
        heard.map(|one| rich::to_text(&one.body)).collect::<Vec<_>>().join("\n")
    };
    let text = match field {
        Field::Summary => issue.summary.clone(),
        Field::Description => description(),
        Field::Comment => comments(),
        _ => format!("{}\n{}\n{}", issue.summary, description(), comments()),
    };
    text.to_lowercase()
}

/// The time a field holds.
pub(crate) fn moment_of(field: Field, issue: &Issue) -> Option<Timestamp> {
    match field {
        Field::Created => Some(issue.created),
        Field::Updated => Some(issue.updated),
        Field::Resolved => issue.resolved,
        Field::Due => issue.due.as_deref().and_then(|due| time::moment(Timestamp::UNIX_EPOCH, due)),
        _ => None,
    }
}

#[allow(clippy::cast_precision_loss, reason = "ids of the stand-in are small")]
fn number_of(field: Field, issue: &Issue) -> Option<f64> {
    match field {
        Field::Issue => Some(issue.id as f64),
        Field::Priority => Some(issue.priority as f64),
        Field::StoryPoints => issue.story_points,
        _ => None,
    }
}
