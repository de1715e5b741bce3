//! Queries in a request: read, judged, and sent with the boundary as a condition of their own.

use std::borrow::Cow;

use ::boundary::{Json, Name, Parameters, find, find_mut};
use catalogue::{Confinement, Kind, Naming, Operation, Place as Where};
use policy::Bounds;
use query::{Reaching, Remedy, cql, jql};
use types::{Code, Refusal, Verb};

use super::judge::Judge;

/// Fields a search of any text looks into.
const TEXTS: [&str; 4] = ["summary", "description", "environment", "comment"];

/// What was done to a call's queries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Constrained {
    /// Some parameter or the body was written anew.
    pub(super) rewritten: bool,
    /// An error about a value could tell that it exists elsewhere, so errors are not passed on.
    pub(super) hides_errors: bool,
}

/// Adds the boundary to every query the call carries; to a call that finds by query and has none, as its query.
///
/// # Errors
/// When a query cannot be read, or could tell of what lies outside although nothing outside is found.
pub(super) async fn constrain<'j>(
    judge: &Judge<'_>,
    operation: &'j Operation,
    parameters: &mut Parameters<'j>,
    mut json: Option<&mut Json<'j>>,
) -> Result<Constrained, Refusal> {
    let mut done = Constrained::default();
    let is_query = |naming: &&Naming| matches!(naming.kind, Kind::Jql | Kind::Cql);
    let mut seen = false;
    for naming in operation.names().iter().filter(is_query) {
        let texts: Vec<String> = match naming.place {
            Where::Query => parameters.values(&naming.parameter).map(str::to_owned).collect(),
            Where::Body => json.as_deref().map_or(Ok(Vec::new()), |json| texts_in(json, naming))?,
            Where::Path | Where::Answer => continue,
        };
        let one_of_a_list = naming.parameter.ends_with("[]");
        if texts.len() > 1 && !one_of_a_list {
            return Err(Refusal::new(Code::MalformedRequest, "It carries its query twice."));
        }
        let mut constrained = Vec::with_capacity(texts.len());
        for text in &texts {
            constrained.push(one(judge, naming.kind, text, &mut done).await?);
        }
        if constrained.is_empty() {
            continue;
        }
        seen = true;
        write(naming, constrained, parameters, json.as_deref_mut());
        done.rewritten = true;
    }
    // What others would be suggested takes the place of what lies within.
    let suggests = operation.id() == "getIssuePickerResource";
    if (operation.confinement() == Confinement::Queried || suggests) && !seen {
        let place = if operation.verb() == Verb::Get { Where::Query } else { Where::Body };
        let naming = operation.names().iter().filter(is_query).find(|naming| naming.place == place);
        let naming = naming.ok_or_else(|| {
            Refusal::new(Code::NotConfinable, "It finds by a query and has no place for one.")
        })?;
        let text = one(judge, naming.kind, "", &mut done).await?;
        match (place, json) {
            (Where::Query, _) => parameters.set(&naming.parameter, text),
            (_, Some(json @ Json::Object(_))) if !naming.parameter.contains(['.', '[']) => {
                json.set(&naming.parameter, Json::text_of(&text));
            }
            _ => return Err(Refusal::new(Code::NotConfinable, "It finds by a query and carries none.")),
        }
        done.rewritten = true;
    }
    Ok(done)
}

fn texts_in(json: &Json<'_>, naming: &Naming) -> Result<Vec<String>, Refusal> {
    let strange = || {
        Refusal::new(Code::MalformedRequest, format!("What stands under {:?} is no query.", naming.parameter))
    };
    let found = find(json, &naming.parameter).map_err(|_| strange())?;
    let texts = found.into_iter().filter(|value| !value.is_null());
    texts.map(|value| value.text().map(Cow::into_owned).ok_or_else(strange)).collect()
}

fn write<'j>(
    naming: &'j Naming,
    texts: Vec<String>,
    parameters: &mut Parameters<'j>,
    json: Option<&mut Json<'j>>,
) {
    let mut texts = texts.into_iter();
    match (naming.place, json) {
        (Where::Query, _) => {
            if let Some(text) = texts.next() {
                parameters.set(&naming.parameter, text);
            }
        }
        (_, Some(json)) => find_mut(json, &naming.parameter, &mut |value| {
            if !value.is_null()
                && let Some(text) = texts.next()
            {
                *value = Json::text_of(&text);
            }
        }),
        _ => {}
    }
}

