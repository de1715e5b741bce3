//! `multipart/form-data` bodies, read whole: RFC 7578, as far as uploads use it.

use bytes::Bytes;

use crate::ask::Ask;
use crate::reply::Reply;

/// How many parts are read.
const PARTS_MAX: usize = 100;

/// One part.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) filename: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Bytes,
}

/// The parts of a request, or a 400.
pub(crate) fn parts(ask: &Ask) -> Result<Vec<Part>, Reply> {
    let refuse = || Reply::bad("The request is not a readable multipart/form-data upload.");
    let boundary = ask.header("content-type").and_then(boundary).ok_or_else(refuse)?;
    let delimiter = format!("--{boundary}");
    let mut rest = after(&ask.body, delimiter.as_bytes()).ok_or_else(refuse)?;
    let mut parts = Vec::new();
    while let Some(inner) = rest.strip_prefix(b"\r\n") {
        let end = find(inner, format!("\r\n{delimiter}").as_bytes()).ok_or_else(refuse)?;
        let (part, tail) = inner.split_at(end);
        parts.push(one(&ask.body, part).ok_or_else(refuse)?);
        rest = tail.get(delimiter.len() + 2..).unwrap_or_default();
        if parts.len() > PARTS_MAX {
            return Err(refuse());
        }
    }
    Ok(parts)
}

fn boundary(content_type: &str) -> Option<String> {
    let mut words = content_type.split(';').map(str::trim);
    words.next().filter(|kind| kind.eq_ignore_ascii_case("multipart/form-data"))?;
    words.find_map(|word| word.strip_prefix("boundary=")).map(|value| value.trim_matches('"').to_owned())
}

fn one(whole: &Bytes, part: &[u8]) -> Option<Part> {
    let end = find(part, b"\r\n\r\n")?;
    let (head, body) = (part.get(..end)?, part.get(end + 4..)?);
    let head = String::from_utf8_lossy(head);
    let header = |wanted: &str| {
        let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
        lines.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim().to_owned())
    };
    let disposition = header("content-disposition")?;
    Some(Part {
        name: parameter(&disposition, "name")?,
        filename: parameter(&disposition, "filename*").or_else(|| parameter(&disposition, "filename")),
        content_type: header("content-type"),
        body: whole.slice_ref(body),
    })
}

/// A parameter of a Content-Disposition; `filename*=utf-8''x` is decoded.
fn parameter(disposition: &str, wanted: &str) -> Option<String> {
    let mut words = disposition.split(';').map(str::trim).filter_map(|word| word.split_once('='));
    let value = words.find(|(name, _)| name.eq_ignore_ascii_case(wanted))?.1.trim_matches('"');
    match value.split_once("''").filter(|_| wanted.ends_with('*')) {
        Some((_, encoded)) => Some(crate::ask::decode(encoded)),
        None => Some(value.to_owned()),
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let (first, _) = needle.split_first()?;
    let mut from = 0;
    while let Some(at) = haystack.get(from..)?.iter().position(|byte| byte == first) {
        if haystack.get(from + at..)?.starts_with(needle) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

fn after<'a>(haystack: &'a [u8], needle: &[u8]) -> Option<&'a [u8]> {
    haystack.get(find(haystack, needle)? + needle.len()..)
}
