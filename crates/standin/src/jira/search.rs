//! Searching: by `search/jql` with page tokens; the old route is gone, and says so.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde_json::{Value, json};

use crate::jira::bulk::texts;
use crate::jira::fields::Wanted;
use crate::jira::{access, render, scopes};
use crate::jql;
use crate::reply::{Answer, Reply};
use crate::route::{Route, get, post};
use crate::turn::Turn;

/// Routes of search.
pub(crate) const ROUTES: &[Route] = &[
    get("/rest/api/{v}/search/jql", scopes::SEARCH_AND_RECONSILE_ISSUES_USING_JQL, by_query),
    post("/rest/api/{v}/search/jql", scopes::SEARCH_AND_RECONSILE_ISSUES_USING_JQL_POST, by_body),
    post("/rest/api/{v}/search/approximate-count", scopes::COUNT_ISSUES, count),
    get("/rest/api/{v}/search", scopes::SEARCH_FOR_ISSUES_USING_JQL, gone),
    post("/rest/api/{v}/search", scopes::SEARCH_FOR_ISSUES_USING_JQL_POST, gone),
    post("/rest/api/{v}/jql/parse", scopes::PARSE_JQL_QUERIES, parse),
    post("/rest/api/{v}/jql/match", scopes::MATCH_ISSUES, matching),
    get("/rest/api/{v}/issue/picker", scopes::GET_ISSUE_PICKER_RESOURCE, picker),
];

/// Page sizes: with fields, and with ids and keys only.
const PAGE: usize = 50;
const PAGE_MAX: usize = 100;
const BARE_PAGE_MAX: usize = 5000;

/// How many issues may be reconciled.
const RECONCILE_MAX: usize = 50;

fn gone(_: &mut Turn<'_>) -> Answer {
    let sentence = "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046";
    Err(Reply::jira(StatusCode::GONE, sentence))
}

/// What is searched for, however it was sent.
struct Search {
    jql: String,
    wanted: Wanted,
    expand: Vec<String>,
    token: Option<String>,
    limit: usize,
}

fn by_query(turn: &mut Turn<'_>) -> Answer {
    let ask = turn.ask;
    if ask.query_list("reconcileIssues").len() > RECONCILE_MAX {
        return Err(Reply::bad("reconcileIssues takes at most 50 issue ids."));
    }
    search(
        turn,
        &Search {
            jql: ask.query("jql").unwrap_or_default().to_owned(),
            wanted: Wanted::from_list(ask.query_list("fields"), "id"),
            expand: ask.query_list("expand").into_iter().map(str::to_owned).collect(),
            token: ask.query("nextPageToken").map(str::to_owned),
            limit: ask.query_number("maxResults", PAGE),
        },
    )
}

fn by_body(turn: &mut Turn<'_>) -> Answer {
    let body = turn.ask.object()?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    if texts(&body, "reconcileIssues").len() > RECONCILE_MAX {
        return Err(Reply::bad("reconcileIssues takes at most 50 issue ids."));
    }
    let fields = texts(&body, "fields");
    let expand = match body.get("expand") {
        Some(Value::String(list)) => list.split(',').map(|word| word.trim().to_owned()).collect(),
        _ => texts(&body, "expand"),
    };
    let limit = body.get("maxResults").and_then(Value::as_u64).and_then(|limit| usize::try_from(limit).ok());
    search(
        turn,
        &Search {
            jql: text("jql").unwrap_or_default(),
            wanted: Wanted::from_list(fields.iter().map(String::as_str), "id"),
            expand,
            token: text("nextPageToken"),
            limit: limit.unwrap_or(PAGE),
        },
    )
}

fn bounded(text: &str) -> Result<jql::parser::Query, Reply> {
    let query = jql::parse(text)?;
    if query.clause.is_none() {
        return Err(Reply::bad(
            "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.",
        ));
    }
    Ok(query)
}

