//! Attachments: read and removed here, version 1 uploads them.

use crate::confluence::access::Eyes;
use crate::confluence::edit;
use crate::confluence::model::{Kind, Status};
use crate::confluence::trouble::Trouble;
use crate::confluence::v2::paging::page;
use crate::confluence::v2::render::{attachment, id, whole};
use crate::reply::{Answer, Reply};
use crate::turn::Turn;

/// `GET /pages/{id}/attachments`
pub(crate) fn of_page(turn: &mut Turn<'_>) -> Answer {
    let eyes = Eyes::of(turn);
    let above = eyes.content(id(turn)?).map_err(Trouble::v2)?.id;
    let name = turn.ask.query("filename");
    let files = eyes.state.below(above, Kind::Attachment);
    let found: Vec<_> = files.filter(|file| name.is_none_or(|name| file.title() == name)).collect();
    page(turn, &found, |file| attachment(file))
}

/// `GET /attachments`
pub(crate) fn list(turn: &mut Turn<'_>) -> Answer {
    let all = Eyes::of(turn).contents();
    let found: Vec<_> =
        all.filter(|file| file.kind == Kind::Attachment && file.status == Status::Current).collect();
    page(turn, &found, |file| attachment(file))
}

/// `GET /attachments/{id}`
pub(crate) fn one(turn: &mut Turn<'_>) -> Answer {
    let text = id(turn)?;
    let file = Eyes::of(turn).content(text).ok().filter(|content| content.kind == Kind::Attachment);
    let file = file.ok_or_else(|| Trouble::NoContent(text.to_owned()).v2())?;
    Ok(whole(turn, attachment(file)))
}

/// `DELETE /attachments/{id}`
pub(crate) fn remove(turn: &mut Turn<'_>) -> Answer {
    let text = id(turn)?.to_owned();
    let any = [Status::Current, Status::Trashed];
    let file = Eyes::of(turn).content_in(&text, &any).ok().filter(|content| content.kind == Kind::Attachment);
    if file.is_none() {
        return Err(Trouble::NoContent(text).v2());
    }
    edit::remove(turn, &text, turn.ask.query_flag("purge", false)).map_err(Trouble::v2)?;
    Ok(Reply::no_content())
}
