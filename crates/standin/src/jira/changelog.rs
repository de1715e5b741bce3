//! An issue's history.

use serde_json::{Value, json};

use crate::jira::model::Issue;
use crate::jira::{access, render, scopes};
use crate::reply::{Answer, Reply};
use crate::route::{Route, get, post};
use crate::turn::Turn;

/// Routes of histories.
pub(crate) const ROUTES: &[Route] = &[
    get("/rest/api/{v}/issue/{issue}/changelog", scopes::GET_CHANGE_LOGS, list),
    post("/rest/api/{v}/issue/{issue}/changelog/list", scopes::GET_CHANGE_LOGS_BY_IDS, by_ids),
];

fn list(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let issue = turn.jira().issue(id)?;
    let (start, limit) =
        (turn.ask.query_number("startAt", 0), turn.ask.query_number("maxResults", 100).clamp(1, 100));
    let total = issue.changelog.len();
    let page: Vec<_> =
        issue.changelog.iter().skip(start).take(limit).map(|one| render::change(turn, one)).collect();
    let here = render::link(turn, format_args!("issue/{}/changelog", issue.key));
    let is_last = start + page.len() >= total;
    let mut shown = json!({
        "self": format!("{here}?maxResults={limit}&startAt={start}"), "startAt": start, "maxResults": limit,
        "total": total, "isLast": is_last, "values": page,
    });
    if let (false, Some(shown)) = (is_last, shown.as_object_mut()) {
        let next = format!("{here}?maxResults={limit}&startAt={}", start + limit);
        shown.insert("nextPage".to_owned(), json!(next));
    }
    Ok(Reply::json(shown))
}

fn by_ids(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let body = turn.ask.json()?;
    let ids: Vec<u64> = body
        .get("changelogIds")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_u64)
        .collect();
    let chosen = turn.jira().issue(id)?.changelog.iter().filter(|one| ids.contains(&one.id));
    let shown: Vec<_> = chosen.map(|one| render::change(turn, one)).collect();
    Ok(Reply::json(
        json!({"startAt": 0, "maxResults": shown.len(), "total": shown.len(), "histories": shown}),
    ))
}

/// As `expand=changelog` shows it: newest first.
pub(crate) fn inline(turn: &Turn<'_>, issue: &Issue) -> Value {
    let shown: Vec<_> = issue.changelog.iter().rev().take(100).map(|one| render::change(turn, one)).collect();
    json!({"startAt": 0, "maxResults": shown.len(), "total": issue.changelog.len(), "histories": shown})
}
