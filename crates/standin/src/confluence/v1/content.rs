//! `/content` and `/content/{id}`.

use serde_json::{Map, Value};

use crate::confluence::body::Body;
use crate::confluence::edit::{self, Change, New};
use crate::confluence::model::{Kind, Status};
use crate::confluence::trouble::Trouble;
use crate::confluence::v1::render::View;
use crate::reply::{Answer, Reply};
use crate::turn::Turn;

const DEFAULT: &str = "history,space,version";

/// The request's body as an object, refused in version 1's shape.
pub(crate) fn object(turn: &Turn<'_>) -> Result<Map<String, Value>, Reply> {
    match serde_json::from_slice(&turn.ask.body) {
        Ok(Value::Object(map)) => Ok(map),
        _ => Err(Trouble::invalid("Could not parse request body").v1()),
    }
}

/// `GET /content`
pub(crate) fn list(turn: &mut Turn<'_>) -> Answer {
    let view = View::of(turn, DEFAULT);
    let ask = turn.ask;
    let kind = match ask.query("type") {
        None => Kind::Page,
        Some(name) => Kind::parse(name).ok_or_else(|| Trouble::invalid(format!("No type '{name}'")).v1())?,
    };
    let space = match ask.query("spaceKey") {
        Some(key) => Some(view.eyes.space_by_key(key).map_err(Trouble::v1)?.id),
        None => None,
    };
    let any = ask.query("status") == Some("any");
    let status = ask.query("status").and_then(Status::parse).unwrap_or(Status::Current);
    let title = ask.query("title");
    let found: Vec<_> = view
        .eyes
        .contents()
        .filter(|content| content.kind == kind && (any || content.status == status))
        .filter(|content| space.is_none_or(|space| content.space == space))
        .filter(|content| title.is_none_or(|title| content.title().eq_ignore_ascii_case(title)))
        .collect();
    Ok(view.list(&found, |content| view.content(content, &content.latest)))
}

/// `GET /content/{id}`
pub(crate) fn one(turn: &mut Turn<'_>) -> Answer {
    let view = View::of(turn, DEFAULT);
    let states: &[Status] = match turn.ask.query("status") {
        Some("any") => &[Status::Current, Status::Draft, Status::Archived, Status::Trashed],
        Some("trashed") => &[Status::Trashed],
        Some("draft") => &[Status::Draft],
        Some("archived") => &[Status::Archived],
        _ => &[Status::Current],
    };
    let id = turn.capture("id");
    // A version asked for by number may be a historical one; 0 stands for the latest.
    let content = view.eyes.content_in(id, states).map_err(Trouble::v1)?;
    let version = match turn.ask.query("version").and_then(|number| number.parse().ok()) {
        None | Some(0) => Some(&content.latest),
        Some(number) => content.version(number),
    };
    let version = version.ok_or_else(|| Trouble::NoContent(id.to_owned()).v1())?;
    Ok(view.whole(view.content(content, version)))
}

/// `POST /content`
pub(crate) fn create(turn: &mut Turn<'_>) -> Answer {
    let sent = object(turn)?;
    let new = new(turn, &sent).map_err(Trouble::v1)?;
    let id = edit::create(turn, new).map_err(Trouble::v1)?;
    shown(turn, id)
}

