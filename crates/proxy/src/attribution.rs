//! Naming the client in Jira's own history, where many clients share one account.
//!
//! Jira keeps what a caller says under `historyMetadata` of an edit or a transition with the entry of the history. The
//! gateway says it, in place of whatever the client has said there: a client that could name another would make the history
//! worth less than none.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, header};
use oauth::Caller;
use policy::Permit;
use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::json;
use serde_json::value::RawValue;
use types::{Code, Refusal, RequestId};

/// The member of the body.
const MEMBER: &str = "historyMetadata";

/// The operations that take it, on every deployment.
const OPERATIONS: [&str; 2] = ["editIssue", "doTransition"];

/// The longest body that is looked into, in bytes. Edits have kilobytes.
pub(crate) const LONGEST: u64 = 1024 * 1024;

/// What the history is to say.
#[derive(Debug)]
pub(crate) struct Attribution(Vec<u8>);

impl Attribution {
    /// What to say of a call; `None` where the manifest does not ask for it or the operation has no place for it.
    pub(crate) fn of(permit: &Permit, caller: &Caller, id: RequestId) -> Option<Self> {
        if !permit.attributes() || !OPERATIONS.contains(&permit.operation().id()) {
            return None;
        }
        let client = permit.client();
        let mut extra = json!({ "owner": permit.owner(), "request": id });
        if let (Some(account), Some(extra)) = (caller.account(), extra.as_object_mut()) {
            extra.insert("user".to_owned(), json!(account));
        }
        let said = json!({
            "type": "ticketgate:client",
            "description": format!("{client}, through ticketgate"),
            "actor": { "id": client, "displayName": client, "type": "ticketgate:client" },
            "generator": { "id": "ticketgate", "displayName": "ticketgate", "type": "ticketgate:gateway" },
            "extraData": extra,
        });
        Some(Self(said.to_string().into_bytes()))
    }

    /// The body with it. Every other member stays as it was written, to the byte.
    ///
    /// # Errors
    /// When the body is not one JSON object: what this gateway cannot read, Jira might, and then it would say what the client
    /// wants.
    pub(crate) fn put(&self, body: &[u8], headers: &HeaderMap) -> Result<Bytes, Refusal> {
        if headers.contains_key(header::CONTENT_ENCODING) {
            return Err(malformed("Its body is packed; send it plain."));
        }
        let mut from = serde_json::Deserializer::from_slice(body);
        let members = from.deserialize_map(Members).and_then(|members| from.end().map(|()| members));
        let members = members.map_err(|_| malformed("Its body is not a JSON object."))?;
        let mut written = Vec::with_capacity(body.len() + self.0.len() + 32);
        written.extend_from_slice(b"{");
        for (name, value) in members.iter().filter(|(name, _)| name != MEMBER) {
            // A name is a text, and a text can be written.
            serde_json::to_writer(&mut written, name).map_err(|_| Code::Internal)?;
            written.extend_from_slice(b":");
            written.extend_from_slice(value.get().as_bytes());
            written.extend_from_slice(b",");
        }
        written.extend_from_slice(b"\"historyMetadata\":");
        written.extend_from_slice(&self.0);
        written.extend_from_slice(b"}");
        Ok(written.into())
    }
}

fn malformed(detail: &'static str) -> Refusal {
    Refusal::new(Code::MalformedRequest, detail)
}

/// The members of an object in their order, values unread.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests;
