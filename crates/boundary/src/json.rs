//! JSON as it was written: strict to read, exact to write.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
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
        Reader { left: limits::VALUES }.value(raw, limits::DEPTH)
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

/// Reads level by level: each value is first taken as a text, and opened if it is an object or a list. That reads every
/// text once per level, and gives scalars as they were written, which no visitor could.
struct Reader {
    left: usize,
}

impl Reader {
    fn value<'j>(&mut self, raw: &'j RawValue, depth: usize) -> Result<Json<'j>, NotStrict> {
        self.left = self.left.checked_sub(1).ok_or(NotStrict::TooMany)?;
        let text = raw.get();
        match text.as_bytes().first() {
            Some(b'{') => {
                let Pairs(pairs) = serde_json::from_str(text).map_err(|_| NotStrict::Syntax)?;
                let depth = depth.checked_sub(1).ok_or(NotStrict::TooDeep)?;
                if has_twice(&pairs) {
                    return Err(NotStrict::Twice);
                }
                let member = |(name, raw)| Ok(Member { name, value: self.value(raw, depth)? });
                pairs.into_iter().map(member).collect::<Result<_, _>>().map(Json::Object)
            }
            Some(b'[') => {
                let Items(items) = serde_json::from_str(text).map_err(|_| NotStrict::Syntax)?;
                let depth = depth.checked_sub(1).ok_or(NotStrict::TooDeep)?;
                items.into_iter().map(|raw| self.value(raw, depth)).collect::<Result<_, _>>().map(Json::List)
            }
            _ => Ok(Json::Scalar(Cow::Borrowed(text))),
        }
    }
}

fn has_twice(pairs: &[(Cow<'_, str>, &RawValue)]) -> bool {
    if pairs.len() < 9 {
        return pairs
            .iter()
            .enumerate()
            .any(|(at, (name, _))| pairs.iter().take(at).any(|(earlier, _)| earlier == name));
    }
    let mut seen = HashSet::with_capacity(pairs.len());
    !pairs.iter().all(|(name, _)| seen.insert(&**name))
}

/// The members of an object, values unread.
struct Pairs<'j>(Vec<(Cow<'j, str>, &'j RawValue)>);

/// A name that is borrowed where it has no escapes.
struct Borrowable<'j>(Cow<'j, str>);

impl<'de> Deserialize<'de> for Borrowable<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;
        impl<'de> Visitor<'de> for Texts {
            type Value = Borrowable<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Borrowable(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Borrowable(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Texts)
    }
}

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Objects;
        impl<'de> Visitor<'de> for Objects {
            type Value = Pairs<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some((Borrowable(name), raw)) =
                    map.next_entry::<Borrowable<'de>, &'de RawValue>()?
                {
                    pairs.push((name, raw));
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Objects)
    }
}

/// The elements of a list, unread.
struct Items<'j>(Vec<&'j RawValue>);

impl<'de> Deserialize<'de> for Items<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Lists;
        impl<'de> Visitor<'de> for Lists {
            type Value = Items<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while let Some(raw) = seq.next_element::<&'de RawValue>()? {
                    items.push(raw);
                }
                Ok(Items(items))
            }
        }
        deserializer.deserialize_seq(Lists)
    }
}

#[cfg(test)]
mod tests;
