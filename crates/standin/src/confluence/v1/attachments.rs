//! `/content/{id}/child/attachment`: uploads, and downloads that lead off the host.

use http::{HeaderValue, StatusCode};
use serde_json::Value;

use crate::confluence::access::Eyes;
use crate::confluence::body::Body;
use crate::confluence::edit::{self, New};
use crate::confluence::model::{Content, File, Kind, Status};
use crate::confluence::trouble::{self, Trouble};
use crate::confluence::v1::content::object;
use crate::confluence::v1::render::View;
use crate::multipart::{self, Part};
use crate::reply::{Answer, Reply};
use crate::turn::Turn;

/// `GET /content/{id}/child/attachment`
pub(crate) fn list(turn: &mut Turn<'_>) -> Answer {
    let view = View::of(turn, "");
    let page = view.eyes.content(turn.capture("id")).map_err(Trouble::v1)?;
    let (name, kind) = (turn.ask.query("filename"), turn.ask.query("mediaType"));
    let of_kind = |file: &Content| {
        file.file.as_ref().is_some_and(|file| kind.is_none_or(|kind| file.media_type == kind))
    };
    let files = view.eyes.state.below(page.id, Kind::Attachment);
    let found: Vec<_> = files
        .filter(|file| name.is_none_or(|name| file.title() == name))
        .filter(|file| of_kind(file))
        .collect();
    Ok(view.list(&found, |file| view.content(file, &file.latest)))
}

/// The files of an upload, and its comment. Only a client that says it is no browser form may upload.
fn upload(turn: &Turn<'_>) -> Result<(Vec<Part>, String), Reply> {
    if !matches!(turn.ask.header("x-atlassian-token"), Some("no-check" | "nocheck")) {
        return Err(trouble::v1(StatusCode::FORBIDDEN, "XSRF check failed", false));
    }
    let parts = multipart::parts(turn.ask)?;
    let comment = parts.iter().find(|part| part.name == "comment");
    let comment = comment.map(|part| String::from_utf8_lossy(&part.body).into_owned()).unwrap_or_default();
    let files: Vec<_> =
        parts.into_iter().filter(|part| part.name == "file" && part.filename.is_some()).collect();
    if files.is_empty() {
        return Err(Trouble::invalid("At least one attachment file must be specified").v1());
    }
    Ok((files, comment))
}

fn file_of(part: Part) -> (String, File) {
    let media_type = part.content_type.unwrap_or_else(|| "application/octet-stream".to_owned());
    (part.filename.unwrap_or_default(), File { media_type, bytes: part.body })
}

/// `POST /content/{id}/child/attachment`: refuses names that the page already has.
pub(crate) fn add(turn: &mut Turn<'_>) -> Answer {
    store(turn, false)
}

/// `PUT /content/{id}/child/attachment`: a name that the page already has becomes a new version.
pub(crate) fn add_or_replace(turn: &mut Turn<'_>) -> Answer {
    store(turn, true)
}

fn store(turn: &mut Turn<'_>, replace: bool) -> Answer {
    let (files, comment) = upload(turn)?;
    let page = Eyes::of(turn)
        .writable(turn.capture("id"), "add attachments to this content")
        .map_err(Trouble::v1)?;
    let (page, space) = (page.id, page.space);
    let mut stored = Vec::new();
    for (name, file) in files.into_iter().map(file_of) {
        let there = Eyes::of(turn)
            .state
            .below(page, Kind::Attachment)
            .find(|file| file.title() == name)
            .map(|f| f.id);
        match there {
            Some(id) if replace => {
                edit::replace_file(turn, id, file, comment.clone()).map_err(Trouble::v1)?;
                stored.push(id);
            }
            Some(_) => {
                let sentence = format!(
                    "Cannot add a new attachment with same file name as an existing attachment: {name}"
                );
                return Err(Trouble::Invalid(sentence).v1());
            }
            None => {
                let new = New {
                    kind: Kind::Attachment,
                    status: Status::Current,
                    space,
                    parent: None,
                    container: Some(page),
                    title: name,
                    body: Body::default(),
                    file: Some(file),
                };
                let id = edit::create(turn, new).map_err(Trouble::v1)?;
                note(turn, id, &comment);
                stored.push(id);
            }
        }
    }
    let view = View::of(turn, "version,container");
    let found: Vec<_> = stored.iter().filter_map(|id| view.eyes.state.content(*id)).collect();
    Ok(view.list(&found, |file| view.content(file, &file.latest)))
}

