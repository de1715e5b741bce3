//! Links between issues, and from issues to elsewhere.

use http::StatusCode;
use serde_json::{Value, json};

use crate::jira::draft::text_of;
use crate::jira::model::{Link, RemoteLink};
use crate::jira::tables::{self, LINK_TYPES};
use crate::jira::{access, comments, render, scopes};
use crate::reply::{Answer, Reply};
use crate::route::{Route, delete, get, post, put};
use crate::turn::Turn;

/// Routes of links.
pub(crate) const ROUTES: &[Route] = &[
    get("/rest/api/{v}/issueLinkType", scopes::GET_ISSUE_LINK_TYPES, types),
    get("/rest/api/{v}/issueLinkType/{type}", scopes::GET_ISSUE_LINK_TYPE, one_type),
    post("/rest/api/{v}/issueLink", scopes::LINK_ISSUES, add),
    get("/rest/api/{v}/issueLink/{link}", scopes::GET_ISSUE_LINK, one),
    delete("/rest/api/{v}/issueLink/{link}", scopes::DELETE_ISSUE_LINK, remove),
    get("/rest/api/{v}/issue/{issue}/remotelink", scopes::GET_REMOTE_ISSUE_LINKS, remote_list),
    post("/rest/api/{v}/issue/{issue}/remotelink", scopes::CREATE_OR_UPDATE_REMOTE_ISSUE_LINK, remote_add),
    get("/rest/api/{v}/issue/{issue}/remotelink/{link}", scopes::GET_REMOTE_ISSUE_LINK_BY_ID, remote_one),
    put("/rest/api/{v}/issue/{issue}/remotelink/{link}", scopes::UPDATE_REMOTE_ISSUE_LINK, remote_change),
    delete(
        "/rest/api/{v}/issue/{issue}/remotelink/{link}",
        scopes::DELETE_REMOTE_ISSUE_LINK_BY_ID,
        remote_remove,
    ),
];

pub(crate) fn types(turn: &mut Turn<'_>) -> Answer {
    let rows: Vec<_> = LINK_TYPES.iter().map(|row| render::link_type(turn, row.0)).collect();
    Ok(Reply::json(json!({"issueLinkTypes": rows})))
}

fn one_type(turn: &mut Turn<'_>) -> Answer {
    let named = turn.capture("type");
    let id = LINK_TYPES.iter().find(|row| row.0.to_string() == named).map(|row| row.0);
    let id = id.ok_or_else(|| Reply::missing(format!("No issue link type with id '{named}' found.")))?;
    Ok(Reply::json(render::link_type(turn, id)))
}

pub(crate) fn add(turn: &mut Turn<'_>) -> Answer {
    let body = turn.ask.json()?;
    append(turn, None, &body)?;
    if let Some(comment) = body.get("comment").filter(|comment| !comment.is_null()) {
        let side = side(turn, &body, "outwardIssue", None)?;
        comments::append(turn, side, comment)?;
    }
    Ok(Reply { status: StatusCode::CREATED, headers: Box::default(), body: bytes::Bytes::new() })
}

/// Adds a link from a body; `here` fills the side that an issue's own `update` leaves out.
pub(crate) fn append(turn: &mut Turn<'_>, here: Option<u64>, body: &Value) -> Result<(), Reply> {
    let kind = body
        .get("type")
        .and_then(|kind| ["id", "name"].iter().find_map(|name| kind.get(name)))
        .and_then(text_of);
    let rows = LINK_TYPES.iter().map(|row| (row.0, row.1));
    let kind = kind.and_then(|wanted| tables::by_id_or_name(rows, &wanted));
    let kind = kind.ok_or_else(|| Reply::missing("No issue link type with that name or id found."))?;
    let (inward, outward) = (side(turn, body, "inwardIssue", here)?, side(turn, body, "outwardIssue", here)?);
    let denied = (StatusCode::UNAUTHORIZED, "You do not have the permission to link issues.");
    access::require(turn, inward, "LINK_ISSUES", denied)?;
    let id = turn.jira_mut().fresh();
    turn.jira_mut().links.push(Link { id, kind, inward, outward });
    turn.mutated("issues-linked", id.to_string());
    Ok(())
}

fn side(turn: &Turn<'_>, body: &Value, name: &str, here: Option<u64>) -> Result<u64, Reply> {
    let named = body
        .get(name)
        .and_then(|side| ["id", "key"].iter().find_map(|word| side.get(word)))
        .and_then(text_of);
    match (named, here) {
        (Some(named), _) => access::issue(turn, &named),
        (None, Some(here)) => Ok(here),
        (None, None) => Err(Reply::bad(format!("{name} must be specified"))),
    }
}

