//! What happens around a request: comments, status, transitions, participants.

use std::sync::Arc;

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::jira::model::{Comment, Issue};
use crate::jira::{access, comments as jira_comments, rich, transitions as jira_transitions, workflow};
use crate::reply::{Answer, Reply};
use crate::service_desk::requests::{is_agent, named};
use crate::service_desk::shapes::{date, link, missing, page, person, refuse, retold, user};
use crate::turn::{Dialect, Turn};

/// The service desk's word for a status category.
pub(crate) fn category(key: &str) -> &'static str {
    match key {
        "new" => "NEW",
        "done" => "DONE",
        _ => "INDETERMINATE",
    }
}

/// The comments of a request that the caller may read: agents all, others the public ones.
fn audible<'a>(turn: &'a Turn<'_>, issue: &'a Issue) -> Vec<&'a Comment> {
    let agent = is_agent(turn, issue.id);
    let heard = issue.comments.iter().filter(|one| access::hears(turn.me(), &one.audience));
    heard.filter(|one| agent || !one.internal).collect()
}

fn show(turn: &Turn<'_>, issue: u64, comment: &Comment) -> Value {
    json!({
        "_expands": ["attachment", "renderedBody"], "id": comment.id.to_string(), "body": rich::to_text(&comment.body),
        "public": !comment.internal, "author": person(turn, comment.author.as_deref()), "created": date(comment.created),
        "_links": {"self": link(turn, format_args!("request/{issue}/comment/{}", comment.id))},
    })
}

/// `GET /request/{issue}/comment`
pub(crate) fn comments(turn: &mut Turn<'_>) -> Answer {
    let id = named(turn)?;
    let (public, internal) = (turn.ask.query_flag("public", true), turn.ask.query_flag("internal", true));
    let mut found = audible(turn, turn.jira().issue(id)?);
    found.retain(|one| if one.internal { internal } else { public });
    Ok(page(turn, &found, |one| show(turn, id, one)))
}

/// `GET /request/{issue}/comment/{comment}`
pub(crate) fn one_comment(turn: &mut Turn<'_>) -> Answer {
    let id = named(turn)?;
    let found = audible(turn, turn.jira().issue(id)?)
        .into_iter()
        .find(|one| one.id.to_string() == turn.capture("comment"));
    Ok(Reply::json(show(turn, id, found.ok_or_else(|| missing("comment"))?)))
}

/// `POST /request/{issue}/comment`
pub(crate) fn comment(turn: &mut Turn<'_>) -> Answer {
    let id = named(turn)?;
    let sent = turn.ask.object().map_err(retold)?;
    let public = sent.get("public").and_then(Value::as_bool).unwrap_or(true);
    if !public && !is_agent(turn, id) {
        return Err(refuse(StatusCode::FORBIDDEN, "Only agents may comment internally."));
    }
    turn.dialect = Dialect::V2;
    let added = jira_comments::append(turn, id, &json!({"body": sent.get("body"), "public": public}))
        .map_err(retold)?;
    let found = turn.jira().issue(id)?.comments.iter().find(|one| one.id == added);
    Ok(Reply::created(show(turn, id, found.ok_or_else(|| missing("comment"))?)))
}

/// `GET /request/{issue}/status`: the newest first.
pub(crate) fn statuses(turn: &mut Turn<'_>) -> Answer {
    let issue = turn.jira().issue(named(turn)?)?;
    let mut past: Vec<(u64, jiff::Timestamp)> = Vec::new();
    for change in &issue.changelog {
        let items = change.items.iter().filter(|item| item.field_id == "status");
        for item in items {
            let id = |text: &Option<String>| text.as_ref().and_then(|id| id.parse().ok());
            if let (true, Some(from)) = (past.is_empty(), id(&item.from)) {
                past.push((from, issue.created));
            }
            past.extend(id(&item.to).map(|to| (to, change.at)));
        }
    }
    if past.is_empty() {
        past.push((issue.status, issue.created));
    }
    past.reverse();
    Ok(page(turn, &past, |(id, at)| {
        let status = workflow::status(*id);
        json!({"status": status.name, "statusCategory": category(status.category), "statusDate": date(*at)})
    }))
}

/// `GET /request/{issue}/transition`
pub(crate) fn transitions(turn: &mut Turn<'_>) -> Answer {
    let id = named(turn)?;
    let offered = jira_transitions::offered(turn, turn.jira().issue(id)?);
    let offered = offered.as_array().cloned().unwrap_or_default();
    Ok(page(turn, &offered, |way| json!({"id": way.get("id"), "name": way.get("name")})))
}

/// `POST /request/{issue}/transition`
pub(crate) fn transition(turn: &mut Turn<'_>) -> Answer {
    let id = named(turn)?;
    let sent = turn.ask.object().map_err(retold)?;
    turn.dialect = Dialect::V2;
    let mut body = Map::new();
    body.insert("transition".into(), json!({"id": sent.get("id")}));
    jira_transitions::perform(turn, id, &body).map_err(retold)?;
    let comment = sent.get("additionalComment");
    if let Some(comment) = comment.filter(|comment| comment.get("body").is_some_and(|body| !body.is_null())) {
        jira_comments::append(turn, id, comment).map_err(retold)?;
    }
    Ok(Reply::no_content())
}

fn list(turn: &Turn<'_>, id: u64) -> Answer {
    let those = turn.site().service_desk.participants.get(&id).into_iter().flatten();
    let found: Vec<_> = those.filter_map(|account| turn.world.people.get(account)).collect();
    Ok(page(turn, &found, |account| user(turn, account)))
}

/// `GET /request/{issue}/participant`
pub(crate) fn participants(turn: &mut Turn<'_>) -> Answer {
    list(turn, named(turn)?)
}

fn sent_people(turn: &Turn<'_>) -> Result<Vec<String>, Reply> {
    let sent = turn.ask.object().map_err(retold)?;
    let ids = sent.get("accountIds").and_then(Value::as_array).into_iter().flatten();
    let ids: Vec<_> = ids.filter_map(Value::as_str).map(str::to_owned).collect();
    let known = !ids.is_empty() && ids.iter().all(|id| turn.world.people.get(id).is_some());
    if known { Ok(ids) } else { Err(refuse(StatusCode::BAD_REQUEST, "accountIds must name known people.")) }
}

/// Lets people take part in a request; unknown ones are left out.
pub(crate) fn join(turn: &mut Turn<'_>, id: u64, accounts: &[String]) {
    let known = accounts.iter().filter_map(|id| turn.world.people.get(id));
    let known: Vec<_> = known.map(|account| Arc::clone(&account.id)).collect();
    if !known.is_empty() {
        turn.site_mut().service_desk.participants.entry(id).or_default().extend(known);
        turn.mutated("request-participants-added", id.to_string());
    }
}

/// `POST /request/{issue}/participant`
pub(crate) fn add_participants(turn: &mut Turn<'_>) -> Answer {
    let (id, accounts) = (named(turn)?, sent_people(turn)?);
    join(turn, id, &accounts);
    list(turn, id)
}

/// `DELETE /request/{issue}/participant`
pub(crate) fn remove_participants(turn: &mut Turn<'_>) -> Answer {
    let (id, accounts) = (named(turn)?, sent_people(turn)?);
    if let Some(those) = turn.site_mut().service_desk.participants.get_mut(&id) {
        those.retain(|account| !accounts.iter().any(|gone| gone.as_str() == account.as_ref()));
    }
    turn.mutated("request-participants-removed", id.to_string());
    list(turn, id)
}
