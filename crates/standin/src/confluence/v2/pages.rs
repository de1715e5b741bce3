//! `/pages` and `/blogposts`: the same thing, one in a tree and one in a row.

use serde_json::{Map, Value};

use crate::confluence::access::Eyes;
use crate::confluence::body::Body;
use crate::confluence::edit::{self, Change, New};
use crate::confluence::model::{Content, Kind, Status};
use crate::confluence::trouble::Trouble;
use crate::confluence::v2::paging;
use crate::confluence::v2::render::{self, body_format, id, statuses, whole};
use crate::reply::{Answer, Reply};
use crate::turn::Turn;

/// The request's body as an object, refused in version 2's shape.
pub(crate) fn object(turn: &Turn<'_>) -> Result<Map<String, Value>, Reply> {
    match serde_json::from_slice(&turn.ask.body) {
        Ok(Value::Object(map)) => Ok(map),
        _ => Err(Trouble::invalid("Request body could not be read").v2()),
    }
}

/// Reads `body` of a request.
pub(crate) fn sent_body(sent: &Map<String, Value>) -> Result<Option<Body>, Trouble> {
    let read = |body| Body::read(body).ok_or_else(|| Trouble::invalid("Body could not be read"));
    sent.get("body").filter(|body| !body.is_null()).map(read).transpose()
}

/// Sends a list of pages, sorted as asked.
pub(crate) fn send(turn: &Turn<'_>, mut found: Vec<&Content>) -> Answer {
    let (field, down) = match turn.ask.query("sort").unwrap_or("id") {
        field if field.starts_with('-') => (field.trim_start_matches('-'), true),
        field => (field, false),
    };
    found.sort_by(|one, other| {
        let order = match field {
            "title" => one.title().cmp(other.title()),
            "created-date" => one.created.cmp(&other.created),
            "modified-date" => one.latest.at.cmp(&other.latest.at),
            _ => one.id.cmp(&other.id),
        };
        if down { order.reverse() } else { order }
    });
    let format = body_format(turn)?;
    paging::page(turn, &found, |content| render::page(turn, content, &content.latest, format))
}

fn all<'a>(turn: &'a Turn<'_>, kind: Kind) -> Vec<&'a Content> {
    let wanted = statuses(turn, &[Status::Current, Status::Archived]);
    let (ids, spaces) = (turn.ask.query_list("id"), turn.ask.query_list("space-id"));
    let title = turn.ask.query("title");
    Eyes::of(turn)
        .contents()
        .filter(|content| content.kind == kind && wanted.contains(&content.status))
        .filter(|content| ids.is_empty() || ids.contains(&content.id.to_string().as_str()))
        .filter(|content| spaces.is_empty() || spaces.contains(&content.space.to_string().as_str()))
        .filter(|content| title.is_none_or(|title| content.title() == title))
        .collect()
}

/// `GET /pages`
pub(crate) fn list(turn: &mut Turn<'_>) -> Answer {
    send(turn, all(turn, Kind::Page))
}

/// `GET /blogposts`
pub(crate) fn list_posts(turn: &mut Turn<'_>) -> Answer {
    send(turn, all(turn, Kind::Blog))
}

/// `GET /spaces/{id}/pages`
pub(crate) fn of_space(turn: &mut Turn<'_>) -> Answer {
    let space = Eyes::of(turn).space(id(turn)?).map_err(Trouble::v2)?;
    let root = turn.ask.query("depth") == Some("root");
    let top =
        |content: &&Content| !root || content.parent.is_none() || content.parent == Some(space.homepage);
    let within = all(turn, Kind::Page).into_iter().filter(|content| content.space == space.id).filter(top);
    send(turn, within.collect())
}

/// `GET /spaces/{id}/blogposts`
pub(crate) fn posts_of_space(turn: &mut Turn<'_>) -> Answer {
    let space = Eyes::of(turn).space(id(turn)?).map_err(Trouble::v2)?.id;
    send(turn, all(turn, Kind::Blog).into_iter().filter(|content| content.space == space).collect())
}

fn one_of(turn: &Turn<'_>, kind: Kind) -> Answer {
    let default: &[Status] = if turn.ask.query_flag("get-draft", false) {
        &[Status::Draft, Status::Current]
    } else {
        &[Status::Current, Status::Archived]
    };
    let (text, format) = (id(turn)?, body_format(turn)?);
    let content = Eyes::of(turn).content_in(text, &statuses(turn, default)).map_err(Trouble::v2)?;
    let version = match turn.ask.query("version").and_then(|number| number.parse().ok()) {
        None => Some(&content.latest),
        Some(number) => content.version(number),
    };
    match version.filter(|_| content.kind == kind) {
        Some(version) => Ok(whole(turn, render::page(turn, content, version, format))),
        None => Err(Trouble::NoContent(text.to_owned()).v2()),
    }
}

/// `GET /pages/{id}`
pub(crate) fn one(turn: &mut Turn<'_>) -> Answer {
    one_of(turn, Kind::Page)
}

/// `GET /blogposts/{id}`
pub(crate) fn one_post(turn: &mut Turn<'_>) -> Answer {
    one_of(turn, Kind::Blog)
}

/// `POST /pages`
pub(crate) fn create(turn: &mut Turn<'_>) -> Answer {
    create_of(turn, Kind::Page)
}