fn search(turn: &Turn<'_>, search: &Search) -> Answer {
    let query = bounded(&search.jql)?;
    let found = jql::run(turn, &query)?;
    let start = match &search.token {
        None => 0,
        Some(token) => offset(token, &search.jql)
            .ok_or_else(|| Reply::bad("The nextPageToken is invalid or has expired."))?,
    };
    let most = if search.wanted.is_bare() { BARE_PAGE_MAX } else { PAGE_MAX };
    let limit = search.limit.clamp(1, most);
    let expand: Vec<_> = search.expand.iter().map(String::as_str).collect();
    let per_issue: Vec<_> =
        expand.iter().copied().filter(|word| !matches!(*word, "names" | "schema")).collect();
    let page = found.iter().skip(start).take(limit);
    let issues: Vec<_> = page.map(|id| render::issue::issue(turn, *id, &search.wanted, &per_issue)).collect();
    let is_last = start + issues.len() >= found.len();
    let mut shown = json!({"issues": issues, "isLast": is_last});
    if let Some(shown) = shown.as_object_mut() {
        if !is_last {
            shown.insert("nextPageToken".to_owned(), json!(token(start + limit, &search.jql)));
        }
        for word in ["names", "schema"].into_iter().filter(|word| expand.contains(word)) {
            let fields = crate::jira::fields::FIELDS.iter().filter(|field| search.wanted.has(field));
            let values = fields.map(|field| {
                (field.id.to_owned(), if word == "names" { json!(field.name) } else { field.schema() })
            });
            shown.insert(word.to_owned(), values.collect());
        }
    }
    Ok(Reply::json(shown))
}

/// A page token: where to go on, and for which query it was made.
fn token(offset: usize, jql: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("v1:{offset}:{:x}", digest(jql)))
}

fn offset(token: &str, jql: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let mut parts = text.strip_prefix("v1:")?.split(':');
    let offset = parts.next()?.parse().ok()?;
    (parts.next()? == format!("{:x}", digest(jql))).then_some(offset)
}

/// FNV-1a: tells queries apart; nothing is protected by it.
fn digest(text: &str) -> u64 {
    text.bytes()
        .fold(0xCBF2_9CE4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

fn count(turn: &mut Turn<'_>) -> Answer {
    let body = turn.ask.object()?;
    let query = bounded(body.get("jql").and_then(Value::as_str).unwrap_or_default())?;
    Ok(Reply::json(json!({"count": jql::run(turn, &query)?.len()})))
}

fn parse(turn: &mut Turn<'_>) -> Answer {
    let body = turn.ask.object()?;
    let queries = texts(&body, "queries");
    let parsed = queries.iter().map(|query| match jql::parse(query) {
        Ok(_) => json!({"query": query, "errors": []}),
        Err(refused) => json!({"query": query, "errors": refused.0}),
    });
    let parsed: Vec<_> = parsed.collect();
    Ok(Reply::json(json!({"queries": parsed})))
}

fn matching(turn: &mut Turn<'_>) -> Answer {
    let body = turn.ask.object()?;
    let ids: Vec<u64> = body
        .get("issueIds")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_u64)
        .collect();
    let one = |query: &String| match jql::find(turn, query) {
        Ok(found) => {
            json!({"matchedIssues": found.iter().filter(|id| ids.contains(id)).collect::<Vec<_>>(), "errors": []})
        }
        Err(refused) => json!({"matchedIssues": [], "errors": refused.0}),
    };
    let matches: Vec<_> = texts(&body, "jqls").iter().map(one).collect();
    Ok(Reply::json(json!({"matches": matches})))
}

fn picker(turn: &mut Turn<'_>) -> Answer {
    let wanted = turn.ask.query("query").unwrap_or_default().to_lowercase();
    let fits = |issue: &&crate::jira::model::Issue| {
        issue.key.to_lowercase().contains(&wanted) || issue.summary.to_lowercase().contains(&wanted)
    };
    let found = access::visible(turn).filter(fits).take(20);
    let issues: Vec<_> = found.map(|issue| json!({
        "id": issue.id, "key": issue.key, "keyHtml": issue.key, "img": "/images/icons/issuetypes/10002.svg",
        "summary": issue.summary, "summaryText": issue.summary,
    })).collect();
    let sub = format!("Showing {0} of {0} matching issues", issues.len());
    Ok(Reply::json(
        json!({"sections": [{"label": "Current Search", "id": "cs", "sub": sub, "issues": issues}]}),
    ))
}
