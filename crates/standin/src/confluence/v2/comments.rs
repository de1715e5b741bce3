//! Footer comments. Inline comments exist as a list, always empty.

use http::StatusCode;
use serde_json::Value;

use crate::confluence::access::Eyes;
use crate::confluence::edit::{self, Change, New};
use crate::confluence::model::{Content, Kind, Status};
use crate::confluence::trouble::Trouble;
use crate::confluence::v2::pages::{object, sent_body};
use crate::confluence::v2::paging::page;
use crate::confluence::v2::render::{body_format, comment, id, whole};
use crate::reply::{Answer, Reply};
use crate::turn::Turn;

fn send(turn: &Turn<'_>, found: &[&Content]) -> Answer {
    let (state, format) = (Eyes::of(turn).state, body_format(turn)?);
    page(turn, found, |content| {
        let place = content.container.and_then(|id| state.content(id)).unwrap_or(content);
        comment(content, format, place)
    })
}

/// `GET /pages/{id}/footer-comments` and `/blogposts/{id}/footer-comments`: those that answer no other comment.
pub(crate) fn of_page(turn: &mut Turn<'_>) -> Answer {
    let eyes = Eyes::of(turn);
    let above = eyes.content(id(turn)?).map_err(Trouble::v2)?.id;
    let found: Vec<_> =
        eyes.state.below(above, Kind::Comment).filter(|found| found.parent.is_none()).collect();
    send(turn, &found)
}

/// `GET /pages/{id}/inline-comments`
pub(crate) fn inline(turn: &mut Turn<'_>) -> Answer {
    Eyes::of(turn).content(id(turn)?).map_err(Trouble::v2)?;
    send(turn, &[])
}

/// `GET /footer-comments`
pub(crate) fn list(turn: &mut Turn<'_>) -> Answer {
    let all = Eyes::of(turn).contents();
    let found: Vec<_> =
        all.filter(|found| found.kind == Kind::Comment && found.status == Status::Current).collect();
    send(turn, &found)
}

fn the_comment<'a>(turn: &'a Turn<'_>) -> Result<&'a Content, Reply> {
    let text = id(turn)?;
    let found = Eyes::of(turn).content(text).ok().filter(|content| content.kind == Kind::Comment);
    found.ok_or_else(|| Trouble::NoContent(text.to_owned()).v2())
}

/// `GET /footer-comments/{id}`
pub(crate) fn one(turn: &mut Turn<'_>) -> Answer {
    let (found, format) = (the_comment(turn)?, body_format(turn)?);
    let place = found.container.and_then(|id| Eyes::of(turn).state.content(id)).unwrap_or(found);
    Ok(whole(turn, comment(found, format, place)))
}

/// `GET /footer-comments/{id}/children`
pub(crate) fn replies(turn: &mut Turn<'_>) -> Answer {
    let above = the_comment(turn)?.id;
    let all = Eyes::of(turn).contents();
    let found: Vec<_> =
        all.filter(|found| found.kind == Kind::Comment && found.parent == Some(above)).collect();
    send(turn, &found)
}

/// `POST /footer-comments`
pub(crate) fn create(turn: &mut Turn<'_>) -> Answer {
    let sent = object(turn)?;
    let text = |name: &str| sent.get(name).and_then(Value::as_str);
    let body = sent_body(&sent).map_err(Trouble::v2)?;
    let body = body.ok_or_else(|| Trouble::invalid("'body' is required").v2())?;
    let eyes = Eyes::of(turn);
    let named = text("pageId").or_else(|| text("blogPostId"));
    let parent = text("parentCommentId").map(|id| eyes.content(id)).transpose().map_err(Trouble::v2)?;
    let place = match (named, parent) {
        (Some(id), _) => eyes.content(id).map_err(Trouble::v2)?,
        (None, Some(parent)) => parent.container.and_then(|id| eyes.state.content(id)).unwrap_or(parent),
        (None, None) => {
            return Err(Trouble::invalid("'pageId', 'blogPostId' or 'parentCommentId' is required").v2());
        }
    };
    let new = New {
        kind: Kind::Comment,
        status: Status::Current,
        space: place.space,
        parent: parent.map(|comment| comment.id),
        container: Some(place.id),
        title: format!("Re: {}", place.title()),
        body,
        file: None,
    };
    let id = edit::create(turn, new).map_err(Trouble::v2)?;
    shown(turn, id, StatusCode::CREATED)
}

/// `PUT /footer-comments/{id}`
pub(crate) fn update(turn: &mut Turn<'_>) -> Answer {
    let sent = object(turn)?;
    let found = the_comment(turn)?.public_id();
    let number = sent.get("version").and_then(|version| version.get("number")).and_then(Value::as_u64);
    let change = Change {
        body: sent_body(&sent).map_err(Trouble::v2)?,
        number: number.ok_or_else(|| Trouble::invalid("'version.number' is required").v2())?,
        ..Change::default()
    };
    let id = edit::update(turn, &found, change).map_err(Trouble::v2)?;
    shown(turn, id, StatusCode::OK)
}

/// `DELETE /footer-comments/{id}`
pub(crate) fn remove(turn: &mut Turn<'_>) -> Answer {
    let found = the_comment(turn)?.public_id();
    edit::remove(turn, &found, false).map_err(Trouble::v2)?;
    Ok(Reply::no_content())
}

fn shown(turn: &Turn<'_>, id: u64, status: StatusCode) -> Answer {
    let state = Eyes::of(turn).state;
    let found = state.content(id).ok_or_else(|| Trouble::NoContent(id.to_string()).v2())?;
    let place = found.container.and_then(|id| state.content(id)).unwrap_or(found);
    let shown = comment(found, Some("storage"), place);
    if status == StatusCode::OK {
        return Ok(Reply::json(shown));
    }
    let mut reply = whole(turn, shown);
    reply.status = status;
    Ok(reply)
}
