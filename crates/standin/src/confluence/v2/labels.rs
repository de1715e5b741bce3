//! Labels: read only here, version 1 writes them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::confluence::access::Eyes;
use crate::confluence::model::Content;
use crate::confluence::trouble::Trouble;
use crate::confluence::v2::pages::send;
use crate::confluence::v2::paging::page;
use crate::confluence::v2::render::id;
use crate::reply::Answer;
use crate::turn::Turn;

fn show((name, id): &(String, u64)) -> Value {
    json!({"id": id.to_string(), "name": name, "prefix": "global"})
}

/// The labels of some content, each once, by name.
fn gather<'a>(contents: impl Iterator<Item = &'a Content>) -> Vec<(String, u64)> {
    let labels = contents.flat_map(|content| content.labels.iter().map(|(name, id)| (name.clone(), *id)));
    labels.collect::<BTreeMap<_, _>>().into_iter().collect()
}

/// `GET /pages/{id}/labels` and `/blogposts/{id}/labels`
pub(crate) fn of_content(turn: &mut Turn<'_>) -> Answer {
    let content = Eyes::of(turn).content(id(turn)?).map_err(Trouble::v2)?;
    page(turn, &gather(std::iter::once(content)), show)
}

/// `GET /spaces/{id}/labels`: labels of the space itself; the stand-in has none.
pub(crate) fn of_space(turn: &mut Turn<'_>) -> Answer {
    Eyes::of(turn).space(id(turn)?).map_err(Trouble::v2)?;
    page(turn, &[], show)
}

/// `GET /spaces/{id}/content/labels`
pub(crate) fn within_space(turn: &mut Turn<'_>) -> Answer {
    let eyes = Eyes::of(turn);
    let space = eyes.space(id(turn)?).map_err(Trouble::v2)?.id;
    page(turn, &gather(eyes.contents().filter(|content| content.space == space)), show)
}

/// `GET /labels`
pub(crate) fn list(turn: &mut Turn<'_>) -> Answer {
    page(turn, &gather(Eyes::of(turn).contents()), show)
}

/// `GET /labels/{id}/pages`
pub(crate) fn pages(turn: &mut Turn<'_>) -> Answer {
    let number: u64 = id(turn)?.parse().unwrap_or_default();
    let wears = |content: &&Content| content.labels.values().any(|id| *id == number);
    let page = crate::confluence::model::Kind::Page;
    send(turn, Eyes::of(turn).contents().filter(|content| content.kind == page).filter(wears).collect())
}