/// One query with the boundary.
async fn one(judge: &Judge<'_>, kind: Kind, text: &str, done: &mut Constrained) -> Result<String, Refusal> {
    let boundary = judge.bounds.terms().boundary();
    if kind == Kind::Jql {
        let query = jql::Query::parse(text).map_err(|error| unread("JQL", &error))?;
        judge_reaches(judge, kind, query.reaches_beyond(), done).await?;
        let gone = gone(judge, Kind::Project).await?;
        let Some(own) = boundary.jql_clause(&gone) else { return Ok(text.to_owned()) };
        Ok(query.constrain(&own).to_string())
    } else {
        let query = cql::Query::parse(text).map_err(|error| unread("CQL", &error))?;
        judge_reaches(judge, kind, query.reaches_beyond(), done).await?;
        let gone = gone(judge, Kind::Space).await?;
        let Some(own) = boundary.cql_clause(&gone) else { return Ok(text.to_owned()) };
        Ok(query.constrain(&own).to_string())
    }
}

/// Which of the projects or spaces a boundary names are not there for the grant: a query that names one is an error. That a single
/// one that is allowed is not there may be one.
async fn gone(judge: &Judge<'_>, kind: Kind) -> Result<Vec<String>, Refusal> {
    let boundary = judge.bounds.terms().boundary();
    let (allowed, denied): (Vec<String>, Vec<String>) = if kind == Kind::Project {
        (boundary.allowed_projects().into_iter().flatten().collect(), boundary.denied_projects().collect())
    } else {
        (boundary.allowed_spaces().into_iter().flatten().collect(), boundary.denied_spaces().collect())
    };
    let several = allowed.len() > 1;
    let mut gone = Vec::new();
    for name in allowed.into_iter().filter(|_| several).chain(denied).take(MOST_NAMED) {
        if judge.finder.place(kind, &name).await?.is_none() {
            gone.push(name);
        }
    }
    Ok(gone)
}

/// How many projects or spaces of a boundary are looked up for a query.
const MOST_NAMED: usize = 100;

fn unread(language: &str, error: &query::ParseError) -> Refusal {
    Refusal::new(Code::QueryNotPermitted, format!("Its {language} cannot be read: {error}"))
        .advise("Correct the query at that place; what the gateway cannot read it cannot keep within the client's projects.")
}

fn beyond(reach: &query::Reach) -> Refusal {
    Refusal::new(Code::QueryNotPermitted, format!("It reaches beyond the client's projects: {reach}."))
}

/// Whether queries can be read, and reach nowhere where nothing could keep them back; of a client that is bounded.
///
/// # Errors
/// With the first that cannot, or does.
pub(super) fn can_be_read(bounds: &Bounds, operation: &Operation, named: &[Name]) -> Result<(), Refusal> {
    if !super::is_bounded(bounds.terms(), operation) {
        return Ok(());
    }
    for name in named {
        let reaches = match name.kind {
            Kind::Jql => {
                jql::Query::parse(&name.text).map_err(|error| unread("JQL", &error))?.reaches_beyond()
            }
            Kind::Cql => {
                cql::Query::parse(&name.text).map_err(|error| unread("CQL", &error))?.reaches_beyond()
            }
            _ => continue,
        };
        if let Some(reach) = reaches.iter().find(|reach| reach.kind.remedy() == Remedy::Refuse) {
            return Err(beyond(reach));
        }
    }
    Ok(())
}

async fn judge_reaches(
    judge: &Judge<'_>,
    language: Kind,
    reaches: Vec<query::Reach>,
    done: &mut Constrained,
) -> Result<(), Refusal> {
    for reach in reaches {
        match reach.kind.remedy() {
            Remedy::Refuse => return Err(beyond(&reach)),
            Remedy::HideErrors => {
                done.hides_errors = true;
                for value in &reach.values {
                    match judge.has_value(&reach.what, value).await? {
                        Some(true) => {}
                        Some(false) => return Err(unknown_value(&reach, value, language)),
                        None => {
                            let sentence = format!(
                                "Whether there is a {} called {value:?} somewhere would show.",
                                reach.what
                            );
                            return Err(
                                Refusal::new(Code::QueryNotPermitted, sentence).advise("Name it by its id.")
                            );
                        }
                    }
                }
            }
            Remedy::JudgeValues => {
                for value in &reach.values {
                    let inside = match (reach.kind, language) {
                        (Reaching::Container, Kind::Jql) => judge.is_project_called(value).await?,
                        (Reaching::Container, _) => judge.is_space_inside(value, true).await?,
                        (_, Kind::Jql) => judge.is_inside(Kind::Issue, value).await?,
                        _ => judge.is_inside(Kind::Content, value).await?,
                    };
                    if !inside {
                        return Err(unknown_value(&reach, value, language));
                    }
                }
            }
        }
    }
    Ok(())
}

