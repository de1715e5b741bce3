//! People and groups.

use http::StatusCode;
use serde_json::{Value, json};

use crate::jira::{access, permission, render, scopes};
use crate::reply::{Answer, Reply};
use crate::route::{Route, get};
use crate::turn::Turn;
use crate::world::Deployment;
use crate::world::people::Account;

/// Routes about people.
pub(crate) const ROUTES: &[Route] = &[
    get("/rest/api/{v}/user", scopes::GET_USER, one),
    get("/rest/api/{v}/user/search", scopes::FIND_USERS, search),
    get("/rest/api/{v}/user/picker", scopes::FIND_USERS_FOR_PICKER, picker),
    get("/rest/api/{v}/user/bulk", scopes::BULK_GET_USERS, bulk),
    get("/rest/api/{v}/user/groups", scopes::GET_USER_GROUPS, user_groups),
    get("/rest/api/{v}/user/assignable/search", scopes::FIND_ASSIGNABLE_USERS, assignable),
    get("/rest/api/{v}/users/search", scopes::GET_ALL_USERS, all),
    get("/rest/api/{v}/users", scopes::GET_ALL_USERS_DEFAULT, all),
    get("/rest/api/{v}/groups/picker", scopes::FIND_GROUPS, groups),
    get("/rest/api/{v}/group/member", scopes::GET_USERS_FROM_GROUP, members),
];

/// Looking at people takes the permission to.
fn may_look(turn: &Turn<'_>) -> Result<(), Reply> {
    turn.require_me()?;
    match permission::global(turn.me(), "USER_PICKER") {
        Some(true) => Ok(()),
        _ => Err(Reply::denied("You do not have permission to browse users.")),
    }
}

/// The account that a request's parameters name.
pub(crate) fn named<'a>(turn: &'a Turn<'_>) -> Result<&'a Account, Reply> {
    let people = &turn.world.people;
    let (name, found) = match turn.site().deployment {
        Deployment::Cloud => {
            let id = turn
                .ask
                .query("accountId")
                .ok_or_else(|| Reply::bad("The query parameter 'accountId' is required."))?;
            (id, people.get(id))
        }
        Deployment::DataCenter => {
            let name = turn.ask.query("username").unwrap_or_default();
            (name, people.by_username(name))
        }
    };
    let here = found.filter(|who| who.sites.contains(&turn.site().name.as_str()));
    here.ok_or_else(|| {
        Reply::missing(format!(
            "Specified user does not exist or you do not have required permissions ({name})"
        ))
    })
}

pub(crate) fn one(turn: &mut Turn<'_>) -> Answer {
    turn.require_me()?;
    let who = named(turn)?;
    let mut shown = render::account(turn, who);
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("groups".to_owned(), json!({"size": who.groups.len(), "items": []}));
        shown.insert("applicationRoles".to_owned(), json!({"size": 1, "items": []}));
        shown.insert("expand".to_owned(), json!("groups,applicationRoles"));
    }
    Ok(Reply::json(shown))
}

fn here<'a>(turn: &'a Turn<'_>) -> impl Iterator<Item = &'a Account> {
    let site = turn.site().name.as_str();
    turn.world.people.all().filter(move |who| who.sites.contains(&site))
}

fn matching<'a>(turn: &'a Turn<'_>, query: &str) -> impl Iterator<Item = &'a Account> {
    let query = query.to_lowercase();
    here(turn).filter(move |who| {
        who.active
            && (who.display_name.to_lowercase().split(' ').any(|word| word.starts_with(&query))
                || who.display_name.to_lowercase().starts_with(&query)
                || who.email.starts_with(&query)
                || *who.id == *query)
    })
}

fn page<'a>(turn: &Turn<'_>, all: impl Iterator<Item = &'a Account>) -> Vec<Value> {
    let (start, limit) =
        (turn.ask.query_number("startAt", 0), turn.ask.query_number("maxResults", 50).min(1000));
    all.skip(start).take(limit).map(|who| render::account(turn, who)).collect()
}

pub(crate) fn search(turn: &mut Turn<'_>) -> Answer {
    may_look(turn)?;
    if let Some(id) = turn.ask.query("accountId") {
        return Ok(Reply::json(page(turn, here(turn).filter(|who| &*who.id == id)).into()));
    }
    let query = turn.ask.query("query").or_else(|| turn.ask.query("username"));
    let query =
        query.ok_or_else(|| Reply::bad("One of the query parameters 'query' or 'accountId' is required."))?;
    let query = if query == "." { "" } else { query };
    Ok(Reply::json(page(turn, matching(turn, query)).into()))
}

