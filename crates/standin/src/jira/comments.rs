//! Comments.

use http::StatusCode;
use serde_json::{Value, json};

use crate::jira::model::{Audience, Comment};
use crate::jira::{access, draft, render, scopes};
use crate::reply::{Answer, Reply};
use crate::route::{Route, delete, get, post, put};
use crate::turn::Turn;

/// Routes of comments.
pub(crate) const ROUTES: &[Route] = &[
    get("/rest/api/{v}/issue/{issue}/comment", scopes::GET_COMMENTS, list),
    post("/rest/api/{v}/issue/{issue}/comment", scopes::ADD_COMMENT, add),
    get("/rest/api/{v}/issue/{issue}/comment/{comment}", scopes::GET_COMMENT, one),
    put("/rest/api/{v}/issue/{issue}/comment/{comment}", scopes::UPDATE_COMMENT, change),
    delete("/rest/api/{v}/issue/{issue}/comment/{comment}", scopes::DELETE_COMMENT, remove),
    post("/rest/api/{v}/comment/list", scopes::GET_COMMENTS_BY_IDS, by_ids),
];

pub(crate) fn list(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let issue = turn.jira().issue(id)?;
    let mut heard: Vec<_> =
        issue.comments.iter().filter(|one| access::hears(turn.me(), &one.audience)).collect();
    if turn.ask.query("orderBy") == Some("-created") {
        heard.reverse();
    }
    let (start, limit) =
        (turn.ask.query_number("startAt", 0), turn.ask.query_number("maxResults", 100).min(5000));
    let page: Vec<_> =
        heard.iter().skip(start).take(limit).map(|one| render::comment(turn, id, one)).collect();
    Ok(Reply::json(json!({"startAt": start, "maxResults": limit, "total": heard.len(), "comments": page})))
}

pub(crate) fn add(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let body = turn.ask.json()?;
    let comment = append(turn, id, &body)?;
    Ok(Reply::created(shown(turn, id, comment)?))
}

/// Adds a comment to an issue the caller sees, and gives its id.
pub(crate) fn append(turn: &mut Turn<'_>, id: u64, body: &Value) -> Result<u64, Reply> {
    let denied = "You do not have the permission to comment on this issue.";
    access::require(turn, id, "ADD_COMMENTS", (StatusCode::BAD_REQUEST, denied))?;
    let (text, audience) = (text(turn, body)?, audience(turn, body)?);
    let (now, author, comment) = (turn.now, turn.caller.account.clone(), turn.jira_mut().fresh());
    let issue = turn.jira_mut().issue_mut(id)?;
    issue.comments.push(Comment {
        id: comment,
        editor: author.clone(),
        author,
        body: text,
        created: now,
        updated: now,
        audience,
        internal: body.get("public") == Some(&json!(false)),
    });
    issue.updated = now;
    let target = format!("{}/{comment}", issue.key);
    turn.mutated("comment-added", target);
    Ok(comment)
}

fn text(turn: &Turn<'_>, body: &Value) -> Result<Value, Reply> {
    let refuse = |sentence: &str| Reply::jira_field(StatusCode::BAD_REQUEST, "comment", sentence);
    let text = draft::document(turn, body.get("body").unwrap_or(&Value::Null))
        .map_err(|sentence| refuse(&sentence))?;
    text.ok_or_else(|| refuse("Comment body can not be empty!"))
}

fn audience(turn: &Turn<'_>, body: &Value) -> Result<Audience, Reply> {
    let Some(visibility) = body.get("visibility").filter(|value| !value.is_null()) else { return Ok(None) };
    let group = ["value", "identifier"].iter().find_map(|name| visibility.get(name)).and_then(Value::as_str);
    let member = group.filter(|group| turn.me().is_some_and(|me| me.in_group(group)));
    let refuse = || {
        Reply::jira_field(
            StatusCode::BAD_REQUEST,
            "commentLevel",
            "Group does not exist or you are not in it.",
        )
    };
    member.map(|group| Some(group.to_owned())).ok_or_else(refuse)
}

/// The number of a comment that the caller hears.
fn heard(turn: &Turn<'_>, id: u64) -> Result<u64, Reply> {
    let named = turn.capture("comment");
    let number = named.parse::<u64>().ok();
    let mut comments = turn.jira().issue(id)?.comments.iter();
    let found = comments.find(|one| Some(one.id) == number && access::hears(turn.me(), &one.audience));
    found
        .map(|one| one.id)
        .ok_or_else(|| Reply::missing(format!("Can not find a comment for the id: {named}.")))
}

fn shown(turn: &Turn<'_>, id: u64, comment: u64) -> Result<Value, Reply> {
    let mut comments = turn.jira().issue(id)?.comments.iter();
    let found = comments.find(|one| one.id == comment).ok_or_else(Reply::no_issue)?;
    Ok(render::comment(turn, id, found))
}

pub(crate) fn one(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let comment = heard(turn, id)?;
    Ok(Reply::json(shown(turn, id, comment)?))
}

/// The comment named by the route, if the caller may do `verb` (`EDIT` or `DELETE`) to it.
fn owned(turn: &Turn<'_>, id: u64, verb: &str) -> Result<u64, Reply> {
    let comment = heard(turn, id)?;
    let author = turn
        .jira()
        .issue(id)?
        .comments
        .iter()
        .find(|one| one.id == comment)
        .and_then(|one| one.author.clone());
    let own = author.is_some() && author == turn.caller.account;
    let may = access::may(turn, id, &format!("{verb}_ALL_COMMENTS"))
        || (own && access::may(turn, id, &format!("{verb}_OWN_COMMENTS")));
    let sentence =
        format!("You do not have permission to {} comment with id: {comment}", verb.to_lowercase());
    if may { Ok(comment) } else { Err(Reply::bad(sentence)) }
}

pub(crate) fn change(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let comment = owned(turn, id, "EDIT")?;
    let body = turn.ask.json()?;
    let (text, audience) = (text(turn, &body)?, audience(turn, &body)?);
    let (now, editor) = (turn.now, turn.caller.account.clone());
    let issue = turn.jira_mut().issue_mut(id)?;
    issue.updated = now;
    let target = format!("{}/{comment}", issue.key);
    if let Some(one) = issue.comments.iter_mut().find(|one| one.id == comment) {
        (one.body, one.updated, one.editor) = (text, now, editor);
        if body.get("visibility").is_some() {
            one.audience = audience;
        }
    }
    turn.mutated("comment-edited", target);
    Ok(Reply::json(shown(turn, id, comment)?))
}

pub(crate) fn remove(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let comment = owned(turn, id, "DELETE")?;
    let issue = turn.jira_mut().issue_mut(id)?;
    issue.comments.retain(|one| one.id != comment);
    let target = format!("{}/{comment}", issue.key);
    turn.mutated("comment-deleted", target);
    Ok(Reply::no_content())
}

fn by_ids(turn: &mut Turn<'_>) -> Answer {
    let body = turn.ask.json()?;
    let ids: Vec<u64> =
        body.get("ids").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_u64).collect();
    let mut found = Vec::new();
    for issue in access::visible(turn) {
        let wanted = issue
            .comments
            .iter()
            .filter(|one| ids.contains(&one.id) && access::hears(turn.me(), &one.audience));
        found.extend(wanted.map(|one| render::comment(turn, issue.id, one)));
    }
    Ok(Reply::json(
        json!({"startAt": 0, "maxResults": 1000, "total": found.len(), "isLast": true, "values": found}),
    ))
}
