//! What the control API says and hears, as data. The command line reads the same types it was answered with.

mod proving;

use ipnet::IpNet;
use jiff::Timestamp;
use oauth::{ProvesBy, TokenForm};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use types::{ClientId, CloudId, GrantName, OperatorName, Secret, SiteName};

use crate::operators::Role;
use crate::schemas;

pub use proving::ChangeProvesBy;

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

/// A published manifest, in short.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ManifestView {
    /// Whose it is.
    pub client: ClientId,
    /// The file it was written in.
    pub file: String,
    /// The grant its calls use.
    pub grant: GrantName,
    /// The sites it reaches, the default first.
    pub sites: Vec<SiteName>,
    /// When it ends.
    pub expires: Option<Timestamp>,
}

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
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
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

/// A client just registered, with its secret: the one time it is shown.
#[derive(Debug)]
pub struct Registered {
    /// The client.
    pub client: ClientView,
    /// Its secret, if it has one.
    pub secret: Option<Secret>,
}

/// An operator, as operators see each other. No token's text is in here; nobody can get one back.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct OperatorView {
    /// The name records call the operator by.
    pub name: OperatorName,
    /// `viewer`, `approver`, `operator` or `owner`; another word was given by a newer version, and opens nothing here.
    pub role: String,
    /// The token's prefix and last four characters.
    pub hint: String,
    /// When the token was made.
    pub created_at: Timestamp,
    /// When it ends to be accepted.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was used last.
    pub last_used_at: Option<Timestamp>,
    /// Counts changes; the number of its `ETag`.
    pub version: u64,
}

/// Asks for an operator.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddOperator {
    /// The name records will call the operator by.
    pub name: OperatorName,
    /// What the operator may do.
    pub role: Role,
    /// When the token ends to be accepted; never when nothing is said.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

/// An operator just added, with the token: the one time it is shown.
#[derive(Debug)]
pub struct AddedOperator {
    /// The operator.
    pub operator: OperatorView,
    /// The token.
    pub token: Secret,
}

/// A grant, as operators see it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct GrantView {
    /// Its name.
    pub name: GrantName,
    /// `service-account`, `api-token` or `personal-access-token`.
    pub kind: String,
    /// The sites it is for.
    pub sites: Vec<SiteName>,
    /// What is known about it and not secret: client id, e-mail address, whether scoped.
    pub facts: serde_json::Value,
    /// How it is doing, as far as calls have shown.
    pub health: serde_json::Value,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// Names this change of it; the number of its `ETag`.
    #[serde(default)]
    pub version: u64,
}

/// A grant just taken into custody, and what it took the place of.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AddedGrant {
    /// The grant as it is now.
    #[serde(flatten)]
    pub grant: GrantView,
    /// What had its name before; `None` when nothing had. Its credential is gone.
    #[serde(default)]
    pub replaced: Option<ReplacedGrant>,
}

/// A grant that another one has taken the place of.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ReplacedGrant {
    /// What it was.
    pub kind: String,
    /// The sites it was for.
    pub sites: Vec<SiteName>,
    /// What was known about it and not secret.
    pub facts: serde_json::Value,
    /// When its credential was added.
    pub changed_at: Timestamp,
    /// Which of `kind`, `sites` and `facts` are others now. The credential is another one in any case.
    pub changed: Vec<String>,
}

/// What trying a grant on one site said.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct GrantCheck {
    /// The grant.
    pub grant: GrantName,
    /// The site it was tried on.
    pub site: SiteName,
    /// Whether calls with it will work.
    pub working: bool,
    /// One word: `working`, `wrong`, `anonymous`, ...
    pub verdict: String,
    /// What was seen and what to do about it.
    pub words: String,
    /// What was asked and what was answered.
    pub steps: Vec<String>,
}

/// A site of the running gateway.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SiteView {
    /// Its name.
    pub name: SiteName,
    /// `cloud`, `jira-data-center` or `confluence-data-center`.
    pub kind: String,
    /// Where it is.
    pub url: String,
    /// Atlassian's id, for Cloud sites.
    pub cloud_id: Option<CloudId>,
}

/// What asking a site said.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SiteCheck {
    /// The site.
    pub site: SiteName,
    /// Whether it answers and is what the settings say.
    pub in_order: bool,
    /// What was seen and what to do about it.
    pub words: String,
    /// How far its clock is ahead of ours, in seconds, by the `Date` header.
    pub clock_ahead_seconds: Option<i64>,
}

/// What is published, and whether what is written could be.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ManifestsStatus {
    /// The folder they are read from.
    pub directory: String,
    /// When the rulebook in force was published.
    pub published_at: Option<Timestamp>,
    /// The manifests in force.
    pub manifests: Vec<ManifestView>,
    /// What the last publication or attempt said.
    pub diagnostics: Vec<serde_json::Value>,
    /// Whether the last attempt was published; `false` means an older rulebook is still in force.
    pub in_order: bool,
    /// Names the last publication or attempt; the number of its `ETag`.
    #[serde(default)]
    pub version: u64,
}

/// Whether calls can be served.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Readiness {
    /// All of the checks below.
    pub ready: bool,
    /// One by one.
    pub checks: Vec<ReadinessCheck>,
}

/// One thing that has to be in order before calls can be served.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ReadinessCheck {
    /// What was looked at.
    pub name: String,
    /// Whether it is in order.
    pub ok: bool,
    /// What was seen.
    pub words: String,
}
