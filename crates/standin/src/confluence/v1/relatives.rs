//! `/content/{id}/child` and `/content/{id}/descendant`.

use crate::confluence::model::{Content, Kind, Status};
use crate::confluence::trouble::Trouble;
use crate::confluence::v1::render::View;
use crate::reply::{Answer, Reply};
use crate::turn::Turn;

fn kind(turn: &Turn<'_>) -> Result<Kind, Reply> {
    let name = turn.capture("type");
    Kind::parse(name).ok_or_else(|| Trouble::invalid(format!("No type '{name}'")).v1())
}

/// `GET /content/{id}/child`
pub(crate) fn children(turn: &mut Turn<'_>) -> Answer {
    let view = View::of(turn, "");
    let content = view.eyes.content(turn.capture("id")).map_err(Trouble::v1)?;
    Ok(view.whole(view.children(content)))
}

/// `GET /content/{id}/child/{type}`
pub(crate) fn children_of_kind(turn: &mut Turn<'_>) -> Answer {
    let (view, kind) = (View::of(turn, ""), kind(turn)?);
    let content = view.eyes.content(turn.capture("id")).map_err(Trouble::v1)?;
    let found: Vec<_> = view.eyes.state.below(content.id, kind).collect();
    Ok(view.list(&found, |child| view.content(child, &child.latest)))
}

/// `GET /content/{id}/descendant/{type}`
pub(crate) fn descendants(turn: &mut Turn<'_>) -> Answer {
    let (view, kind) = (View::of(turn, ""), kind(turn)?);
    let content = view.eyes.content(turn.capture("id")).map_err(Trouble::v1)?;
    let below = |found: &&Content| {
        let page = found.container.and_then(|id| view.eyes.state.content(id)).unwrap_or(found);
        let itself = kind != Kind::Page && page.id == content.id;
        itself || view.eyes.state.ancestors(page).iter().any(|page| page.id == content.id)
    };
    let all = view.eyes.contents().filter(|found| found.kind == kind && found.status == Status::Current);
    let found: Vec<_> = all.filter(below).collect();
    Ok(view.list(&found, |child| view.content(child, &child.latest)))
}