fn new(turn: &Turn<'_>, sent: &Map<String, Value>) -> Result<New, Trouble> {
    let text = |name: &str| sent.get(name).and_then(Value::as_str);
    let kind = text("type").and_then(Kind::parse).filter(|kind| *kind != Kind::Attachment);
    let kind = kind.ok_or_else(|| Trouble::invalid("Content type must be specified"))?;
    let body = match sent.get("body") {
        Some(body) => Body::read(body).ok_or_else(|| Trouble::invalid("Content body could not be read"))?,
        None => Body::default(),
    };
    let eyes = crate::confluence::access::Eyes::of(turn);
    let id_of = |value: &Value| match value.get("id") {
        Some(Value::String(id)) => Some(id.clone()),
        Some(Value::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    let last = sent.get("ancestors").and_then(Value::as_array).and_then(|list| list.last()).and_then(id_of);
    let parent = last.map(|id| eyes.content(&id)).transpose()?;
    let container = sent.get("container").and_then(id_of).map(|id| eyes.content(&id)).transpose()?;
    let space =
        match (container, sent.get("space").and_then(|space| space.get("key")).and_then(Value::as_str)) {
            (Some(container), _) => container.space,
            (None, Some(key)) => eyes.space_by_key(key)?.id,
            (None, None) => return Err(Trouble::invalid("Space must be specified")),
        };
    if kind == Kind::Comment && container.is_none() {
        return Err(Trouble::invalid("A comment needs a container"));
    }
    let title = match (kind, container) {
        (Kind::Comment, Some(page)) => format!("Re: {}", page.title()),
        _ => text("title").unwrap_or_default().to_owned(),
    };
    Ok(New {
        kind,
        status: text("status").and_then(Status::parse).unwrap_or(Status::Current),
        space,
        parent: parent.map(|page| page.id),
        container: container.map(|page| page.id),
        title,
        body,
        file: None,
    })
}

/// `PUT /content/{id}`
pub(crate) fn update(turn: &mut Turn<'_>) -> Answer {
    let sent = object(turn)?;
    let text = |name: &str| sent.get(name).and_then(Value::as_str);
    let version = sent.get("version");
    let number = version.and_then(|version| version.get("number")).and_then(Value::as_u64);
    let number = number.ok_or_else(|| Trouble::invalid("Version must be specified").v1())?;
    let body = match sent.get("body") {
        Some(body) => {
            Some(Body::read(body).ok_or_else(|| Trouble::invalid("Content body could not be read").v1())?)
        }
        None => None,
    };
    let above = sent.get("ancestors").and_then(Value::as_array).and_then(|list| list.last());
    let parent = above.and_then(|page| page.get("id")).and_then(|id| match id {
        Value::String(id) => id.parse().ok(),
        id => id.as_u64(),
    });
    let change = Change {
        title: text("title").map(str::to_owned),
        body,
        status: text("status").and_then(Status::parse),
        parent,
        message: version
            .and_then(|v| v.get("message"))
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        minor: version.and_then(|v| v.get("minorEdit")).and_then(Value::as_bool).unwrap_or(false),
        number,
    };
    let id = turn.capture("id").to_owned();
    let id = edit::update(turn, &id, change).map_err(Trouble::v1)?;
    shown(turn, id)
}

/// `DELETE /content/{id}`
pub(crate) fn remove(turn: &mut Turn<'_>) -> Answer {
    let id = turn.capture("id").to_owned();
    let purge = matches!(turn.ask.query("status"), Some("trashed" | "draft"));
    edit::remove(turn, &id, purge).map_err(Trouble::v1)?;
    Ok(Reply::no_content())
}

/// `GET /content/{id}/history`
pub(crate) fn history(turn: &mut Turn<'_>) -> Answer {
    let view = View::of(turn, "");
    let content = view.eyes.content(turn.capture("id")).map_err(Trouble::v1)?;
    Ok(view.whole(view.history(content)))
}

/// `GET /content/{id}/version`
pub(crate) fn versions(turn: &mut Turn<'_>) -> Answer {
    let view = View::of(turn, "");
    let content = view.eyes.content(turn.capture("id")).map_err(Trouble::v1)?;
    let newest_first: Vec<_> = std::iter::once(&content.latest).chain(content.earlier.iter().rev()).collect();
    Ok(view.list(&newest_first, |version| view.version(content, version)))
}

/// A piece of content in full, as answers to changes show it.
fn shown(turn: &Turn<'_>, id: u64) -> Answer {
    let view = View::of(turn, "body.storage,history,space,version,ancestors,container");
    let content = view.eyes.state.content(id).ok_or_else(|| Trouble::NoContent(id.to_string()).v1())?;
    Ok(view.whole(view.content(content, &content.latest)))
}
