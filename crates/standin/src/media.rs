//! The media host, to which attachment content redirects. The link itself is the secret, and a credential sent along
//! is refused: a client or gateway that forwards Authorization off host is caught here.

use http::header::{CONTENT_RANGE, HeaderValue};
use http::{Method, StatusCode};

use crate::ask::Ask;
use crate::jira::model::Attachment;
use crate::reply::Reply;
use crate::world::World;

/// Where the content of an attachment is served.
pub(crate) fn link(world: &World, site: &str, attachment: &Attachment) -> String {
    let (id, token) = (attachment.id, &attachment.media_token);
    format!("{}/media/{site}/file/{id}/binary?token={token}", world.media_origin)
}

/// Answers `/media/{site}/file/{id}/binary?token=...`.
pub(crate) fn answer(world: &World, ask: &Ask) -> Reply {
    if ask.headers.contains_key(http::header::AUTHORIZATION) {
        return Reply::html(StatusCode::BAD_REQUEST).header("standin-leak", "authorization");
    }
    let mut words = ask.path.split('/').skip(2);
    let site = words.next().and_then(|name| world.cloud_sites().find(|(_, site)| site.name == name));
    let id = words.nth(1).and_then(|id| id.parse::<u64>().ok());
    let found = site.zip(id).and_then(|((_, site), id)| site.jira.attachments.get(&id));
    match found.filter(|found| ask.query("token") == Some(&found.media_token)) {
        Some(found) if ask.method.is_safe() || ask.method == Method::HEAD => content(found, ask),
        Some(_) => Reply::html(StatusCode::METHOD_NOT_ALLOWED),
        None => Reply::html(StatusCode::FORBIDDEN),
    }
}

/// The content of an attachment, or the range of it that was asked for.
pub(crate) fn content(attachment: &Attachment, ask: &Ask) -> Reply {
    let kind = HeaderValue::from_str(&attachment.content_type);
    let kind = kind.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let disposition = format!("attachment; filename=\"{}\"", attachment.filename.replace('"', ""));
    let whole = attachment.content.len();
    let reply = match ask.header("range").and_then(|range| span(range, whole)) {
        None => Reply::bytes(StatusCode::OK, kind, attachment.content.clone()),
        Some(Some((start, end))) => {
            let mut reply =
                Reply::bytes(StatusCode::PARTIAL_CONTENT, kind, attachment.content.slice(start..end));
            if let Ok(value) = HeaderValue::from_str(&format!("bytes {start}-{}/{whole}", end - 1)) {
                reply.headers.insert(CONTENT_RANGE, value);
            }
            reply
        }
        Some(None) => {
            let reply = Reply::bytes(StatusCode::RANGE_NOT_SATISFIABLE, kind, "");
            reply.header("content-range", &format!("bytes */{whole}"))
        }
    };
    reply.header("accept-ranges", "bytes").header("content-disposition", &disposition)
}

/// The one range of a Range header as start and end (exclusive): `None` for a header that is to be ignored,
/// `Some(None)` for one that cannot be satisfied. RFC 9110 section 14.
fn span(header: &str, whole: usize) -> Option<Option<(usize, usize)>> {
    let (first, last) = header.strip_prefix("bytes=")?.split_once('-')?;
    if first.is_empty() {
        let suffix: usize = last.parse().ok()?;
        return Some((suffix > 0 && whole > 0).then(|| (whole.saturating_sub(suffix), whole)));
    }
    let start: usize = first.parse().ok()?;
    let end = if last.is_empty() { whole } else { last.parse::<usize>().ok()?.saturating_add(1).min(whole) };
    Some((start < whole && start < end).then_some((start, end)))
}
