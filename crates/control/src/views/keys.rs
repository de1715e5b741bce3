//! Root keys, as operators see them; never a key itself.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The root keys, and how far sealing anew has come.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct KeysView {
    /// The current one first.
    pub keys: Vec<KeyView>,
    /// The public key to which another installation seals grants for this one; another one with each root key.
    pub import_key: String,
    /// How far sealing anew has come.
    pub resealing: Resealing,
    /// Values no key here opens, as `table row`.
    #[serde(default)]
    pub shut: Vec<String>,
}

/// A root key.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct KeyView {
    /// Its id, which says nothing about the key.
    pub key: String,
    /// Whether it is what everything is sealed with now.
    pub current: bool,
    /// Since when it is, or was, current; `null` when it has been since before that was written down.
    pub since: Option<Timestamp>,
    /// When another one took its place.
    pub retired_at: Option<Timestamp>,
    /// `file` or `environment`.
    pub from: String,
    /// How many values in the store open with it and with no other.
    pub opens: u64,
}

/// How far sealing anew has come, the last time there was something to seal anew.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Resealing {
    /// Whether it goes on; until everything was looked through once more and nothing found.
    pub under_way: bool,
    /// How many values are done.
    pub done: u64,
    /// How many there were to do.
    pub total: u64,
}
