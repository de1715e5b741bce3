use ::boundary::{Part, limits, parts};
use http::header;
use policy::{Bounds, Objection};
use types::{Code, Refusal};

use super::refuse;
use crate::Message;
use crate::upload::Payload;

/// What a part is that does not say it.
const UNSAID: &str = "application/octet-stream";

/// Checks the files of an upload: what they say they are, and how large they are.
pub(super) fn check(bounds: &Bounds, message: &Message) -> Result<(), Refusal> {
    let Payload::Whole(body) = &message.payload else {
        let detail = format!(
            "It is longer than {} bytes, and the client's attachments are looked into.",
            limits::BODY_BYTES
        );
        return Err(Refusal::new(Code::BodyTooLarge, detail));
    };
    let kind =
        message.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let parts = if kind.to_ascii_lowercase().starts_with("multipart/") {
        parts(kind, body)
            .ok_or_else(|| Refusal::new(Code::MalformedRequest, "Its files cannot be told apart."))?
    } else {
        // A picture, say: the body is the file.
        let bytes = u64::try_from(body.len()).unwrap_or(u64::MAX);
        vec![Part { media: Some(kind.split(';').next().unwrap_or_default().trim().into()), bytes }]
    };
    let rules = bounds.terms().attachments();
    for part in parts {
        let media = part.media.as_deref().unwrap_or(UNSAID);
        if !rules.allows_type(media) {
            return Err(refuse(bounds, Objection::AttachmentType(media)));
        }
        if !rules.allows_size(part.bytes) {
            return Err(refuse(bounds, Objection::AttachmentSize(part.bytes)));
        }
    }
    Ok(())
}
