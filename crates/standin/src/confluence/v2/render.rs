//! How version 2 shows things.

use http::StatusCode;
use serde_json::{Value, json};

use crate::confluence::home;
use crate::confluence::model::{Content, Kind, Space, Status, Version};
use crate::confluence::trouble::{self, Trouble};
use crate::confluence::v1::render::set;
use crate::reply::Reply;
use crate::turn::Turn;
use crate::world::clock::iso_time;

/// The id of the route, which has to be a number.
pub(crate) fn id<'a>(turn: &'a Turn<'_>) -> Result<&'a str, Reply> {
    let text = turn.capture("id");
    let number = text.strip_prefix("att").unwrap_or(text);
    match number.parse::<u64>() {
        Ok(_) => Ok(text),
        Err(_) => {
            let title =
                format!("Provided value {{{text}}} for 'id' is not the correct type. Expected type is long");
            Err(trouble::v2(StatusCode::BAD_REQUEST, "INVALID_REQUEST_PARAMETER", &title, "".into()))
        }
    }
}

/// The representation asked for with `body-format`.
pub(crate) fn body_format<'a>(turn: &'a Turn<'_>) -> Result<Option<&'a str>, Reply> {
    match turn.ask.query("body-format") {
        None | Some("none") => Ok(None),
        Some(
            name @ ("storage"
            | "atlas_doc_format"
            | "view"
            | "export_view"
            | "anonymous_export_view"
            | "styled_view"
            | "editor"),
        ) => Ok(Some(name)),
        Some(name) => {
            Err(Trouble::Invalid(format!("Provided value {{{name}}} for 'body-format' is not allowed")).v2())
        }
    }
}

/// A space.
pub(crate) fn space(space: &Space) -> Value {
    json!({
        "id": space.id.to_string(), "key": space.key, "name": space.name, "type": "global", "status": "current",
        "authorId": space.author, "createdAt": iso_time(space.created), "homepageId": space.homepage.to_string(),
        "spaceOwnerId": space.author, "currentActiveAlias": space.key, "description": null, "icon": null,
        "_links": {"webui": format!("/spaces/{}", space.key)},
    })
}

/// A version.
pub(crate) fn version(version: &Version) -> Value {
    json!({
        "number": version.number, "message": version.message, "minorEdit": version.minor, "authorId": version.by,
        "createdAt": iso_time(version.at),
    })
}

fn body(version: &Version, format: Option<&str>) -> Value {
    let shown = format.and_then(|format| Some((format, version.body.shown(format)?)));
    match shown {
        Some((format, value)) => json!({format: {"representation": format, "value": value}}),
        None => json!({}),
    }
}

/// A page or a blog post, at one of its versions.
pub(crate) fn page(turn: &Turn<'_>, content: &Content, at: &Version, format: Option<&str>) -> Value {
    let state = &turn.site().confluence;
    let key = state.space(content.space).map_or("", |space| space.key.as_str());
    let title = url::form_urlencoded::byte_serialize(at.title.as_bytes()).collect::<String>();
    let place = if content.kind == Kind::Page { "pages" } else { "blog" };
    let status = if at.number == content.latest.number { content.status.as_str() } else { "historical" };
    let mut shown = json!({
        "id": content.id.to_string(), "status": status, "title": at.title, "spaceId": content.space.to_string(),
        "authorId": content.author, "createdAt": iso_time(content.created), "version": version(at),
        "body": body(at, format),
        "_links": {
            "webui": format!("/spaces/{key}/{place}/{}/{title}", content.id),
            "editui": format!("/pages/resumedraft.action?draftId={}", content.id),
            "tinyui": format!("/x/{}", content.id),
        },
    });
    if content.kind == Kind::Page {
        let parent = content.parent.map(|id| id.to_string());
        set(&mut shown, "parentType", if parent.is_some() { "page".into() } else { Value::Null });
        set(&mut shown, "parentId", parent.map_or(Value::Null, Value::from));
        set(&mut shown, "position", (content.id % 1000).into());
        set(&mut shown, "ownerId", content.author.as_ref().into());
        set(&mut shown, "lastOwnerId", Value::Null);
    }
    shown
}

/// A comment.
pub(crate) fn comment(content: &Content, format: Option<&str>, home_of: &Content) -> Value {
    let name = if home_of.kind == Kind::Blog { "blogPostId" } else { "pageId" };
    let mut shown = json!({
        "id": content.id.to_string(), "status": content.status.as_str(), "title": content.title(),
        "version": version(&content.latest), "body": body(&content.latest, format),
        "_links": {"webui": format!("/spaces/pages/{}?focusedCommentId={}", home_of.id, content.id)},
    });
    set(&mut shown, name, home_of.id.to_string().into());
    if let Some(parent) = content.parent {
        set(&mut shown, "parentCommentId", parent.to_string().into());
    }
    shown
}

/// An attachment.
pub(crate) fn attachment(content: &Content) -> Value {
    let page = content.container.unwrap_or_default();
    let name = url::form_urlencoded::byte_serialize(content.title().as_bytes()).collect::<String>();
    let number = content.latest.number;
    let download = format!("/download/attachments/{page}/{name}?version={number}&api=v2");
    let webui = format!("/pages/viewpageattachments.action?pageId={page}&preview={}", content.public_id());
    let file = content.file.as_ref();
    json!({
        "id": content.public_id(), "status": content.status.as_str(), "title": content.title(),
        "createdAt": iso_time(content.created), "pageId": page.to_string(),
        "mediaType": file.map_or("application/octet-stream", |file| file.media_type.as_str()),
        "mediaTypeDescription": "File", "comment": content.latest.message,
        "fileId": format!("00000000-0000-4000-8000-{:012}", content.id),
        "fileSize": file.map_or(0, |file| file.bytes.len()),
        "webuiLink": webui, "downloadLink": download, "version": version(&content.latest),
        "_links": {"webui": webui, "download": download},
    })
}

/// A child of a page.
pub(crate) fn child(content: &Content) -> Value {
    json!({
        "id": content.id.to_string(), "status": content.status.as_str(), "title": content.title(),
        "spaceId": content.space.to_string(), "childPosition": content.id % 1000,
    })
}

/// One thing, with the link a whole answer carries.
pub(crate) fn whole(turn: &Turn<'_>, mut shown: Value) -> Reply {
    if let Some(links) = shown.get_mut("_links") {
        set(links, "base", home(turn).into());
    }
    Reply::json(shown)
}

/// The states asked for with `status`, or `default`.
pub(crate) fn statuses(turn: &Turn<'_>, default: &[Status]) -> Vec<Status> {
    let asked: Vec<_> = turn.ask.query_list("status").into_iter().filter_map(Status::parse).collect();
    if asked.is_empty() { default.to_vec() } else { asked }
}
