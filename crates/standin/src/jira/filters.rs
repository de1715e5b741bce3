//! Saved searches and dashboards: small.

use serde_json::{Value, json};

use crate::jira::model::Filter;
use crate::jira::{render, scopes};
use crate::reply::{Answer, Reply};
use crate::route::{Route, delete, get, post};
use crate::turn::Turn;

/// How many filters a site keeps.
const FILTERS_MAX: usize = 10_000;

/// Routes of filters and dashboards.
pub(crate) const ROUTES: &[Route] = &[
    get("/rest/api/{v}/filter/my", scopes::GET_MY_FILTERS, mine),
    get("/rest/api/{v}/filter/favourite", scopes::GET_FAVOURITE_FILTERS, mine),
    get("/rest/api/{v}/filter/search", scopes::GET_FILTERS_PAGINATED, search),
    get("/rest/api/{v}/filter/{filter}", scopes::GET_FILTER, one),
    post("/rest/api/{v}/filter", scopes::CREATE_FILTER, make),
    delete("/rest/api/{v}/filter/{filter}", scopes::DELETE_FILTER, remove),
    get("/rest/api/{v}/dashboard", scopes::GET_ALL_DASHBOARDS, dashboards),
    get("/rest/api/{v}/dashboard/search", scopes::GET_DASHBOARDS_PAGINATED, dashboards_page),
];

fn shown(turn: &Turn<'_>, filter: &Filter) -> Value {
    let query: String = url::form_urlencoded::byte_serialize(filter.jql.as_bytes()).collect();
    json!({
        "self": render::link(turn, format_args!("filter/{}", filter.id)), "id": filter.id.to_string(),
        "name": filter.name, "description": "", "owner": render::person(turn, Some(&filter.owner)), "jql": filter.jql,
        "viewUrl": format!("{}/issues/?filter={}", turn.base(), filter.id),
        "searchUrl": render::link(turn, format_args!("search?jql={query}")), "favourite": false, "favouritedCount": 0,
        "sharePermissions": [], "editPermissions": [],
    })
}

fn mine(turn: &mut Turn<'_>) -> Answer {
    let me = turn.require_me()?;
    Ok(Reply::json(
        turn.jira().filters.iter().filter(|one| one.owner == me).map(|one| shown(turn, one)).collect(),
    ))
}

fn search(turn: &mut Turn<'_>) -> Answer {
    let me = turn.caller.account.clone();
    let own: Vec<_> = turn.jira().filters.iter().filter(|one| Some(&one.owner) == me.as_ref()).collect();
    let values: Vec<_> = own
        .iter()
        .map(|one| {
            let mut shown = shown(turn, one);
            if let (false, Some(shown)) =
                (turn.ask.query_list("expand").contains(&"jql"), shown.as_object_mut())
            {
                shown.retain(|name, _| matches!(name.as_str(), "self" | "id" | "name"));
            }
            shown
        })
        .collect();
    Ok(Reply::json(
        json!({"startAt": 0, "maxResults": 50, "total": values.len(), "isLast": true, "values": values}),
    ))
}

fn named<'a>(turn: &'a Turn<'_>) -> Result<&'a Filter, Reply> {
    let wanted = turn.capture("filter");
    let mine =
        |one: &&Filter| one.id.to_string() == wanted && Some(&one.owner) == turn.caller.account.as_ref();
    let refuse = || {
        Reply::bad(
            "The selected filter is not available to you, perhaps it has been deleted or had its permissions changed.",
        )
    };
    turn.jira().filters.iter().find(mine).ok_or_else(refuse)
}

fn one(turn: &mut Turn<'_>) -> Answer {
    Ok(Reply::json(shown(turn, named(turn)?)))
}

fn make(turn: &mut Turn<'_>) -> Answer {
    let owner = turn.require_me()?;
    let body = turn.ask.object()?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (name, jql) = (text("name"), text("jql"));
    if name.is_empty() || turn.jira().filters.len() >= FILTERS_MAX {
        return Err(Reply::jira_field(
            http::StatusCode::BAD_REQUEST,
            "filterName",
            "You must specify a name to save this filter as.",
        ));
    }
    let id = turn.jira_mut().fresh();
    turn.jira_mut().filters.push(Filter { id, name, owner, jql });
    turn.mutated("filter-created", id.to_string());
    let made = turn.jira().filters.last().map_or(Value::Null, |one| shown(turn, one));
    Ok(Reply::json(made))
}

fn remove(turn: &mut Turn<'_>) -> Answer {
    let id = named(turn)?.id;
    turn.jira_mut().filters.retain(|one| one.id != id);
    turn.mutated("filter-deleted", id.to_string());
    Ok(Reply::no_content())
}

fn dashboard(turn: &Turn<'_>) -> Value {
    json!({
        "id": "10000", "name": "System Dashboard", "isFavourite": false, "popularity": 1,
        "self": render::link(turn, "dashboard/10000"), "sharePermissions": [], "editPermissions": [],
        "view": format!("{}/jira/dashboards/10000", turn.base()), "isWritable": false, "systemDashboard": true,
    })
}

fn dashboards(turn: &mut Turn<'_>) -> Answer {
    Ok(Reply::json(json!({"startAt": 0, "maxResults": 20, "total": 1, "dashboards": [dashboard(turn)]})))
}

fn dashboards_page(turn: &mut Turn<'_>) -> Answer {
    Ok(Reply::json(
        json!({"startAt": 0, "maxResults": 50, "total": 1, "isLast": true, "values": [dashboard(turn)]}),
    ))
}
