//! `/content/{id}/label`.

use serde_json::Value;

use crate::confluence::access::Eyes;
use crate::confluence::edit;
use crate::confluence::trouble::Trouble;
use crate::confluence::v1::render::View;
use crate::reply::{Answer, Reply};
use crate::turn::Turn;

/// `GET /content/{id}/label`
pub(crate) fn list(turn: &mut Turn<'_>) -> Answer {
    let view = View::of(turn, "");
    let content = view.eyes.content(turn.capture("id")).map_err(Trouble::v1)?;
    Ok(view.list(&view.labels(content), Value::clone))
}

/// `POST /content/{id}/label`: one label or a list of them.
pub(crate) fn add(turn: &mut Turn<'_>) -> Answer {
    let sent: Value = serde_json::from_slice(&turn.ask.body).unwrap_or_default();
    let one = std::slice::from_ref(&sent);
    let each = sent.as_array().map_or(one, Vec::as_slice).iter();
    let names: Option<Vec<_>> =
        each.map(|label| label.get("name").and_then(Value::as_str).filter(|name| allowed(name))).collect();
    let names = names.filter(|names| !names.is_empty());
    let names =
        names.ok_or_else(|| Trouble::invalid("The label name could not be read or is not allowed").v1())?;
    let names: Vec<_> = names.into_iter().map(str::to_lowercase).collect();
    let id =
        Eyes::of(turn).writable(turn.capture("id"), "add labels to this content").map_err(Trouble::v1)?.id;
    edit::add_labels(turn, id, &names);
    list(turn)
}

/// Labels have no spaces and none of the signs Confluence keeps for itself.
fn allowed(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 255
        && !name.contains([' ', ':', ',', '?', '&', '[', ']', '(', ')', '#', '^', '*', '@', '!', '<', '>'])
}

/// `DELETE /content/{id}/label?name=` and `/content/{id}/label/{label}`
pub(crate) fn remove(turn: &mut Turn<'_>) -> Answer {
    let name = match turn.capture("label") {
        "" => turn.ask.query("name").unwrap_or_default().to_owned(),
        name => name.to_owned(),
    };
    let id = Eyes::of(turn)
        .writable(turn.capture("id"), "remove labels from this content")
        .map_err(Trouble::v1)?
        .id;
    if edit::remove_label(turn, id, &name) {
        Ok(Reply::no_content())
    } else {
        Err(Trouble::NoContent(name).v1())
    }
}
