//! What was, and what has changed: questions about an issue's history.

use jiff::{SignedDuration, Timestamp};

use crate::jira::model::{Issue, Item};
use crate::jql::Refused;
use crate::jql::check::{Field, field, lookup, missing, time_of};
use crate::jql::evaluate::ids_of;
use crate::jql::parser::{Past, Value, When};
use crate::turn::Turn;

/// A question about the past with its names looked up.
#[derive(Debug)]
pub(crate) struct History {
    field: Field,
    past: Past,
    /// What it was; of `changed` nothing.
    ids: Vec<String>,
    from: Option<Vec<String>>,
    to: Option<Vec<String>>,
    by: Option<Vec<String>>,
    /// Earliest and latest moment, both included.
    window: (Timestamp, Timestamp),
}

/// The fields whose history can be searched, and what a change calls each.
const fn recorded(field: Field) -> Option<&'static str> {
    Some(match field {
        Field::Status => "status",
        Field::Assignee => "assignee",
        Field::Reporter => "reporter",
        Field::Priority => "priority",
        Field::Resolution => "resolution",
        _ => return None,
    })
}

/// Looks names up.
pub(crate) fn compile(
    turn: &Turn<'_>,
    (name, past): (&str, Past),
    operand: &[Value],
    when: &[(When, Vec<Value>)],
) -> Result<History, Refused> {
    let field = field(name)?;
    if recorded(field).is_none() {
        return Err(Refused::one(format!("History searches do not support the '{name}' field.")));
    }
    let all = |field: Field, values: &[Value]| {
        values.iter().map(|value| lookup(turn, (field, name), value)).collect::<Result<Vec<_>, _>>()
    };
    let mut history = History {
        field,
        past,
        ids: all(field, operand)?.concat(),
        from: None,
        to: None,
        by: None,
        window: (Timestamp::MIN, Timestamp::MAX),
    };
    for (when, values) in when {
        match when {
            When::From => history.from = Some(all(field, values)?.concat()),
            When::To => history.to = Some(all(field, values)?.concat()),
            When::By => history.by = Some(all(Field::Assignee, values)?.concat()),
            _ => history.narrow(turn, *when, values)?,
        }
    }
    Ok(history)
}

impl History {
    fn narrow(&mut self, turn: &Turn<'_>, when: When, values: &[Value]) -> Result<(), Refused> {
        let time = |at: usize| {
            let value =
                values.get(at).ok_or_else(|| Refused::one("A date is missing in a history predicate."))?;
            time_of(turn, value).ok_or_else(|| match value {
                Value::Text(text) | Value::Function(text, _) => missing(text, "date"),
                Value::Empty => missing("EMPTY", "date"),
            })
        };
        let day = SignedDuration::from_hours(24) - SignedDuration::from_millis(1);
        let (first, last) = match (when, values.len()) {
            (When::After, 1) => (time(0)?, Timestamp::MAX),
            (When::Before, 1) => (Timestamp::MIN, time(0)?),
            (When::On, 1) => (time(0)?, time(0)?.checked_add(day).unwrap_or(Timestamp::MAX)),
            (When::During, 2) => (time(0)?, time(1)?),
            _ => return Err(Refused::one("A history predicate has the wrong number of dates.")),
        };
        self.window = (self.window.0.max(first), self.window.1.min(last));
        Ok(())
    }

    /// Whether it holds for an issue.
    pub(crate) fn holds(&self, issue: &Issue, now: Timestamp) -> bool {
        match self.past {
            Past::Changed => self.changes(issue).any(|change| {
                self.within(change.at, change.at)
                    && self.by_one_of(change.author.as_deref())
                    && among(self.from.as_ref(), change.from)
                    && among(self.to.as_ref(), change.to)
            }),
            Past::Was => self.was(issue, now),
            Past::WasNot => !self.was(issue, now),
        }
    }

    fn changes<'a>(&'a self, issue: &'a Issue) -> impl Iterator<Item = Changed<'a>> {
        let name = recorded(self.field).unwrap_or_default();
        issue.changelog.iter().flat_map(move |change| {
            let items = change.items.iter().filter(move |item: &&Item| item.field_id == name);
            items.map(|item| Changed {
                at: change.at,
                author: change.author.clone(),
                from: item.from.as_deref().unwrap_or_default(),
                to: item.to.as_deref().unwrap_or_default(),
            })
        })
    }

    /// Whether it had one of the values at a time within the window, given by one of the people.
    fn was(&self, issue: &Issue, now: Timestamp) -> bool {
        let current = ids_of(self.field, issue).concat();
        let first = self.changes(issue).next().map_or(current, |change| change.from.to_owned());
        let (mut value, mut since, mut giver) = (first, issue.created, issue.creator.clone());
        for change in self.changes(issue) {
            if self.meets(&value, (since, change.at), giver.as_deref()) {
                return true;
            }
            (value, since, giver) = (change.to.to_owned(), change.at, change.author);
        }
        self.meets(&value, (since, now.max(since)), giver.as_deref())
    }

    fn meets(&self, value: &str, (since, until): (Timestamp, Timestamp), giver: Option<&str>) -> bool {
        self.ids.iter().any(|id| id == value) && self.within(since, until) && self.by_one_of(giver)
    }

    fn within(&self, since: Timestamp, until: Timestamp) -> bool {
        since <= self.window.1 && until >= self.window.0
    }

    fn by_one_of(&self, who: Option<&str>) -> bool {
        among(self.by.as_ref(), who.unwrap_or_default())
    }
}

/// One change of the field.
struct Changed<'a> {
    at: Timestamp,
    author: Option<crate::world::people::AccountId>,
    from: &'a str,
    to: &'a str,
}

fn among(wanted: Option<&Vec<String>>, given: &str) -> bool {
    wanted.is_none_or(|wanted| wanted.iter().any(|one| one == given))
}
