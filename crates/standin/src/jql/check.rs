//! From a tree of words to tests with meaning: names are looked up once, and what does not exist is refused in Jira's
//! words, which do not tell a hidden project from a missing one.

use jiff::Timestamp;

use crate::jira::permission;
use crate::jira::tables::{ISSUE_TYPES, LINK_TYPES, PRIORITIES, RESOLUTIONS, SECURITY_LEVELS, by_id_or_name};
use crate::jira::workflow::STATUSES;
use crate::jira::{access, projects};
use crate::jql::Refused;
use crate::jql::parser::{Clause, Operator, Value};
use crate::jql::past::{self, History};
use crate::jql::time;
use crate::turn::Turn;

/// A field a query can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Project,
    Issue,
    Summary,
    Description,
    Comment,
    Text,
    Status,
    StatusCategory,
    IssueType,
    Assignee,
    Reporter,
    Creator,
    Watcher,
    Priority,
    Resolution,
    Labels,
    Component,
    FixVersion,
    Parent,
    Sprint,
    Level,
    StoryPoints,
    Created,
    Updated,
    Resolved,
    Due,
    Rank,
}

impl Field {
    /// By any of its names.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name.to_lowercase().as_str() {
            "project" => Self::Project,
            "key" | "issuekey" | "issue" | "id" => Self::Issue,
            "summary" => Self::Summary,
            "description" => Self::Description,
            "comment" => Self::Comment,
            "text" | "textfields" => Self::Text,
            "status" => Self::Status,
            "statuscategory" => Self::StatusCategory,
            "issuetype" | "type" => Self::IssueType,
            "assignee" => Self::Assignee,
            "reporter" => Self::Reporter,
            "creator" => Self::Creator,
            "watcher" => Self::Watcher,
            "priority" => Self::Priority,
            "resolution" => Self::Resolution,
            "labels" => Self::Labels,
            "component" => Self::Component,
            "fixversion" => Self::FixVersion,
            "parent" | "\"epic link\"" | "epic link" | "parentepic" => Self::Parent,
            "sprint" | "cf[10020]" => Self::Sprint,
            "level" => Self::Level,
            "story point estimate" | "story points" | "cf[10016]" => Self::StoryPoints,
            "created" | "createddate" => Self::Created,
            "updated" | "updateddate" => Self::Updated,
            "resolved" | "resolutiondate" => Self::Resolved,
            "due" | "duedate" => Self::Due,
            "rank" | "cf[10019]" => Self::Rank,
            _ => return None,
        })
    }

    /// Whether the field holds a time.
    pub(crate) const fn is_time(self) -> bool {
        matches!(self, Self::Created | Self::Updated | Self::Resolved | Self::Due)
    }

    const fn is_text(self) -> bool {
        matches!(self, Self::Summary | Self::Description | Self::Comment | Self::Text)
    }
}

/// A clause with its names looked up.
#[derive(Debug)]
pub(crate) enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    /// One of the field's ids is among these.
    Among(Field, Vec<String>),
    /// The field has a value, and none of its ids is among these.
    Without(Field, Vec<String>),
    Empty(Field),
    Words(Field, Vec<String>),
    Moment(Field, Operator, Timestamp),
    Number(Field, Operator, f64),
    /// What was or has changed.
    Past(History),
}

/// Looks names up.
pub(crate) fn compile(turn: &Turn<'_>, clause: &Clause) -> Result<Test, Refused> {
    let many = |clauses: &[Clause]| {
        clauses.iter().map(|clause| compile(turn, clause)).collect::<Result<Vec<_>, _>>()
    };
    match clause {
        Clause::And(clauses) => Ok(Test::All(many(clauses)?)),
        Clause::Or(clauses) => Ok(Test::Any(many(clauses)?)),
        Clause::Not(inner) => Ok(Test::Not(Box::new(compile(turn, inner)?))),
        Clause::Term { field, operator, operand } if is_filter(field) => {
            let filters = operand.iter().map(|value| saved(turn, field, value)).collect::<Result<_, _>>()?;
            match operator {
                Operator::Equals | Operator::In => Ok(Test::Any(filters)),
                Operator::NotEquals | Operator::NotIn => Ok(Test::Not(Box::new(Test::Any(filters)))),
                _ => Err(unsupported(field)),
            }
        }
        Clause::Term { field, operator, operand } => term(turn, field, *operator, operand),
        Clause::Past { field, past, operand, when } => {
            past::compile(turn, (field, *past), operand, when).map(Test::Past)
        }
    }
}

