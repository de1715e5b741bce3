//! JSON read so that nobody can read it otherwise: a member named twice is refused, and so is nesting nobody needs.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The members of a JSON object, each name once.
pub(crate) type Object = Map<String, Value>;

/// How deep arrays and objects may lie within each other. Kubernetes' tokens, the deepest known, need three.
pub(crate) const DEEPEST: usize = 8;

/// The text is no JSON object this crate reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotStrictJson {
    /// Not JSON in UTF-8 (RFC 8259), or something after its end.
    #[error("it is not JSON")]
    Syntax,
    /// A member is named twice, perhaps in different spellings; readers differ over which one counts.
    #[error("a member is named twice")]
    Duplicate,
    /// Arrays and objects lie more than eight deep.
    #[error("it is nested too deeply")]
    Depth,
    /// JSON, but not an object.
    #[error("it is not an object")]
    NotAnObject,
}

/// Reads one object. The caller bounds the length.
pub(crate) fn object(text: &[u8]) -> Result<Object, NotStrictJson> {
    let fault = Cell::new(NotStrictJson::Syntax);
    let mut reader = serde_json::Deserializer::from_slice(text);
    let strict = Strict { left: DEEPEST, fault: &fault };
    let value = strict.deserialize(&mut reader).map_err(|_| fault.get())?;
    reader.end().map_err(|_| NotStrictJson::Syntax)?;
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(NotStrictJson::NotAnObject),
    }
}

/// Reads a value with so many levels left. The fault is kept beside the error, which can only carry text.
#[derive(Clone, Copy)]
struct Strict<'a> {
    left: usize,
    fault: &'a Cell<NotStrictJson>,
}

impl Strict<'_> {
    fn refuse<E: Error>(self, fault: NotStrictJson) -> E {
        self.fault.set(fault);
        E::custom(fault)
    }

    fn inside<E: Error>(self) -> Result<Self, E> {
        let left = self.left.checked_sub(1).ok_or_else(|| self.refuse(NotStrictJson::Depth))?;
        Ok(Self { left, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| self.refuse(NotStrictJson::Syntax))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut list = Vec::new();
        while let Some(element) = elements.next_element_seed(inside)? {
            list.push(element);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut object = Object::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(self.refuse(NotStrictJson::Duplicate));
            }
            let value = members.next_value_seed(inside)?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests;