/// `POST /blogposts`
pub(crate) fn create_post(turn: &mut Turn<'_>) -> Answer {
    create_of(turn, Kind::Blog)
}

fn create_of(turn: &mut Turn<'_>, kind: Kind) -> Answer {
    let sent = object(turn)?;
    let new = new(turn, &sent, kind).map_err(Trouble::v2)?;
    let id = edit::create(turn, new).map_err(Trouble::v2)?;
    shown(turn, id)
}

fn new(turn: &Turn<'_>, sent: &Map<String, Value>, kind: Kind) -> Result<New, Trouble> {
    let text = |name: &str| sent.get(name).and_then(Value::as_str);
    let eyes = Eyes::of(turn);
    let space = match sent.get("spaceId") {
        Some(Value::String(id)) => eyes.space(id)?,
        Some(Value::Number(id)) => eyes.space(&id.to_string())?,
        _ => return Err(Trouble::invalid("'spaceId' is required")),
    };
    let root = turn.ask.query_flag("root-level", false);
    let parent = match (kind, text("parentId")) {
        (Kind::Page, Some(id)) => Some(eyes.content(id)?.id),
        (Kind::Page, None) if !root => Some(space.homepage),
        _ => None,
    };
    Ok(New {
        kind,
        status: text("status").and_then(Status::parse).unwrap_or(Status::Current),
        space: space.id,
        parent,
        container: None,
        title: text("title").unwrap_or_default().to_owned(),
        body: sent_body(sent)?.unwrap_or_default(),
        file: None,
    })
}

/// `PUT /pages/{id}`
pub(crate) fn update(turn: &mut Turn<'_>) -> Answer {
    update_of(turn, Kind::Page)
}

/// `PUT /blogposts/{id}`
pub(crate) fn update_post(turn: &mut Turn<'_>) -> Answer {
    update_of(turn, Kind::Blog)
}

fn update_of(turn: &mut Turn<'_>, kind: Kind) -> Answer {
    let sent = object(turn)?;
    let id = of_kind(turn, kind)?;
    let missing =
        ["id", "status", "title", "body", "version"].into_iter().find(|name| !sent.contains_key(*name));
    if let Some(name) = missing {
        return Err(Trouble::Invalid(format!("'{name}' is required")).v2());
    }
    let change = change(&sent).map_err(Trouble::v2)?;
    let id = edit::update(turn, &id, change).map_err(Trouble::v2)?;
    shown(turn, id)
}

fn change(sent: &Map<String, Value>) -> Result<Change, Trouble> {
    let text = |name: &str| sent.get(name).and_then(Value::as_str);
    let version = sent.get("version");
    let number = version.and_then(|version| version.get("number")).and_then(Value::as_u64);
    Ok(Change {
        title: text("title").map(str::to_owned),
        body: sent_body(sent)?,
        status: text("status").and_then(Status::parse),
        parent: text("parentId").and_then(|id| id.parse().ok()),
        message: version
            .and_then(|v| v.get("message"))
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        minor: false,
        number: number.ok_or_else(|| Trouble::invalid("'version.number' is required"))?,
    })
}

/// `PUT /pages/{id}/title`: the one change that needs no version number.
pub(crate) fn retitle(turn: &mut Turn<'_>) -> Answer {
    let sent = object(turn)?;
    let title = sent.get("title").and_then(Value::as_str);
    let title = title.ok_or_else(|| Trouble::invalid("'title' is required").v2())?.to_owned();
    let id = of_kind(turn, Kind::Page)?;
    let number = Eyes::of(turn).content(&id).map_err(Trouble::v2)?.latest.number + 1;
    let change = Change { title: Some(title), number, ..Change::default() };
    let id = edit::update(turn, &id, change).map_err(Trouble::v2)?;
    shown(turn, id)
}

/// `DELETE /pages/{id}`
pub(crate) fn remove(turn: &mut Turn<'_>) -> Answer {
    remove_of(turn, Kind::Page)
}

/// `DELETE /blogposts/{id}`
pub(crate) fn remove_post(turn: &mut Turn<'_>) -> Answer {
    remove_of(turn, Kind::Blog)
}

fn remove_of(turn: &mut Turn<'_>, kind: Kind) -> Answer {
    let id = of_kind(turn, kind)?;
    let purge = turn.ask.query_flag("purge", false) || turn.ask.query_flag("draft", false);
    edit::remove(turn, &id, purge).map_err(Trouble::v2)?;
    Ok(Reply::no_content())
}

/// The id of the route, once it is sure that it names something visible of this kind.
fn of_kind(turn: &Turn<'_>, kind: Kind) -> Result<String, Reply> {
    let text = id(turn)?;
    let any = [Status::Current, Status::Draft, Status::Archived, Status::Trashed];
    let content = Eyes::of(turn).content_in(text, &any).ok().filter(|content| content.kind == kind);
    content.map(|_| text.to_owned()).ok_or_else(|| Trouble::NoContent(text.to_owned()).v2())
}

fn shown(turn: &Turn<'_>, id: u64) -> Answer {
    let content = Eyes::of(turn).state.content(id).ok_or_else(|| Trouble::NoContent(id.to_string()).v2())?;
    Ok(whole(turn, render::page(turn, content, &content.latest, Some("storage"))))
}
