//! `/content/search` and `/search`.

use serde_json::{Value, json};

use crate::confluence::cql;
use crate::confluence::model::Content;
use crate::confluence::trouble::Trouble;
use crate::confluence::v1::render::{View, set};
use crate::reply::{Answer, Reply};
use crate::turn::Turn;
use crate::world::clock::iso_time;

fn found<'a>(turn: &Turn<'_>, view: &View<'a>) -> Result<Vec<&'a Content>, Reply> {
    let text = turn.ask.query("cql").unwrap_or_default();
    if text.trim().is_empty() {
        return Err(Trouble::invalid("CQL was not specified").v1());
    }
    let query = cql::parse(text).map_err(|sentence| Trouble::Invalid(sentence).v1())?;
    let me = turn.me().map(|account| account.id.to_string()).unwrap_or_default();
    Ok(cql::find(view.eyes, &query, cql::Moment { me: &me, now: turn.now }))
}

/// `GET /content/search?cql=`
pub(crate) fn content(turn: &mut Turn<'_>) -> Answer {
    let view = View::of(turn, "");
    let found = found(turn, &view)?;
    Ok(view.list(&found, |content| view.content(content, &content.latest)))
}

/// `GET /search?cql=`: content wrapped in what a results page shows.
pub(crate) fn everything(turn: &mut Turn<'_>) -> Answer {
    let view = View::of(turn, "");
    let found = found(turn, &view)?;
    let mut page = view.page(&found, |content| result(&view, content));
    set(&mut page, "totalSize", found.len().into());
    set(&mut page, "cqlQuery", turn.ask.query("cql").unwrap_or_default().into());
    set(&mut page, "searchDuration", 7.into());
    Ok(Reply::json(page))
}

fn result(view: &View<'_>, content: &Content) -> Value {
    let shown = view.brief(content);
    let url = shown.get("_links").and_then(|links| links.get("webui")).cloned().unwrap_or_default();
    let space = view.eyes.space_of(content);
    let container =
        space.map(|space| json!({"title": space.name, "displayUrl": format!("/spaces/{}", space.key)}));
    let excerpt: String = content.latest.body.plain().chars().take(150).collect();
    let mut result = json!({
        "content": shown, "title": content.title(), "excerpt": excerpt, "url": url, "breadcrumbs": [],
        "entityType": "content", "iconCssClass": "aui-icon content-type-page",
        "lastModified": iso_time(content.latest.at), "friendlyLastModified": "recently", "score": 1.0,
    });
    if let Some(container) = container {
        set(&mut result, "resultGlobalContainer", container);
    }
    result
}