fn note(turn: &mut Turn<'_>, id: u64, comment: &str) {
    if let Some(content) = turn.site_mut().confluence.content_mut(id) {
        comment.clone_into(&mut content.latest.message);
    }
}

/// `POST /content/{id}/child/attachment/{file}/data`
pub(crate) fn replace(turn: &mut Turn<'_>) -> Answer {
    let (files, comment) = upload(turn)?;
    let id = the_file(turn)?;
    if let Some((_, file)) = files.into_iter().map(file_of).next() {
        edit::replace_file(turn, id, file, comment).map_err(Trouble::v1)?;
    }
    one(turn, id)
}

/// `PUT /content/{id}/child/attachment/{file}`: title and comment.
pub(crate) fn rename(turn: &mut Turn<'_>) -> Answer {
    let sent = object(turn)?;
    let id = the_file(turn)?;
    Eyes::of(turn).writable(&id.to_string(), "update this attachment").map_err(Trouble::v1)?;
    if let Some(content) = turn.site_mut().confluence.content_mut(id) {
        if let Some(title) = sent.get("title").and_then(Value::as_str) {
            title.clone_into(&mut content.latest.title);
        }
        let metadata =
            sent.get("metadata").and_then(|metadata| metadata.get("comment")).and_then(Value::as_str);
        if let Some(comment) = metadata {
            comment.clone_into(&mut content.latest.message);
        }
    }
    turn.mutated("page-attachment-updated", id.to_string());
    one(turn, id)
}

/// The attachment of the route, on the page of the route.
fn the_file(turn: &Turn<'_>) -> Result<u64, Reply> {
    let eyes = Eyes::of(turn);
    let page = eyes.content(turn.capture("id")).map_err(Trouble::v1)?.id;
    let text = turn.capture("file");
    let file =
        eyes.content(text).ok().filter(|file| file.kind == Kind::Attachment && file.container == Some(page));
    file.map(|file| file.id).ok_or_else(|| Trouble::NoContent(text.to_owned()).v1())
}

fn one(turn: &Turn<'_>, id: u64) -> Answer {
    let view = View::of(turn, "version,container");
    let file = view.eyes.state.content(id).ok_or_else(|| Trouble::NoContent(id.to_string()).v1())?;
    Ok(view.whole(view.content(file, &file.latest)))
}

/// `GET /content/{id}/child/attachment/{file}/download`
pub(crate) fn download(turn: &mut Turn<'_>) -> Answer {
    let id = the_file(turn)?;
    let file = Eyes::of(turn).state.content(id).and_then(|file| file.file.as_ref());
    send(file)
}

/// `GET /download/attachments/{page}/{name}`
pub(crate) fn by_name(turn: &mut Turn<'_>) -> Answer {
    let eyes = Eyes::of(turn);
    let (page, name) = (turn.capture("page"), turn.capture("name"));
    let page = eyes.content(page).map_err(Trouble::v1)?.id;
    // Names arrive in links of ours, which write a space as `+`.
    let name = name.replace('+', " ");
    let file = eyes.state.below(page, Kind::Attachment).find(|file| file.title().replace('+', " ") == name);
    send(file.and_then(|file| file.file.as_ref()))
}

fn send(file: Option<&File>) -> Answer {
    let Some(file) = file else { return Err(Reply::html(StatusCode::NOT_FOUND)) };
    let kind = HeaderValue::from_str(&file.media_type);
    let kind = kind.unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"));
    Ok(Reply::bytes(StatusCode::OK, kind, file.bytes.clone()))
}
