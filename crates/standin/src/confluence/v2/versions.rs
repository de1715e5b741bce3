//! The versions of a page.

use serde_json::json;

use crate::confluence::access::Eyes;
use crate::confluence::trouble::Trouble;
use crate::confluence::v1::render::set;
use crate::confluence::v2::paging::page;
use crate::confluence::v2::render::{body_format, id, version};
use crate::reply::{Answer, Reply};
use crate::turn::Turn;

/// `GET /pages/{id}/versions`: the newest first.
pub(crate) fn list(turn: &mut Turn<'_>) -> Answer {
    let content = Eyes::of(turn).content(id(turn)?).map_err(Trouble::v2)?;
    let format = body_format(turn)?;
    let newest_first: Vec<_> = std::iter::once(&content.latest).chain(content.earlier.iter().rev()).collect();
    page(turn, &newest_first, |found| {
        let mut shown = version(found);
        let body = format.and_then(|format| Some((format, found.body.shown(format)?)));
        let body =
            body.map_or(json!({}), |(name, value)| json!({name: {"representation": name, "value": value}}));
        set(&mut shown, "page", json!({"id": content.id.to_string(), "title": found.title, "body": body}));
        shown
    })
}

/// `GET /pages/{id}/versions/{number}`
pub(crate) fn one(turn: &mut Turn<'_>) -> Answer {
    let content = Eyes::of(turn).content(id(turn)?).map_err(Trouble::v2)?;
    let number: u64 = turn.capture("number").parse().unwrap_or_default();
    let found = content.version(number).ok_or_else(|| Trouble::NoContent(number.to_string()).v2())?;
    let mut shown = version(found);
    set(&mut shown, "contentTypeModified", false.into());
    set(&mut shown, "collaborators", json!([found.by]));
    for (name, number) in [("prevVersion", number.checked_sub(1)), ("nextVersion", number.checked_add(1))] {
        if let Some(number) = number.filter(|number| content.version(*number).is_some()) {
            set(&mut shown, name, number.into());
        }
    }
    Ok(Reply::json(shown))
}