/// What Jira says of a value that does not exist; what lies outside does not.
fn unknown_value(reach: &query::Reach, value: &str, language: Kind) -> Refusal {
    let field = &reach.what;
    let sentence = match (reach.kind, language) {
        (Reaching::Item, Kind::Jql) if value.parse::<u64>().is_err() => {
            format!("An issue with key '{value}' does not exist for field '{field}'.")
        }
        _ => format!("The value '{value}' does not exist for the field '{field}'."),
    };
    Refusal::new(Code::HiddenInQuery, sentence)
}

/// Whether queries ask about fields that are not told: what is found would tell them.
///
/// # Errors
/// With the field.
pub(super) fn keep_redacted_out(bounds: &Bounds, named: &[Name]) -> Result<(), Refusal> {
    let fields = bounds.terms().fields();
    if !fields.redacts_any() {
        return Ok(());
    }
    let any_custom = fields.redacted().any(|field| field.starts_with("customfield_"));
    for name in named.iter().filter(|name| name.kind == Kind::Jql) {
        let query = jql::Query::parse(&name.text).map_err(|error| unread("JQL", &error))?;
        for field in query.fields() {
            let shown = field.to_string();
            let by_number = shown.strip_prefix("cf[").and_then(|rest| rest.strip_suffix(']'));
            let id = by_number.map(|number| format!("customfield_{number}"));
            let own = own_field(&shown);
            let told = match (&id, own) {
                (Some(id), _) => !fields.redacts(id),
                (None, Some("text")) => !any_custom && !TEXTS.iter().any(|field| fields.redacts(field)),
                (None, Some(own)) => !fields.redacts(own),
                // A field by the name people gave it: which one it is only Jira knows.
                (None, None) => !any_custom,
            };
            if !told {
                return Err(Refusal::new(
                    Code::QueryNotPermitted,
                    format!("It asks about the field {shown}, which the client is not told."),
                ));
            }
        }
    }
    Ok(())
}

/// The id of one of Jira's own fields, by what queries call it.
fn own_field(name: &str) -> Option<&'static str> {
    const OTHER_NAMES: [(&str, &str); 30] = [
        ("affectedversion", "versions"),
        ("fixversion", "fixVersions"),
        ("component", "components"),
        ("type", "issuetype"),
        ("issuetype", "issuetype"),
        ("level", "security"),
        ("due", "duedate"),
        ("duedate", "duedate"),
        ("createddate", "created"),
        ("created", "created"),
        ("updateddate", "updated"),
        ("updated", "updated"),
        ("resolved", "resolutiondate"),
        ("resolutiondate", "resolutiondate"),
        ("originalestimate", "timeoriginalestimate"),
        ("timeoriginalestimate", "timeoriginalestimate"),
        ("remainingestimate", "timeestimate"),
        ("timeestimate", "timeestimate"),
        ("timespent", "timespent"),
        ("issue", "issuekey"),
        ("key", "issuekey"),
        ("id", "issuekey"),
        ("issuekey", "issuekey"),
        ("watcher", "watches"),
        ("watchers", "watches"),
        ("voter", "votes"),
        ("votes", "votes"),
        ("text", "text"),
        ("category", "project"),
        ("statuscategory", "status"),
    ];
    const OWN: [&str; 22] = [
        "summary",
        "description",
        "environment",
        "comment",
        "status",
        "assignee",
        "reporter",
        "creator",
        "priority",
        "labels",
        "resolution",
        "project",
        "security",
        "parent",
        "sprint",
        "attachments",
        "workratio",
        "worklogauthor",
        "worklogcomment",
        "worklogdate",
        "lastviewed",
        "rank",
    ];
    let folded = name.trim_matches('"').to_lowercase();
    let other = OTHER_NAMES.iter().find(|(known, _)| *known == folded).map(|(_, id)| *id);
    other.or_else(|| OWN.iter().find(|known| **known == folded).copied())
}
