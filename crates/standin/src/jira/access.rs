//! Who may see and do what: the one place that decides it, for every route and for search.

use http::StatusCode;

use crate::jira::Jira;
use crate::jira::model::{Audience, Issue, Project};
use crate::jira::tables::SECURITY_LEVELS;
use crate::reply::Reply;
use crate::turn::Turn;
use crate::world::people::Account;

/// Whether an account sees an issue: the project's browse permission and the issue's security level.
pub(crate) fn sees(jira: &Jira, who: Option<&Account>, issue: &Issue) -> bool {
    let browses = jira
        .project_by_id(issue.project)
        .is_some_and(|project| project.scheme.allows(who, "BROWSE_PROJECTS", Some(issue)));
    browses && clears(who, issue.security)
}

fn clears(who: Option<&Account>, level: Option<u64>) -> bool {
    let Some(level) = level else { return true };
    let group = SECURITY_LEVELS.iter().find(|row| row.0 == level).map_or("", |row| row.2);
    who.is_some_and(|who| who.in_group(group))
}

/// Whether an account is among those who may read a comment or worklog.
pub(crate) fn hears(who: Option<&Account>, audience: &Audience) -> bool {
    audience.as_ref().is_none_or(|group| who.is_some_and(|who| who.in_group(group)))
}

/// The id of an issue named by key (any case, old ones too) or id, if the caller sees it; else Jira's 404.
pub(crate) fn issue(turn: &Turn<'_>, named: &str) -> Result<u64, Reply> {
    let issue = turn.jira().find(named).ok_or_else(Reply::no_issue)?;
    if sees(turn.jira(), turn.me(), issue) { Ok(issue.id) } else { Err(Reply::no_issue()) }
}

/// Whether the caller has a permission on an issue.
pub(crate) fn may(turn: &Turn<'_>, id: u64, permission: &str) -> bool {
    let jira = turn.jira();
    let Some(issue) = jira.issues.get(&id) else { return false };
    jira.project_by_id(issue.project).is_some_and(|p| p.scheme.allows(turn.me(), permission, Some(issue)))
}

/// The permission, or a refusal with this status and sentence.
pub(crate) fn require(
    turn: &Turn<'_>,
    id: u64,
    permission: &str,
    (status, sentence): (StatusCode, &str),
) -> Result<(), Reply> {
    if may(turn, id, permission) { Ok(()) } else { Err(Reply::jira(status, sentence)) }
}

/// A project named by key (any case) or id, if the caller may browse it (or raise issues in it); else Jira's 404.
pub(crate) fn project<'a>(turn: &'a Turn<'_>, named: &str) -> Result<&'a Project, Reply> {
    let found = turn.jira().project(named).filter(|project| browses(turn.me(), project));
    found.ok_or_else(|| {
        let what = if named.bytes().all(|byte| byte.is_ascii_digit()) { "id" } else { "key" };
        Reply::missing(format!("No project could be found with {what} '{named}'."))
    })
}

/// Whether an account sees that a project exists.
pub(crate) fn browses(who: Option<&Account>, project: &Project) -> bool {
    project.scheme.allows(who, "BROWSE_PROJECTS", None)
}

/// The issues the caller sees.
pub(crate) fn visible<'a>(turn: &'a Turn<'_>) -> impl Iterator<Item = &'a Issue> {
    let (jira, who) = (turn.jira(), turn.me());
    jira.issues.values().filter(move |issue| sees(jira, who, issue))
}
