//! Time spent.

use http::StatusCode;
use serde_json::{Value, json};

use crate::jira::model::Worklog;
use crate::jira::{access, draft, render, scopes};
use crate::reply::{Answer, Reply};
use crate::route::{Route, get, post};
use crate::turn::Turn;
use crate::world::clock::parse_time;

/// Routes of worklogs.
pub(crate) const ROUTES: &[Route] = &[
    get("/rest/api/{v}/issue/{issue}/worklog", scopes::GET_ISSUE_WORKLOG, list),
    post("/rest/api/{v}/issue/{issue}/worklog", scopes::ADD_WORKLOG, add),
    get("/rest/api/{v}/issue/{issue}/worklog/{worklog}", scopes::GET_WORKLOG, one),
];

pub(crate) fn list(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let all = &turn.jira().issue(id)?.worklogs;
    let (start, limit) =
        (turn.ask.query_number("startAt", 0), turn.ask.query_number("maxResults", 5000).min(5000));
    let page: Vec<_> = all.iter().skip(start).take(limit).map(|one| render::worklog(turn, id, one)).collect();
    Ok(Reply::json(json!({"startAt": start, "maxResults": limit, "total": all.len(), "worklogs": page})))
}

fn one(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let number = turn.capture("worklog").parse::<u64>().ok();
    let found = turn.jira().issue(id)?.worklogs.iter().find(|one| Some(one.id) == number);
    let found = found.ok_or_else(|| Reply::missing("Cannot find worklog with that id."))?;
    Ok(Reply::json(render::worklog(turn, id, found)))
}

pub(crate) fn add(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let body = turn.ask.json()?;
    let worklog = append(turn, id, &body)?;
    let found =
        turn.jira().issue(id)?.worklogs.iter().find(|one| one.id == worklog).ok_or_else(Reply::no_issue)?;
    Ok(Reply::created(render::worklog(turn, id, found)))
}

/// Adds time to an issue the caller sees, and gives the worklog's id.
pub(crate) fn append(turn: &mut Turn<'_>, id: u64, body: &Value) -> Result<u64, Reply> {
    let denied = "You do not have the permission to associate a worklog to this issue.";
    access::require(turn, id, "WORK_ON_ISSUES", (StatusCode::BAD_REQUEST, denied))?;
    let refuse = |field: &str, sentence: &str| Reply::jira_field(StatusCode::BAD_REQUEST, field, sentence);
    let spent = body.get("timeSpent").and_then(Value::as_str).and_then(seconds);
    let spent = body.get("timeSpentSeconds").and_then(Value::as_u64).or(spent).filter(|seconds| *seconds > 0);
    let seconds = spent.ok_or_else(|| refuse("timeLogged", "Invalid time duration entered."))?;
    let comment = draft::document(turn, body.get("comment").unwrap_or(&Value::Null))
        .map_err(|sentence| refuse("comment", &sentence))?;
    let started = match body.get("started").and_then(Value::as_str) {
        None => turn.now,
        Some(text) => parse_time(text).ok_or_else(|| refuse("started", "The date is not valid."))?,
    };
    let (now, author, worklog) = (turn.now, turn.caller.account.clone(), turn.jira_mut().fresh());
    let issue = turn.jira_mut().issue_mut(id)?;
    issue.worklogs.push(Worklog { id: worklog, author, comment, started, created: now, seconds });
    issue.updated = now;
    let target = format!("{}/{worklog}", issue.key);
    turn.mutated("worklog-added", target);
    Ok(worklog)
}

/// `1w 2d 3h 30m` in seconds; days have eight hours, weeks five days.
fn seconds(text: &str) -> Option<u64> {
    text.split_whitespace().try_fold(0_u64, |sum, word| {
        let unit = match word.chars().last()? {
            'w' => 144_000,
            'd' => 28_800,
            'h' => 3600,
            'm' => 60,
            _ => return None,
        };
        let number: u64 = word.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse().ok()?;
        sum.checked_add(number.checked_mul(unit)?)
    })
}
