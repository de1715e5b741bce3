//! `/spaces`.

use serde_json::json;

use crate::confluence::access::Eyes;
use crate::confluence::trouble::Trouble;
use crate::confluence::v1::render::set;
use crate::confluence::v2::paging::page;
use crate::confluence::v2::render::{self, id, whole};
use crate::reply::Answer;
use crate::turn::Turn;

/// `GET /spaces`
pub(crate) fn list(turn: &mut Turn<'_>) -> Answer {
    let (keys, ids) = (turn.ask.query_list("keys"), turn.ask.query_list("ids"));
    let mut found: Vec<_> = Eyes::of(turn)
        .spaces()
        .filter(|space| keys.is_empty() || keys.iter().any(|key| key.eq_ignore_ascii_case(&space.key)))
        .filter(|space| ids.is_empty() || ids.contains(&space.id.to_string().as_str()))
        .filter(|_| turn.ask.query("type").is_none_or(|kind| kind == "global"))
        .filter(|_| turn.ask.query("status").is_none_or(|status| status == "current"))
        .collect();
    match turn.ask.query("sort") {
        Some("key") => found.sort_by(|one, other| one.key.cmp(&other.key)),
        Some("-key") => found.sort_by(|one, other| other.key.cmp(&one.key)),
        Some("name") => found.sort_by(|one, other| one.name.cmp(&other.name)),
        Some("-name") => found.sort_by(|one, other| other.name.cmp(&one.name)),
        Some("-id") => found.reverse(),
        _ => {}
    }
    page(turn, &found, |space| render::space(space))
}

/// `GET /spaces/{id}`
pub(crate) fn one(turn: &mut Turn<'_>) -> Answer {
    let space = Eyes::of(turn).space(id(turn)?).map_err(Trouble::v2)?;
    let mut shown = render::space(space);
    if turn.ask.query("description-format") == Some("plain") {
        let plain = json!({"plain": {"value": space.description, "representation": "plain"}});
        set(&mut shown, "description", plain);
    }
    if let Some(shown) = shown.as_object_mut() {
        shown.remove("currentActiveAlias");
    }
    Ok(whole(turn, shown))
}
