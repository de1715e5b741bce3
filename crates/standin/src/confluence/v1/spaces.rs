//! `/space`.

use serde_json::json;

use crate::confluence::model::{Content, Kind, Status};
use crate::confluence::trouble::Trouble;
use crate::confluence::v1::render::View;
use crate::reply::{Answer, Reply};
use crate::turn::Turn;

/// `GET /space`
pub(crate) fn list(turn: &mut Turn<'_>) -> Answer {
    let view = View::of(turn, "");
    let keys = turn.ask.query_list("spaceKey");
    let wanted = |key: &str| keys.is_empty() || keys.iter().any(|asked| asked.eq_ignore_ascii_case(key));
    let personal = turn.ask.query("type") == Some("personal");
    let found: Vec<_> = view.eyes.spaces().filter(|space| wanted(&space.key) && !personal).collect();
    Ok(view.list(&found, |space| view.space(space)))
}

/// `GET /space/{key}`
pub(crate) fn one(turn: &mut Turn<'_>) -> Answer {
    let view = View::of(turn, "");
    let space = view.eyes.space_by_key(turn.capture("key")).map_err(Trouble::v1)?;
    Ok(view.whole(view.space(space)))
}

/// `GET /space/{key}/content` and `/space/{key}/content/{type}`
pub(crate) fn content(turn: &mut Turn<'_>) -> Answer {
    let view = View::of(turn, "");
    let space = view.eyes.space_by_key(turn.capture("key")).map_err(Trouble::v1)?;
    let within = |kind: Kind| -> Vec<&Content> {
        let all = view.eyes.contents().filter(|content| content.space == space.id);
        all.filter(|content| content.kind == kind && content.status == Status::Current).collect()
    };
    let shown = |content: &&Content| view.content(content, &content.latest);
    match turn.capture("type") {
        "" => {
            let [pages, posts] = [Kind::Page, Kind::Blog].map(|kind| view.page(&within(kind), shown));
            Ok(Reply::json(json!({"page": pages, "blogpost": posts})))
        }
        name => {
            let kind = Kind::parse(name).ok_or_else(|| Trouble::invalid(format!("No type '{name}'")).v1())?;
            Ok(view.list(&within(kind), shown))
        }
    }
}
