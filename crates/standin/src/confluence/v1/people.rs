//! `/user`, and what a person may do with a piece of content.

use http::StatusCode;
use serde_json::{Value, json};

use crate::confluence::trouble::{self, Trouble};
use crate::confluence::v1::content::object;
use crate::confluence::v1::render::View;
use crate::reply::{Answer, Reply};
use crate::turn::Turn;

/// `GET /user/current`
pub(crate) fn current(turn: &mut Turn<'_>) -> Answer {
    let view = View::of(turn, "");
    let me = turn.me().map(|account| account.id.to_string()).unwrap_or_default();
    Ok(view.whole(view.user(&me)))
}

/// `GET /user?accountId=`, on Data Center `?username=` or `?key=`
pub(crate) fn one(turn: &mut Turn<'_>) -> Answer {
    let view = View::of(turn, "");
    let people = &turn.world.people;
    let by_id = turn.ask.query("accountId").and_then(|id| people.get(id));
    let key = turn.ask.query("key").and_then(|key| key.strip_prefix("key-"));
    let by_name = turn.ask.query("username").or(key).and_then(|name| people.by_username(name));
    match by_id.or(by_name) {
        Some(account) => Ok(view.whole(view.user(&account.id))),
        None => Err(trouble::v1(StatusCode::NOT_FOUND, "No user found with the given id", true)),
    }
}

/// `POST /content/{id}/permission/check`
pub(crate) fn check(turn: &mut Turn<'_>) -> Answer {
    let sent = object(turn)?;
    let view = View::of(turn, "");
    let content = view.eyes.content(turn.capture("id")).map_err(Trouble::v1)?;
    let subject = sent.get("subject").and_then(|subject| subject.get("identifier")).and_then(Value::as_str);
    let account = subject.and_then(|id| turn.world.people.get(id));
    let account = account.ok_or_else(|| Trouble::invalid("The subject is not known").v1())?;
    let operation = sent.get("operation").and_then(Value::as_str).unwrap_or_default();
    let allowed = view.eyes.space_of(content).is_some_and(|space| match operation {
        "read" => space.readable_by(account),
        _ => space.writable_by(account),
    });
    Ok(Reply::json(json!({"hasPermission": allowed})))
}
