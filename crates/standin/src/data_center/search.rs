//! The old search, which Data Center keeps: offsets, and how many there are in all.

use serde_json::{Value, json};

use crate::jira::bulk::texts;
use crate::jira::fields::Wanted;
use crate::jira::render;
use crate::jql;
use crate::reply::{Answer, Reply};
use crate::turn::Turn;

const PAGE: usize = 50;
const PAGE_MAX: usize = 1000;

struct Search {
    jql: String,
    wanted: Wanted,
    expand: Vec<String>,
    start: usize,
    limit: usize,
}

/// `GET /search`
pub(crate) fn by_query(turn: &mut Turn<'_>) -> Answer {
    let ask = turn.ask;
    run(
        turn,
        &Search {
            jql: ask.query("jql").unwrap_or_default().to_owned(),
            wanted: Wanted::from_list(ask.query_list("fields"), "*navigable"),
            expand: ask.query_list("expand").into_iter().map(str::to_owned).collect(),
            start: ask.query_number("startAt", 0),
            limit: ask.query_number("maxResults", PAGE),
        },
    )
}

/// `POST /search`
pub(crate) fn by_body(turn: &mut Turn<'_>) -> Answer {
    let body = turn.ask.object()?;
    let number =
        |name: &str| body.get(name).and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok());
    let fields = texts(&body, "fields");
    run(
        turn,
        &Search {
            jql: body.get("jql").and_then(Value::as_str).unwrap_or_default().to_owned(),
            wanted: Wanted::from_list(fields.iter().map(String::as_str), "*navigable"),
            expand: texts(&body, "expand"),
            start: number("startAt").unwrap_or(0),
            limit: number("maxResults").unwrap_or(PAGE),
        },
    )
}

fn run(turn: &Turn<'_>, search: &Search) -> Answer {
    // Unlike Cloud's new search, this one takes an empty query: everything the caller sees.
    let found = jql::find(turn, &search.jql)?;
    let limit = search.limit.min(PAGE_MAX);
    let expand: Vec<_> = search.expand.iter().map(String::as_str).collect();
    let page = found.iter().skip(search.start).take(limit);
    let issues: Vec<_> = page.map(|id| render::issue::issue(turn, *id, &search.wanted, &expand)).collect();
    Ok(Reply::json(json!({
        "expand": "names,schema", "startAt": search.start, "maxResults": limit, "total": found.len(), "issues": issues,
    })))
}
