//! What can be asked about a client, from its registration to the end of a secret.

use ipnet::IpNet;
use jiff::Timestamp;
use oauth::{ProvesBy, TokenForm};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use types::ClientId;

use super::ChangeProvesBy;
use crate::schemas;

/// Asks for a client.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterClient {
    /// Its client id.
    pub client: ClientId,
    /// Who answers for it; by default as its published manifest says.
    #[serde(default)]
    #[schemars(schema_with = "schemas::maybe_line")]
    pub owner: Option<String>,
    /// What it is for; by default as its published manifest says.
    #[serde(default)]
    #[schemars(schema_with = "schemas::maybe_line")]
    pub purpose: Option<String>,
    /// Whom to ask or warn.
    #[serde(default)]
    #[schemars(schema_with = "schemas::maybe_empty_line")]
    pub contact: String,
    /// When it ends to be accepted.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// Networks it may call from; anywhere when there are none.
    #[serde(default)]
    #[schemars(schema_with = "schemas::networks")]
    pub networks: Vec<IpNet>,
    /// Seconds its access tokens live, where that is not what the settings say; 60 to 86,400.
    #[serde(default)]
    #[schemars(range(min = 60, max = 86_400))]
    pub token_life: Option<u32>,
    /// What its access tokens look like: `opaque`, `jwt` or `jwt-es256`.
    #[serde(default)]
    pub token_form: TokenForm,
    /// Clients whose users it may act for, by exchanging their tokens.
    #[serde(default)]
    pub exchanges: Vec<ClientId>,
    /// Days after which its secret should be replaced; 1 to 3,650.
    #[serde(default)]
    #[schemars(range(min = 1, max = 3_650))]
    pub rotate_every_days: Option<u32>,
    /// Whether its tokens have to be bound to a key.
    #[serde(default)]
    pub bound_tokens: bool,
    /// By what else than a secret it may prove itself.
    #[serde(default)]
    pub proves_by: ProvesBy,
    /// Whether it gets no secret: there has to be something else then.
    #[serde(default)]
    pub no_secret: bool,
    /// Where browsers may be sent with an authorization code: `https`, `http` on loopback, or a scheme with a dot in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redirect_uris: Vec<String>,
    /// Whether it gets no secret, because it runs where a secret would be everybody's. It can then act for users only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
}

impl RegisterClient {
    /// A client of which its manifest says the rest.
    #[must_use]
    pub const fn of(client: ClientId) -> Self {
        Self {
            client,
            owner: None,
            purpose: None,
            contact: String::new(),
            expires_at: None,
            networks: Vec::new(),
            token_life: None,
            token_form: TokenForm::Opaque,
            exchanges: Vec::new(),
            rotate_every_days: None,
            bound_tokens: false,
            proves_by: ProvesBy::nothing(),
            no_secret: false,
            redirect_uris: Vec::new(),
            public: false,
        }
    }
}

/// What a client that registers itself (RFC 7591) says of itself.
#[derive(Clone, Debug)]
pub struct RegisterItself {
    /// What it calls itself.
    pub name: Option<String>,
    /// Whom to ask about it.
    pub contact: Option<String>,
    /// Where browsers may be sent with an authorization code.
    pub redirect_uris: Vec<String>,
    /// Whether it wants no secret.
    pub public: bool,
}

/// Asks for another description of a client. What is left out stays; `null` takes a bound away.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DescribeClient {
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schemas::maybe_line")]
    pub owner: Option<String>,
    /// Whom to ask or warn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schemas::maybe_contact")]
    pub contact: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schemas::maybe_line")]
    pub purpose: Option<String>,
    /// When it ends to be accepted; `null` for never.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Option<Timestamp>>,
    /// Networks it may call from; an empty list for anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schemas::maybe_networks")]
    pub networks: Option<Vec<IpNet>>,
    /// Seconds its access tokens live; `null` for what the settings say.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 60, max = 86_400))]
    pub token_life: Option<Option<u32>>,
    /// What its access tokens look like: `opaque`, `jwt` or `jwt-es256`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_form: Option<TokenForm>,
    /// Clients whose users it may act for; an empty list for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchanges: Option<Vec<ClientId>>,
    /// Days after which its secret should be replaced; `null` for no reminder.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 3_650))]
    pub rotate_every_days: Option<Option<u32>>,
    /// Whether its tokens have to be bound to a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound_tokens: Option<bool>,
    /// By what else than a secret it may prove itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proves_by: Option<ChangeProvesBy>,
    /// Where browsers may be sent with an authorization code; an empty list for nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_uris: Option<Vec<String>>,
}

/// Tells a field that is `null` from one that is not there.
pub(super) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// Asks for a pause.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PauseClient {
    /// What is refused meanwhile.
    #[serde(default)]
    pub mode: Mode,
    /// When it ends by itself; until it is resumed when nothing is said.
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// The same as seconds from now, where `until` says nothing.
    #[serde(default)]
    #[schemars(range(min = 1, max = 4_294_967_295u32))]
    pub for_seconds: Option<u32>,
}

/// How a client is paused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Every call and every request for a token is refused.
    #[default]
    Reject,
    /// What changes something is refused; reading goes on.
    ReadOnly,
}

impl Mode {
    /// The word of the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reject => oauth::PauseMode::Reject.as_str(),
            Self::ReadOnly => oauth::PauseMode::ReadOnly.as_str(),
        }
    }
}

/// Asks for a new secret.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateSecret {
    /// How long the secret so far stays good; 90 days at most. By default a day.
    #[serde(default = "a_day")]
    #[schemars(range(max = 7_776_000))]
    pub overlap_seconds: u64,
    /// After so long without use it ends before that.
    #[serde(default)]
    #[schemars(range(max = 7_776_000))]
    pub silent_for_seconds: Option<u64>,
}

const fn a_day() -> u64 {
    86_400
}

/// Asks for the end of a secret.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseSecret {
    /// Which: its id or its hint.
    pub secret: String,
    /// Whether the tokens fetched with it end as well.
    #[serde(default)]
    pub revoke: bool,
    /// Whether it is closed although it was used in the last seven days.
    #[serde(default)]
    pub force: bool,
}
