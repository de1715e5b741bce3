//! JSON as it was written: strict to read, exact to write.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde_json::value::RawValue;

use crate::limits;

/// A JSON value. Scalars are kept as they were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json<'j> {
    /// An object: its members in their order, no name twice.
    Object(Vec<Member<'j>>),
    /// A list.
    List(Vec<Self>),
    /// A text, number, `true`, `false` or `null`, as written.
    Scalar(Cow<'j, str>),
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member<'j> {
    /// Its name, escapes undone.
    pub name: Cow<'j, str>,
    /// Its value.
    pub value: Json<'j>,
}

/// Why a text is not taken for JSON here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotStrict {
    /// It is no JSON.
    #[error("it is not JSON")]
    Syntax,
    /// A member is given twice in one object: readers differ about which of them counts.
    #[error("a member is given twice in one object of its JSON")]
    Twice,
    /// It is nested deeper than [`limits::DEPTH`].
    #[error("its JSON is nested deeper than {} levels", limits::DEPTH)]
    TooDeep,
    /// It has more than [`limits::VALUES`] values.
    #[error("its JSON has more than {} values", limits::VALUES)]
    TooMany,
}

impl<'j> Json<'j> {
    /// Reads a text.
    ///
    /// # Errors
    /// When it is not JSON, or not such that every reader understands the same.
    pub fn parse(text: &'j [u8]) -> Result<Self, NotStrict> {
        let raw: &RawValue = serde_json::from_slice(text).map_err(|_| NotStrict::Syntax)?;
        Reader { text: raw.get(), at: 0, left: limits::VALUES }.value(limits::DEPTH)
    }

    /// A text made here.
    #[must_use]
    pub fn text_of(text: &str) -> Self {
        Self::Scalar(Cow::Owned(serde_json::Value::from(text).to_string()))
    }

    /// A number made here.
    #[must_use]
    pub fn number_of(number: u64) -> Self {
        Self::Scalar(Cow::Owned(number.to_string()))
    }

    /// The member `name`, if this is an object that has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|member| member.name == name).map(|member| &member.value)
    }

    /// The same, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        let Self::Object(members) = self else { return None };
        members.iter_mut().find(|member| member.name == name).map(|member| &mut member.value)
    }

    /// Sets the member `name` of an object; of anything else nothing.
    pub fn set(&mut self, name: &'j str, value: Self) {
        if let Some(there) = self.get_mut(name) {
            *there = value;
        } else if let Self::Object(members) = self {
            members.push(Member { name: Cow::Borrowed(name), value });
        }
    }

    /// The text, escapes undone, if this is one.
    #[must_use]
    pub fn text(&self) -> Option<Cow<'_, str>> {
        let Self::Scalar(raw) = self else { return None };
        let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
        if inner.contains('\\') { serde_json::from_str(raw).ok().map(Cow::Owned) } else { Some(inner.into()) }
    }

    /// The digits of a whole number from 0, or the text: what an id or a key is written as.
    #[must_use]
    pub fn name(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Scalar(raw) if !raw.is_empty() && raw.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(Cow::Borrowed(raw))
            }
            other => other.text(),
        }
    }

    /// The number, if this is a whole one that fits.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        let Self::Scalar(raw) = self else { return None };
        raw.parse().ok()
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Scalar(raw) if raw == "null")
    }

    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(raw) => f.write_str(raw),
            Self::List(items) => {
                f.write_str("[")?;
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        f.write_str(",")?;
                    }
                    item.write(f)?;
                }
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (at, member) in members.iter().enumerate() {
                    if at > 0 {
                        f.write_str(",")?;
                    }
                    write!(f, "{}:", serde_json::Value::from(&*member.name))?;
                    member.value.write(f)?;
                }
                f.write_str("}")
            }
        }
    }
}

/// As JSON, without spaces between values.
impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

/// Walks a text that is known to be JSON, because a library has read it: only where values begin and end is to be found here.
/// That gives scalars as they were written, which no visitor of that library could.
struct Reader<'j> {
    text: &'j str,
    at: usize,
    left: usize,
}

impl<'j> Reader<'j> {
    /// The next value. As deep as `depth`.
    fn value(&mut self, depth: usize) -> Result<Json<'j>, NotStrict> {
        self.left = self.left.checked_sub(1).ok_or(NotStrict::TooMany)?;
        match self.next().ok_or(NotStrict::Syntax)? {
            b'{' => self.object(depth.checked_sub(1).ok_or(NotStrict::TooDeep)?),
            b'[' => self.list(depth.checked_sub(1).ok_or(NotStrict::TooDeep)?),
            b'"' => self.string().map(|raw| Json::Scalar(Cow::Borrowed(raw))),
            _ => {
                let rest = self.text.get(self.at..).unwrap_or_default();
                let end = rest.bytes().position(|byte| matches!(byte, b',' | b']' | b'}') || is_blank(byte));
                self.taken(end.unwrap_or(rest.len())).map(|raw| Json::Scalar(Cow::Borrowed(raw)))
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json<'j>, NotStrict> {
        self.at += 1;
        let mut members: Vec<Member<'j>> = Vec::new();
        loop {
            match self.next().ok_or(NotStrict::Syntax)? {
                b'}' => break,
                b',' => self.at += 1,
                _ => {
                    let raw = self.string()?;
                    let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
                    let name = if inner.contains('\\') {
                        Cow::Owned(serde_json::from_str(raw).map_err(|_| NotStrict::Syntax)?)
                    } else {
                        Cow::Borrowed(inner)
                    };
                    // The colon.
                    self.next();
                    self.at += 1;
                    members.push(Member { name, value: self.value(depth)? });
                }
            }
        }
        self.at += 1;
        if has_twice(&members) { Err(NotStrict::Twice) } else { Ok(Json::Object(members)) }
    }

    fn list(&mut self, depth: usize) -> Result<Json<'j>, NotStrict> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            match self.next().ok_or(NotStrict::Syntax)? {
                b']' => break,
                b',' => self.at += 1,
                _ => items.push(self.value(depth)?),
            }
        }
        self.at += 1;
        Ok(Json::List(items))
    }

    /// The next byte that is not blank, which stays the next one.
    fn next(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).copied().is_some_and(is_blank) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    /// A text with its quotation marks.
    fn string(&mut self) -> Result<&'j str, NotStrict> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let mut end = 1;
        loop {
            let ahead = rest.get(end..).unwrap_or_default();
            let found = memchr::memchr2(b'"', b'\\', ahead).ok_or(NotStrict::Syntax)?;
            end += found + 1;
            if ahead.get(found) == Some(&b'"') {
                return self.taken(end);
            }
            // Whatever is escaped is no end.
            end += 1;
        }
    }

    fn taken(&mut self, length: usize) -> Result<&'j str, NotStrict> {
        let raw = self.text.get(self.at..self.at + length).ok_or(NotStrict::Syntax)?;
        self.at += length;
        Ok(raw)
    }
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn has_twice(members: &[Member<'_>]) -> bool {
    if members.len() < 9 {
        let twice = |(at, member): (usize, &Member<'_>)| {
            members.iter().take(at).any(|earlier| earlier.name == member.name)
        };
        return members.iter().enumerate().any(twice);
    }
    let mut seen = HashSet::with_capacity(members.len());
    !members.iter().all(|member| seen.insert(&*member.name))
}

#[cfg(test)]
mod tests;