/// Saved filters are fields of a query too.
fn is_filter(name: &str) -> bool {
    ["filter", "request", "savedfilter", "searchrequest"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// What a saved filter asks for. A filter that names filters is not followed: two could name each other.
fn saved(turn: &Turn<'_>, name: &str, value: &Value) -> Result<Test, Refused> {
    let named = text(value);
    let mut filters = turn.jira().filters.iter();
    let filter = filters.find(|one| {
        let mine = Some(&one.owner) == turn.caller.account.as_ref();
        mine && (one.id.to_string() == named || one.name.eq_ignore_ascii_case(named))
    });
    let clause = match filter {
        Some(filter) => crate::jql::parse(&filter.jql)?.clause,
        None => return Err(missing(named, name)),
    };
    match clause {
        Some(clause) if names_filter(&clause) => Err(missing(named, name)),
        Some(clause) => compile(turn, &clause),
        None => Ok(Test::All(Vec::new())),
    }
}

fn names_filter(clause: &Clause) -> bool {
    match clause {
        Clause::And(clauses) | Clause::Or(clauses) => clauses.iter().any(names_filter),
        Clause::Not(inner) => names_filter(inner),
        Clause::Term { field, .. } | Clause::Past { field, .. } => is_filter(field),
    }
}

fn unsupported(name: &str) -> Refused {
    Refused::one(format!("The operator is not supported by the '{name}' field."))
}

/// A field by name, or Jira's complaint.
pub(crate) fn field(name: &str) -> Result<Field, Refused> {
    Field::named(name).ok_or_else(|| {
        Refused::one(format!("Field '{name}' does not exist or you do not have permission to view it."))
    })
}

fn term(turn: &Turn<'_>, name: &str, operator: Operator, operand: &[Value]) -> Result<Test, Refused> {
    let field = field(name)?;
    let unsupported = || unsupported(name);
    match operator {
        Operator::Empty => Ok(Test::Empty(field)),
        Operator::NotEmpty => Ok(Test::Not(Box::new(Test::Empty(field)))),
        Operator::Contains | Operator::NotContains if field.is_text() && !operand.contains(&Value::Empty) => {
            let words = operand.iter().flat_map(|value| words(text(value))).collect();
            let test = Test::Words(field, words);
            Ok(if operator == Operator::Contains { test } else { Test::Not(Box::new(test)) })
        }
        Operator::Contains | Operator::NotContains => Err(unsupported()),
        _ if field.is_text() => Err(unsupported()),
        _ if field.is_time() => moment(turn, (field, name), operator, operand),
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
            ordered(turn, (field, name), operator, operand).unwrap_or_else(|| Err(unsupported()))
        }
        _ => {
            let mut ids = Vec::new();
            for value in operand {
                ids.extend(lookup(turn, (field, name), value)?);
            }
            let positive = matches!(operator, Operator::Equals | Operator::In);
            Ok(if positive { Test::Among(field, ids) } else { Test::Without(field, ids) })
        }
    }
}

fn text(value: &Value) -> &str {
    match value {
        Value::Text(text) | Value::Function(text, _) => text,
        Value::Empty => "EMPTY",
    }
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '*' || c == '-' || c == '_'));
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// A field and the name it was given.
pub(crate) type Named<'a> = (Field, &'a str);

fn moment(
    turn: &Turn<'_>,
    (field, name): Named<'_>,
    operator: Operator,
    operand: &[Value],
) -> Result<Test, Refused> {
    // Times know `in` only with one value, which is not worth having.
    let moment = operand.first().filter(|_| operand.len() == 1).and_then(|value| time_of(turn, value));
    let moment = moment.ok_or_else(|| {
        let given = operand.first().map_or("", text);
        Refused::one(format!(
            "Date value '{given}' for field '{name}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."
        ))
    })?;
    Ok(Test::Moment(field, operator, moment))
}

/// The time a value means.
pub(crate) fn time_of(turn: &Turn<'_>, value: &Value) -> Option<Timestamp> {
    match value {
        Value::Text(text) => time::moment(turn.now, text),
        Value::Function(function, arguments) => time::function(turn.now, function, arguments),
        Value::Empty => None,
    }
}