/// The link named by the route, if both its sides are visible.
fn named(turn: &Turn<'_>) -> Result<Link, Reply> {
    let named = turn.capture("link");
    let found = turn.jira().links.iter().find(|link| link.id.to_string() == named);
    let sees = |id: &u64| turn.jira().issues.get(id).is_some_and(|i| access::sees(turn.jira(), turn.me(), i));
    let seen = found.filter(|link| sees(&link.inward) && sees(&link.outward));
    seen.cloned().ok_or_else(|| Reply::missing(format!("No issue link with id '{named}' exists.")))
}

pub(crate) fn one(turn: &mut Turn<'_>) -> Answer {
    let link = named(turn)?;
    Ok(Reply::json(json!({
        "id": link.id.to_string(), "self": render::link(turn, format_args!("issueLink/{}", link.id)),
        "type": render::link_type(turn, link.kind), "inwardIssue": render::issue_brief(turn, link.inward),
        "outwardIssue": render::issue_brief(turn, link.outward),
    })))
}

pub(crate) fn remove(turn: &mut Turn<'_>) -> Answer {
    let link = named(turn)?;
    let denied = (StatusCode::UNAUTHORIZED, "You do not have the permission to link issues.");
    access::require(turn, link.inward, "LINK_ISSUES", denied)?;
    turn.jira_mut().links.retain(|other| other.id != link.id);
    turn.mutated("issues-unlinked", link.id.to_string());
    Ok(Reply::no_content())
}

fn remote_list(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let wanted = turn.ask.query("globalId");
    let all = turn.jira().issue(id)?.remote_links.iter();
    let mut chosen = all.filter(|one| wanted.is_none() || one.global_id.as_deref() == wanted);
    match wanted {
        Some(_) => {
            let one = chosen.next().ok_or_else(|| Reply::missing("No remote link with that global id."))?;
            Ok(Reply::json(render::remote_link(turn, id, one)))
        }
        None => Ok(Reply::json(chosen.map(|one| render::remote_link(turn, id, one)).collect())),
    }
}

fn remote_one(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let named = turn.capture("link");
    let found = turn.jira().issue(id)?.remote_links.iter().find(|one| one.id.to_string() == named);
    let found = found.ok_or_else(|| Reply::missing("No remote link with that id."))?;
    Ok(Reply::json(render::remote_link(turn, id, found)))
}

fn remote_body(turn: &Turn<'_>, id: u64) -> Result<RemoteLink, Reply> {
    let denied = (StatusCode::FORBIDDEN, "You do not have permission to link this issue.");
    access::require(turn, id, "LINK_ISSUES", denied)?;
    let body = turn.ask.json()?;
    let object =
        body.get("object").filter(|object| object.get("url").is_some() && object.get("title").is_some());
    let object = object.ok_or_else(|| Reply::bad("'object' with 'url' and 'title' is required."))?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    Ok(RemoteLink {
        id: 0,
        global_id: text("globalId"),
        application: body.get("application").cloned().unwrap_or_else(|| json!({})),
        relationship: text("relationship"),
        object: object.clone(),
    })
}

fn remote_add(turn: &mut Turn<'_>) -> Answer {
    let issue = access::issue(turn, turn.capture("issue"))?;
    let mut link = remote_body(turn, issue)?;
    let fresh = turn.jira_mut().fresh();
    let held = turn.jira_mut().issue_mut(issue)?;
    let same =
        held.remote_links.iter().position(|one| one.global_id.is_some() && one.global_id == link.global_id);
    let status = if same.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    let old = same.map(|at| held.remote_links.remove(at).id);
    let id = old.unwrap_or(fresh);
    link.id = id;
    held.remote_links.push(link);
    let target = format!("{}/{id}", held.key);
    turn.mutated("remote-link-set", target);
    let here = render::link(turn, format_args!("issue/{issue}/remotelink/{id}"));
    Ok(Reply::with(status, &json!({"id": id, "self": here})))
}

fn remote_change(turn: &mut Turn<'_>) -> Answer {
    let issue = access::issue(turn, turn.capture("issue"))?;
    let mut link = remote_body(turn, issue)?;
    let named = turn.capture("link").to_owned();
    let held = turn.jira_mut().issue_mut(issue)?;
    let slot = held.remote_links.iter_mut().find(|one| one.id.to_string() == named);
    let slot = slot.ok_or_else(|| Reply::missing("No remote link with that id."))?;
    link.id = slot.id;
    *slot = link;
    turn.mutated("remote-link-set", named);
    Ok(Reply::no_content())
}

fn remote_remove(turn: &mut Turn<'_>) -> Answer {
    let issue = access::issue(turn, turn.capture("issue"))?;
    let denied = (StatusCode::FORBIDDEN, "You do not have permission to link this issue.");
    access::require(turn, issue, "LINK_ISSUES", denied)?;
    let named = turn.capture("link").to_owned();
    turn.jira_mut().issue_mut(issue)?.remote_links.retain(|one| one.id.to_string() != named);
    turn.mutated("remote-link-deleted", named);
    Ok(Reply::no_content())
}
