//! The tree above and below a page.

use serde_json::{Value, json};

use crate::confluence::access::Eyes;
use crate::confluence::model::{Content, Kind, Status};
use crate::confluence::trouble::Trouble;
use crate::confluence::v1::render::set;
use crate::confluence::v2::paging::page;
use crate::confluence::v2::render::{child, id};
use crate::reply::{Answer, Reply};
use crate::turn::Turn;

fn the_page<'a>(turn: &'a Turn<'_>) -> Result<&'a Content, Reply> {
    Eyes::of(turn).content(id(turn)?).map_err(Trouble::v2)
}

/// `GET /pages/{id}/children`
pub(crate) fn children(turn: &mut Turn<'_>) -> Answer {
    let above = the_page(turn)?;
    let found: Vec<_> = Eyes::of(turn).state.below(above.id, Kind::Page).collect();
    page(turn, &found, |content| child(content))
}

/// `GET /pages/{id}/direct-children`
pub(crate) fn direct_children(turn: &mut Turn<'_>) -> Answer {
    let above = the_page(turn)?;
    let found: Vec<_> = Eyes::of(turn).state.below(above.id, Kind::Page).collect();
    page(turn, &found, |content| with_type(child(content)))
}

/// `GET /pages/{id}/descendants`
pub(crate) fn descendants(turn: &mut Turn<'_>) -> Answer {
    let above = the_page(turn)?;
    let eyes = Eyes::of(turn);
    let depth_of = |content: &Content| {
        let path = eyes.state.ancestors(content);
        path.iter().rev().position(|page| page.id == above.id).map(|steps| steps + 1)
    };
    let most = turn.ask.query_number("depth", 5);
    let pages =
        eyes.contents().filter(|content| content.kind == Kind::Page && content.status == Status::Current);
    let found: Vec<_> = pages.filter_map(|content| Some((content, depth_of(content)?))).collect();
    let found: Vec<_> = found.into_iter().filter(|(_, depth)| *depth <= most).collect();
    page(turn, &found, |(content, depth)| {
        let mut shown = json!({
            "id": content.id.to_string(), "status": content.status.as_str(), "title": content.title(),
            "type": "page", "childPosition": content.id % 1000,
        });
        set(&mut shown, "parentId", content.parent.map_or(Value::Null, |id| id.to_string().into()));
        set(&mut shown, "depth", (*depth).into());
        shown
    })
}

/// `GET /pages/{id}/ancestors`: the topmost first.
pub(crate) fn ancestors(turn: &mut Turn<'_>) -> Answer {
    let below = the_page(turn)?;
    let found = Eyes::of(turn).state.ancestors(below);
    page(turn, &found, |content| json!({"id": content.id.to_string(), "type": "page"}))
}

fn with_type(mut shown: Value) -> Value {
    set(&mut shown, "type", "page".into());
    shown
}