/// Keys, priorities and numbers have an order; `None` for fields without one.
fn ordered(
    turn: &Turn<'_>,
    (field, name): Named<'_>,
    operator: Operator,
    operand: &[Value],
) -> Option<Result<Test, Refused>> {
    let given = operand.first().map_or("", text);
    let number = match field {
        Field::Issue => match turn.jira().find(given) {
            Some(issue) => Ok(issue.id.to_string()),
            None => Err(missing(given, name)),
        },
        // Highest is 1, so the order is turned round when it is evaluated.
        Field::Priority => {
            lookup(turn, (field, name), &Value::Text(given.to_owned())).map(|ids| ids.concat())
        }
        Field::StoryPoints => Ok(given.to_owned()),
        _ => return None,
    };
    Some(number.and_then(|number| {
        let number = number.parse().map_err(|_| Refused::one(format!("'{given}' is not a number.")))?;
        Ok(Test::Number(field, operator, number))
    }))
}

/// A value that is not there.
pub(crate) fn missing(value: &str, name: &str) -> Refused {
    Refused::one(format!("The value '{value}' does not exist for the field '{name}'."))
}

/// The ids that a value means.
pub(crate) fn lookup(
    turn: &Turn<'_>,
    (field, name): Named<'_>,
    value: &Value,
) -> Result<Vec<String>, Refused> {
    let text = match value {
        Value::Text(text) => text.as_str(),
        Value::Function(function, arguments) => return called(turn, (field, name), (function, arguments)),
        Value::Empty => return Ok(vec![String::new()]),
    };
    let found = match field {
        Field::Project => projects::visible(turn)
            .find(|p| {
                p.key.eq_ignore_ascii_case(text)
                    || p.name.eq_ignore_ascii_case(text)
                    || p.id.to_string() == text
            })
            .map(|project| vec![project.id.to_string()]),
        Field::Issue | Field::Parent => return issue(turn, name, text),
        Field::Status => row(text, STATUSES.iter().map(|status| (status.id, status.name))),
        Field::StatusCategory => category(text).map(|key| vec![key.to_owned()]),
        Field::IssueType => row(text, ISSUE_TYPES.iter().map(|row| (row.0, row.1))),
        Field::Priority => row(text, PRIORITIES.iter().map(|row| (row.0, row.1))),
        Field::Resolution if text.eq_ignore_ascii_case("unresolved") => Some(vec![String::new()]),
        Field::Resolution => row(text, RESOLUTIONS.iter().map(|row| (row.0, row.1))),
        Field::Level => row(text, SECURITY_LEVELS.iter().map(|row| (row.0, row.1))),
        // People that do not exist find nothing; Jira warns, and so does nobody here.
        Field::Assignee | Field::Reporter | Field::Creator | Field::Watcher => Some(person(turn, text)),
        Field::Sprint => {
            let mut sprints = turn.jira().sprints.iter();
            let found = sprints
                .find(|sprint| sprint.name.eq_ignore_ascii_case(text) || sprint.id.to_string() == text);
            found.map(|sprint| vec![sprint.id.to_string()])
        }
        Field::Component | Field::FixVersion => named_rows(turn, field, text),
        _ => Some(vec![text.to_owned()]),
    };
    found.ok_or_else(|| missing(text, name))
}

fn row(text: &str, rows: impl Iterator<Item = (u64, &'static str)>) -> Option<Vec<String>> {
    by_id_or_name(rows, text).map(|id| vec![id.to_string()])
}

fn issue(turn: &Turn<'_>, name: &str, text: &str) -> Result<Vec<String>, Refused> {
    match access::issue(turn, text) {
        Ok(id) => Ok(vec![id.to_string()]),
        Err(_) if name.eq_ignore_ascii_case("parent") => Err(missing(text, name)),
        Err(_) => Err(Refused::one(format!("An issue with key '{text}' does not exist for field '{name}'."))),
    }
}

fn category(text: &str) -> Option<&'static str> {
    match text.to_lowercase().as_str() {
        "new" | "to do" | "2" => Some("new"),
        "indeterminate" | "in progress" | "4" => Some("indeterminate"),
        "done" | "complete" | "3" => Some("done"),
        _ => None,
    }
}

