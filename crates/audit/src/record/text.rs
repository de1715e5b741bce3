mod secrets;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A short text in a record: bounded, and without anything that looks like a credential or steers a terminal.
///
/// There is no way from a [`types::Secret`] to a text but through [`types::Secret::open`], whose callers are listed.
/// Should a caller write a token where a path belongs, it is taken out here ([`Text::from`] a `String`, or
/// [`Text::untrusted`]): ours by their prefixes (`tgs_`, `tga_`, `tgo_`, `tgk_`, `tgr_`, `tgc_`, `tgu_`, `tgw_`), Atlassian's by theirs (`ATATT`,
/// `ATSTT`, `ATCTT`), JWTs by their form, also percent-encoded up to three times over and in base64.
///
/// Control characters and those that turn the direction of writing stand as `\u{..}`, so that whoever reads records on a
/// terminal reads what was sent, and the terminal obeys none of it.
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

/// As much as is looked at, in bytes: what lies behind would be cut off in all but the oddest texts.
const LONGEST_LOOKED_AT: usize = 8192;

impl Text {
    /// A text written in this program.
    #[must_use]
    pub const fn fixed(text: &'static str) -> Self {
        Self(Form::Fixed(text))
    }

    /// A text from outside: cleaned, cut, copied.
    #[must_use]
    pub fn untrusted(text: &str) -> Self {
        Self(Form::Owned(tidy(text, LONGEST)))
    }

    /// As [`Text::untrusted`], with room for the description of a change (4 KiB).
    #[must_use]
    pub fn long(text: &str) -> Self {
        Self(Form::Owned(tidy(text, LONGEST_CHANGE)))
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

/// A text from outside, cleaned and cut.
impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::untrusted(&text)
    }
}

/// A text compiled from configuration, such as a rule's name: shared as it is.
impl From<Arc<str>> for Text {
    fn from(text: Arc<str>) -> Self {
        Self(Form::Shared(text))
    }
}

/// Secrets go first, while what there is of them still stands together; a text is cut last.
fn tidy(text: &str, longest: usize) -> Box<str> {
    let looked_at = cut(text, LONGEST_LOOKED_AT);
    let without = secrets::taken_out(&looked_at);
    let harmless = escaped(&without);
    cut(&harmless, longest).into()
}

fn cut(text: &str, longest: usize) -> Cow<'_, str> {
    if text.len() <= longest {
        return text.into();
    }
    let end = text.floor_char_boundary(longest - CUT.len());
    let (kept, _) = text.split_at_checked(end).unwrap_or((text, ""));
    format!("{kept}{CUT}").into()
}

fn escaped(text: &str) -> Cow<'_, str> {
    // Nearly every text is printable ASCII, which takes no decoding to see.
    let printable = text.bytes().fold(true, |so_far, byte| so_far & (0x20..0x7f).contains(&byte));
    if printable || !text.chars().any(steers) {
        return text.into();
    }
    let mut harmless = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        if steers(c) {
            harmless.extend(c.escape_unicode());
        } else {
            harmless.push(c);
        }
    }
    harmless.into()
}

/// Whether a terminal or a viewer does something on reading it: C0 and C1 controls, line and paragraph separators, marks of
/// direction.
fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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
