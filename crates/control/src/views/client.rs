//! A client, as operators see it.

use ipnet::IpNet;
use jiff::Timestamp;
use oauth::{ProvesBy, TokenForm};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::{ClientId, Secret};

use super::ManifestView;
use crate::schemas;

/// A client, as operators see it. No secret's text is in here; nobody can get one back.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ClientView {
    /// Its client id.
    pub client: ClientId,
    /// Who answers for it.
    pub owner: String,
    /// Whom to ask or warn; may be empty.
    #[serde(default)]
    pub contact: String,
    /// What it is for.
    pub purpose: String,
    /// `active`; anything else is refused at the door.
    pub state: String,
    /// `reject` or `read-only` while it is paused, or was until `paused_until`.
    #[serde(default)]
    pub paused: Option<String>,
    /// When the pause ends by itself.
    #[serde(default)]
    pub paused_until: Option<Timestamp>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it ends to be accepted.
    pub expires_at: Option<Timestamp>,
    /// Networks it may call from; anywhere when there are none.
    #[serde(default)]
    #[schemars(schema_with = "schemas::networks")]
    pub networks: Vec<IpNet>,
    /// Seconds its access tokens live, where that is not what the settings say.
    #[serde(default)]
    pub token_life: Option<u32>,
    /// What its access tokens look like: `opaque`, `jwt` or `jwt-es256`.
    #[serde(default)]
    pub token_form: TokenForm,
    /// Clients whose users it may act for, by exchanging their tokens.
    #[serde(default)]
    pub exchanges: Vec<ClientId>,
    /// Days after which its secret should be replaced.
    #[serde(default)]
    pub rotate_every_days: Option<u32>,
    /// Whether its tokens have to be bound to a key.
    #[serde(default)]
    pub bound_tokens: bool,
    /// By what else than a secret it proves itself.
    #[serde(default)]
    pub proves_by: ProvesBy,
    /// Where browsers may be sent with an authorization code.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Whether it has no secret, and so acts for users only.
    #[serde(default)]
    pub public: bool,
    /// Counts changes; the number of its `ETag`.
    #[serde(default)]
    pub version: u64,
    /// Its secrets, oldest first.
    pub secrets: Vec<SecretView>,
    /// What its manifest gives it; `None` while none is published, and then every call is refused.
    pub manifest: Option<ManifestView>,
}

/// A client secret: enough to recognise it, nothing to use it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SecretView {
    /// A UUID.
    #[serde(default)]
    pub id: String,
    /// Prefix and last four characters.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends to be accepted.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When a younger one took its place.
    #[serde(default)]
    pub replaced_at: Option<Timestamp>,
    /// How often it was used; counted every few seconds.
    #[serde(default)]
    pub used: u64,
    /// When it was used last.
    #[serde(default)]
    pub last_used_at: Option<Timestamp>,
    /// From where it was used last.
    #[serde(default)]
    pub last_used_from: Option<String>,
}

/// A client just registered, with its secret: the one time it is shown.
#[derive(Debug)]
pub struct Registered {
    /// The client.
    pub client: ClientView,
    /// Its secret, if it has one.
    pub secret: Option<Secret>,
}
