//! Files at issues.

use http::StatusCode;
use http::header::{HeaderValue, LOCATION};
use serde_json::{Value, json};

use crate::jira::model::{Attachment, Item};
use crate::jira::{access, model, render, scopes};
use crate::media;
use crate::multipart;
use crate::reply::{Answer, Reply};
use crate::route::{Route, delete, get, post};
use crate::turn::Turn;

/// How many files one upload may carry, and how large each may be.
const FILES_MAX: usize = 60;
const FILE_MAX: usize = 50 * 1024 * 1024;

/// Routes of attachments.
pub(crate) const ROUTES: &[Route] = &[
    post("/rest/api/{v}/issue/{issue}/attachments", scopes::ADD_ATTACHMENT, add),
    get("/rest/api/{v}/attachment/meta", scopes::GET_ATTACHMENT_META, meta),
    get("/rest/api/{v}/attachment/{attachment}", scopes::GET_ATTACHMENT, one),
    delete("/rest/api/{v}/attachment/{attachment}", scopes::REMOVE_ATTACHMENT, remove),
    get("/rest/api/{v}/attachment/content/{attachment}", scopes::GET_ATTACHMENT_CONTENT, content),
    get("/rest/api/{v}/attachment/thumbnail/{attachment}", scopes::GET_ATTACHMENT_THUMBNAIL, content),
];

fn meta(_: &mut Turn<'_>) -> Answer {
    Ok(Reply::json(json!({"enabled": true, "uploadLimit": FILE_MAX})))
}

pub(crate) fn add(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let denied = "You do not have permission to create attachments for this issue.";
    access::require(turn, id, "CREATE_ATTACHMENTS", (StatusCode::FORBIDDEN, denied))?;
    let files: Vec<_> = multipart::parts(turn.ask)?.into_iter().filter(|part| part.name == "file").collect();
    if files.is_empty() {
        return Err(Reply::bad("No file was sent: the part must be called \"file\"."));
    }
    if files.len() > FILES_MAX || files.iter().any(|file| file.body.len() > FILE_MAX) {
        return Err(Reply::jira(StatusCode::PAYLOAD_TOO_LARGE, "The attachments are too many or too large."));
    }
    let mut shown = Vec::new();
    for file in files {
        let added = keep(turn, id, file)?;
        let added = turn.jira().attachments.get(&added).ok_or_else(Reply::no_issue)?;
        shown.push(render::attachment(turn, added));
    }
    Ok(Reply::json(Value::Array(shown)))
}

fn keep(turn: &mut Turn<'_>, issue: u64, file: multipart::Part) -> Result<u64, Reply> {
    let (now, author) = (turn.now, turn.caller.account.clone());
    let jira = turn.jira_mut();
    let (id, change) = (jira.fresh(), jira.fresh());
    let filename = file.filename.unwrap_or_else(|| "file".to_owned());
    jira.attachments.insert(
        id,
        Attachment {
            id,
            issue,
            filename: filename.clone(),
            content_type: file.content_type.unwrap_or_else(|| "application/octet-stream".to_owned()),
            // Owned, so that the rest of the upload is let go.
            content: bytes::Bytes::copy_from_slice(&file.body),
            author: author.clone(),
            created: now,
            media_token: crate::world::random::Random::new(id).text(32),
        },
    );
    let held = jira.issue_mut(issue)?;
    held.attachments.push(id);
    held.updated = now;
    let items = vec![Item::ids("Attachment", (None, None), (Some(id.to_string()), Some(filename)))];
    held.changelog.push(model::Change { id: change, author, at: now, items, metadata: None });
    let target = format!("{}/{id}", held.key);
    turn.mutated("attachment-added", target);
    Ok(id)
}

/// The attachment named by the route, if its issue is visible.
fn named<'a>(turn: &'a Turn<'_>) -> Result<&'a Attachment, Reply> {
    let named = turn.capture("attachment");
    let found = named.parse().ok().and_then(|id: u64| turn.jira().attachments.get(&id));
    let seen = found.filter(|found| {
        turn.jira().issues.get(&found.issue).is_some_and(|issue| access::sees(turn.jira(), turn.me(), issue))
    });
    seen.ok_or_else(|| Reply::missing(format!("The attachment with id '{named}' does not exist")))
}

pub(crate) fn one(turn: &mut Turn<'_>) -> Answer {
    let found = named(turn)?;
    let mut shown = render::attachment(turn, found);
    // This route alone has a number for an id.
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("id".to_owned(), json!(found.id));
    }
    Ok(Reply::json(shown))
}

pub(crate) fn remove(turn: &mut Turn<'_>) -> Answer {
    let found = named(turn)?;
    let (id, issue, own) =
        (found.id, found.issue, found.author.is_some() && found.author == turn.caller.account);
    let may = access::may(turn, issue, "DELETE_ALL_ATTACHMENTS")
        || (own && access::may(turn, issue, "DELETE_OWN_ATTACHMENTS"));
    if !may {
        return Err(Reply::denied("You do not have permission to delete attachments of this issue."));
    }
    let jira = turn.jira_mut();
    jira.attachments.remove(&id);
    let held = jira.issue_mut(issue)?;
    held.attachments.retain(|other| *other != id);
    let target = format!("{}/{id}", held.key);
    turn.mutated("attachment-deleted", target);
    Ok(Reply::no_content())
}

fn content(turn: &mut Turn<'_>) -> Answer {
    let found = named(turn)?;
    if !turn.ask.query_flag("redirect", true) {
        return Ok(media::content(found, turn.ask));
    }
    let link = media::link(turn.world, &turn.site().name, found);
    let mut reply =
        Reply { status: StatusCode::SEE_OTHER, headers: Box::default(), body: bytes::Bytes::new() };
    if let Ok(link) = HeaderValue::from_str(&link) {
        reply.headers.insert(LOCATION, link);
    }
    Ok(reply)
}