fn person(turn: &Turn<'_>, text: &str) -> Vec<String> {
    let people = &turn.world.people;
    let by_name = || people.all().find(|who| who.display_name.eq_ignore_ascii_case(text));
    let found = people
        .get(text)
        .or_else(|| people.by_email(text))
        .or_else(|| people.by_username(text))
        .or_else(by_name);
    found.map(|who| who.id.to_string()).into_iter().collect()
}

fn named_rows(turn: &Turn<'_>, field: Field, text: &str) -> Option<Vec<String>> {
    let rows = projects::visible(turn)
        .flat_map(|p| if field == Field::Component { &p.components } else { &p.versions });
    let ids: Vec<_> = rows
        .filter(|row| row.name.eq_ignore_ascii_case(text) || row.id.to_string() == text)
        .map(|row| row.id.to_string())
        .collect();
    (!ids.is_empty()).then_some(ids)
}

/// Functions that give ids.
fn called(
    turn: &Turn<'_>,
    (field, name): Named<'_>,
    (function, arguments): (&str, &[String]),
) -> Result<Vec<String>, Refused> {
    let people = matches!(field, Field::Assignee | Field::Reporter | Field::Creator | Field::Watcher);
    let sprints = |state: &str| {
        turn.jira().sprints.iter().filter(|s| s.state == state).map(|s| s.id.to_string()).collect()
    };
    match (field, function) {
        (_, "currentuser") if people => match &turn.caller.account {
            Some(me) => Ok(vec![me.to_string()]),
            None => Err(Refused::one("Function 'currentUser' cannot be used by anonymous users.".to_owned())),
        },
        (_, "membersof") if people => {
            let group = arguments.first().map_or("", String::as_str);
            let members: Vec<_> = turn.world.people.all().filter(|who| who.in_group(group)).collect();
            if members.is_empty() {
                let sentence = format!(
                    "Function 'membersOf' can not generate a list of usernames for group '{group}'; the group does not exist."
                );
                return Err(Refused::one(sentence));
            }
            Ok(members.into_iter().map(|who| who.id.to_string()).collect())
        }
        (Field::Issue, "linkedissues") => linked(turn, name, arguments),
        (Field::Issue, "votedissues" | "watchedissues") => {
            let Some(me) = &turn.caller.account else { return Ok(Vec::new()) };
            let mine = access::visible(turn).filter(|issue| match function {
                "votedissues" => issue.voters.contains(me),
                _ => issue.watchers.contains(me),
            });
            Ok(mine.map(|issue| issue.id.to_string()).collect())
        }
        (Field::Sprint, "opensprints") => Ok(sprints("active")),
        (Field::Sprint, "closedsprints") => Ok(sprints("closed")),
        (Field::Sprint, "futuresprints") => Ok(sprints("future")),
        (Field::Project, "projectsleadbyuser") => {
            let mine = projects::visible(turn).filter(|p| Some(&p.lead) == turn.caller.account.as_ref());
            Ok(mine.map(|project| project.id.to_string()).collect())
        }
        (Field::Project, "projectswhereuserhaspermission") => Ok(projects::visible(turn)
            .filter(|p| permission::in_project(turn.me(), "BROWSE_PROJECTS", p, None) == Some(true))
            .map(|p| p.id.to_string())
            .collect()),
        _ => Err(Refused::one(format!("Unable to find JQL function '{function}' for the field '{name}'."))),
    }
}

/// The other ends of an issue's links, of one kind or of all.
fn linked(turn: &Turn<'_>, name: &str, arguments: &[String]) -> Result<Vec<String>, Refused> {
    let (Some(key), kind) = (arguments.first(), arguments.get(1)) else {
        return Err(Refused::one(
            "Function 'linkedIssues' expected between '1' and '2' arguments but received '0'.",
        ));
    };
    let id = issue(turn, name, key)?.concat().parse().unwrap_or(0);
    let mut found = Vec::new();
    for link in &turn.jira().links {
        let row = LINK_TYPES.iter().find(|row| row.0 == link.kind);
        let says = |word: fn(&(u64, &'static str, &'static str, &'static str)) -> &'static str| {
            kind.is_none_or(|kind| row.is_some_and(|row| word(row).eq_ignore_ascii_case(kind)))
        };
        if link.outward == id && says(|row| row.3) {
            found.push(link.inward.to_string());
        }
        if link.inward == id && says(|row| row.2) {
            found.push(link.outward.to_string());
        }
    }
    Ok(found)
}
