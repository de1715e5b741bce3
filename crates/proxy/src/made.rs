//! What a call has made, as its answer says.

use std::fmt;

use catalogue::{Kind, Operation, Place};
use serde::Deserializer as _;
use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use types::IssueKey;

/// How much of an answer is looked at, in bytes. Jira's answer to `createIssue` has two hundred; that of the service desk
/// says the key in the first hundred of some thousand.
const FURTHEST: usize = 16 * 1024;

/// How many pieces of an answer are looked at: each is read anew with those before it.
const MOST_PIECES: u8 = 32;

/// Looks for the key of a new issue in an answer that passes.
///
/// The request that makes an issue cannot name it; the catalogue says which operations answer with the key, and under
/// which name. Nothing waits for this, and no more than [`FURTHEST`] bytes are kept.
#[derive(Debug)]
pub(crate) struct Look {
    member: Box<str>,
    seen: Vec<u8>,
    pieces: u8,
    found: Option<IssueKey>,
}

impl Look {
    /// For operations whose answer names an issue.
    pub(crate) fn at_answer_of(operation: &Operation) -> Option<Box<Self>> {
        let mut names = operation.names().iter();
        let naming = names.find(|naming| naming.place == Place::Answer && naming.kind == Kind::Issue)?;
        Some(Box::new(Self { member: naming.parameter.clone(), seen: Vec::new(), pieces: 0, found: None }))
    }

    /// The next piece of the answer, as the client gets it.
    pub(crate) fn at(&mut self, piece: &[u8]) {
        let room = FURTHEST.saturating_sub(self.seen.len());
        if self.found.is_some() || room == 0 || self.pieces == MOST_PIECES {
            return;
        }
        self.pieces += 1;
        self.seen.extend_from_slice(piece.get(..room).unwrap_or(piece));
        self.found = member(&self.seen, &self.member);
    }

    /// The issue, if the answer has named it so far.
    pub(crate) const fn found(&self) -> Option<&IssueKey> {
        self.found.as_ref()
    }
}

/// The member `name` of the object that `json` begins with, if it has come and is an issue's key.
fn member(json: &[u8], name: &str) -> Option<IssueKey> {
    let mut value = None;
    // Ends with an error either way: where the member is found, or where what there is so far ends.
    let _ended =
        serde_json::Deserializer::from_slice(json).deserialize_map(Member { name, value: &mut value });
    value?.parse().ok()
}

/// Reads an object up to one of its members.
struct Member<'a> {
    name: &'a str,
    value: &'a mut Option<String>,
}

impl<'de> Visitor<'de> for Member<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some(name) = object.next_key::<String>()? {
            if name == self.name {
                if let Value::String(text) = object.next_value()? {
                    *self.value = Some(text);
                }
                return Err(A::Error::custom("found"));
            }
            object.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