fn picker(turn: &mut Turn<'_>) -> Answer {
    may_look(turn)?;
    let found: Vec<_> = matching(turn, turn.ask.query("query").unwrap_or_default()).collect();
    let shown: Vec<_> = found.iter().take(50).map(|who| json!({
        "accountId": who.id, "accountType": who.kind, "displayName": who.display_name,
        "html": format!("<strong>{}</strong>", who.display_name), "avatarUrl": format!("{}/avatar/{}.png", turn.base(), who.id),
    })).collect();
    let header = format!("Showing {} of {} matching users", shown.len(), found.len());
    Ok(Reply::json(json!({"users": shown, "total": found.len(), "header": header})))
}

fn bulk(turn: &mut Turn<'_>) -> Answer {
    turn.require_me()?;
    let ids: Vec<_> =
        turn.ask.query.iter().filter(|(name, _)| name == "accountId").map(|(_, id)| id.as_str()).collect();
    if ids.is_empty() {
        return Err(Reply::bad("The query parameter 'accountId' is required."));
    }
    let shown = page(turn, here(turn).filter(|who| ids.contains(&&*who.id)));
    let (start, limit) = (turn.ask.query_number("startAt", 0), turn.ask.query_number("maxResults", 10));
    Ok(Reply::json(
        json!({"startAt": start, "maxResults": limit, "total": shown.len(), "isLast": true, "values": shown}),
    ))
}

fn user_groups(turn: &mut Turn<'_>) -> Answer {
    may_look(turn)?;
    let who = named(turn)?;
    Ok(Reply::json(who.groups.iter().map(|name| group(turn, name)).collect()))
}

fn group(turn: &Turn<'_>, name: &str) -> Value {
    json!({
        "name": name, "groupId": name, "self": render::link(turn, format_args!("group?groupId={name}")),
    })
}

pub(crate) fn assignable(turn: &mut Turn<'_>) -> Answer {
    turn.require_me()?;
    let project = match (turn.ask.query("issueKey").or(turn.ask.query("issueId")), turn.ask.query("project"))
    {
        (Some(issue), _) => turn.jira().issue(access::issue(turn, issue)?)?.project,
        (None, Some(project)) => access::project(turn, project)?.id,
        (None, None) => return Err(Reply::bad("Neither project nor issueKey was specified.")),
    };
    let project = turn.jira().project_by_id(project).ok_or_else(Reply::no_issue)?;
    let fits = |who: &&Account| project.scheme.allows(Some(who), "ASSIGNABLE_USER", None);
    Ok(Reply::json(
        page(turn, matching(turn, turn.ask.query("query").unwrap_or_default()).filter(fits)).into(),
    ))
}

fn all(turn: &mut Turn<'_>) -> Answer {
    may_look(turn)?;
    Ok(Reply::json(page(turn, here(turn)).into()))
}

fn group_names(turn: &Turn<'_>) -> std::collections::BTreeSet<&'static str> {
    here(turn).flat_map(|who| who.groups.iter().copied()).collect()
}

fn groups(turn: &mut Turn<'_>) -> Answer {
    may_look(turn)?;
    let query = turn.ask.query("query").unwrap_or_default().to_lowercase();
    let found: Vec<_> = group_names(turn).into_iter().filter(|name| name.contains(&query)).collect();
    let shown: Vec<_> =
        found.iter().map(|name| json!({"name": name, "groupId": name, "html": name, "labels": []})).collect();
    let header = format!("Showing {0} of {0} matching groups", shown.len());
    Ok(Reply::json(json!({"header": header, "total": shown.len(), "groups": shown})))
}

fn members(turn: &mut Turn<'_>) -> Answer {
    may_look(turn)?;
    let name = turn.ask.query("groupname").or_else(|| turn.ask.query("groupId")).unwrap_or_default();
    if !group_names(turn).contains(name) {
        return Err(Reply::jira(StatusCode::NOT_FOUND, format!("The group named '{name}' does not exist.")));
    }
    let all: Vec<_> = here(turn).filter(|who| who.in_group(name)).collect();
    let (start, limit) = (turn.ask.query_number("startAt", 0), turn.ask.query_number("maxResults", 50));
    let shown = page(turn, all.iter().copied());
    let is_last = start + shown.len() >= all.len();
    Ok(Reply::json(
        json!({"startAt": start, "maxResults": limit, "total": all.len(), "isLast": is_last, "values": shown}),
    ))
}
