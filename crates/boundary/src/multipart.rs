//! The parts of an upload (RFC 7578): what each says it is, and how large it is.

use std::borrow::Cow;

use crate::limits;

/// One part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<'m> {
    /// Its media type, if it says one.
    pub media: Option<Cow<'m, str>>,
    /// How large it is, in bytes.
    pub bytes: u64,
}

/// The parts of a body with this `Content-Type`; `None`: it is no upload, or cannot be told apart for certain.
#[must_use]
pub fn parts<'m>(content_type: &str, body: &'m [u8]) -> Option<Vec<Part<'m>>> {
    let delimiter = format!("--{}", boundary(content_type)?);
    let mut rest = body.strip_prefix(delimiter.as_bytes())?;
    let between = format!("\r\n{delimiter}");
    let mut found = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Some(found);
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let (part, after) = split(rest, between.as_bytes())?;
        let (head, content) = split(part, b"\r\n\r\n")?;
        if found.len() == limits::PARTS {
            return None;
        }
        found.push(Part { media: media(head)?, bytes: u64::try_from(content.len()).ok()? });
        rest = after;
    }
}

fn split<'m>(bytes: &'m [u8], at: &[u8]) -> Option<(&'m [u8], &'m [u8])> {
    let start = memchr::memmem::find(bytes, at)?;
    Some((bytes.get(..start)?, bytes.get(start + at.len()..)?))
}

/// The parameter of the media type; given once, and of what RFC 2046 allows.
fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let mut found = None;
    for parameter in parameters.split(';') {
        let (name, value) = parameter.split_once('=')?;
        if name.trim().eq_ignore_ascii_case("boundary") {
            let value = value.trim();
            let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
            if found.replace(value).is_some() {
                return None;
            }
        }
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=?".contains(&byte);
    found.filter(|value| (1..=70).contains(&value.len()) && value.bytes().all(allowed))
}

/// `Some(None)`: it says none. `None`: it says two, or something that is no text.
#[allow(clippy::option_option, reason = "not told and not understood are two things")]
fn media(head: &[u8]) -> Option<Option<Cow<'_, str>>> {
    let head = std::str::from_utf8(head).ok()?;
    let mut found = None;
    for line in head.split("\r\n").filter(|line| !line.is_empty()) {
        // A folded line could hide a header from one reader and not from another.
        if line.starts_with([' ', '\t']) {
            return None;
        }
        let (name, value) = line.split_once(':')?;
        if name.eq_ignore_ascii_case("content-type") && found.replace(Cow::Borrowed(value.trim())).is_some() {
            return None;
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests;
