use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A short text in a record: bounded, and without anything that looks like a credential.
///
/// There is no way from a [`types::Secret`] to a text but through [`types::Secret::open`], whose callers are listed.
/// Should a caller write a token where a path belongs, it is taken out here ([`Text::from`] a `String`, or
/// [`Text::untrusted`]): ours by their prefixes (`tgs_`, `tga_`, `tgo_`, `tgk_`), Atlassian's by theirs (`ATATT`, `ATSTT`, `ATCTT`).
#[derive(Clone)]
pub struct Text(Form);

#[derive(Clone)]
enum Form {
    Fixed(&'static str),
    Shared(Arc<str>),
    Owned(Box<str>),
}

/// Beyond this a text is cut, in bytes.
const LONGEST: usize = 512;
/// The same for what an operator changed, where a manifest's summary may stand.
const LONGEST_CHANGE: usize = 4096;
/// What shows that a text was cut.
const CUT: &str = "…";

/// What credentials begin with.
const PREFIXES: [&str; 7] = ["tgs_", "tga_", "tgo_", "tgk_", "ATATT", "ATSTT", "ATCTT"];
/// A prefix followed by fewer credential characters than this is a word or a hint, not a credential.
const SHORTEST_CREDENTIAL: usize = 20;

impl Text {
    /// A text written in this program.
    #[must_use]
    pub const fn fixed(text: &'static str) -> Self {
        Self(Form::Fixed(text))
    }

    /// A text from outside: cut, cleaned, copied.
    #[must_use]
    pub fn untrusted(text: &str) -> Self {
        Self(Form::Owned(clean(cut(text, LONGEST).into()).into()))
    }

    /// As [`Text::untrusted`], with room for the description of a change (4 KiB).
    #[must_use]
    pub fn long(text: &str) -> Self {
        Self(Form::Owned(clean(cut(text, LONGEST_CHANGE).into()).into()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Form::Fixed(text) => text,
            Form::Shared(text) => text,
            Form::Owned(text) => text,
        }
    }
}

/// A text written in this program.
impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self::fixed(text)
    }
}

/// A text from outside, cut and cleaned.
impl From<String> for Text {
    fn from(text: String) -> Self {
        if text.len() > LONGEST { Self::untrusted(&text) } else { Self(Form::Owned(clean(text).into())) }
    }
}

/// A text compiled from configuration, such as a rule's name: shared as it is.
impl From<Arc<str>> for Text {
    fn from(text: Arc<str>) -> Self {
        Self(Form::Shared(text))
    }
}

fn cut(text: &str, longest: usize) -> std::borrow::Cow<'_, str> {
    if text.len() <= longest {
        return text.into();
    }
    let end = text.floor_char_boundary(longest - CUT.len());
    let (kept, _) = text.split_at_checked(end).unwrap_or((text, ""));
    format!("{kept}{CUT}").into()
}

/// Takes credentials out. Texts without one, all but none, are only looked at.
fn clean(text: String) -> String {
    let Some((at, end)) = credential(&text, 0) else { return text };
    let mut cleaned = String::with_capacity(text.len());
    let (mut from, mut found) = (0, Some((at, end)));
    while let Some((at, end)) = found {
        cleaned.push_str(text.get(from..at).unwrap_or_default());
        cleaned.push_str("[secret]");
        from = end;
        found = credential(&text, end);
    }
    cleaned.push_str(text.get(from..).unwrap_or_default());
    cleaned
}

/// The next thing at or behind `from` that looks like a credential.
fn credential(text: &str, from: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(rest) = bytes.get(at..) {
        at += rest.iter().position(|b| *b == b't' || *b == b'A')?;
        let rest = bytes.get(at..)?;
        if let Some(prefix) = PREFIXES.iter().find(|prefix| rest.starts_with(prefix.as_bytes())) {
            let tail = rest.iter().skip(prefix.len());
            let length = tail.take_while(|b| b.is_ascii_alphanumeric() || b"-_=".contains(b)).count();
            if length >= SHORTEST_CREDENTIAL {
                return Some((at, at + prefix.len() + length));
            }
        }
        at += 1;
    }
    None
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Reads a text back as it was written.
impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Form::Owned(text.into())))
    }
}

#[cfg(test)]
mod tests;
