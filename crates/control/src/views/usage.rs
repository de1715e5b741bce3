//! What clients do, counted.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::ClientId;

/// Whose use, and whether what is unused is looked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WhichUsage {
    /// Of this client; of all without it.
    pub client: Option<ClientId>,
    /// What manifests give and nobody has used for so many seconds is listed, too.
    #[schemars(range(max = 3_153_600_000u64))]
    pub unused_for: Option<u64>,
}

/// What clients did.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct UsageView {
    /// Which records are counted; nothing when there are none.
    pub counted: Option<Counted>,
    /// By client, operation, scopes and place; 10,000 at most.
    pub entries: Vec<UsageEntry>,
    /// Whether these are all; if not, ask for one client.
    pub whole: bool,
    /// What nobody uses, by client, when that was asked for.
    pub unused: Vec<UnusedView>,
}

/// Which records are counted.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Counted {
    /// The time of the first. What happened before is not known.
    pub since: Timestamp,
    /// The time of the last.
    pub until: Timestamp,
    /// Its number.
    pub records: u64,
    /// How many more are on record and not counted yet.
    pub behind: u64,
}

/// What a client did with one operation, by one set of scopes, about one project or space.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsageEntry {
    /// Who.
    pub client: ClientId,
    /// The operation: `jira:getIssue`.
    pub operation: String,
    /// The scopes that satisfied it; none where it was refused.
    pub scopes: Vec<String>,
    /// The project it named, by key or id as it was named.
    pub project: Option<String>,
    /// The space it named.
    pub space: Option<String>,
    /// Projects and spaces for which there was no more room, together.
    pub other: bool,
    /// How often the manifest permitted it, whatever became of it.
    pub calls: u64,
    /// How often the manifest refused it.
    pub refusals: u64,
    /// How many of the calls it would have refused, were the client not observed.
    pub would_refuse: u64,
    /// The first time of either.
    pub first_at: Timestamp,
    /// The last time of either.
    pub last_at: Timestamp,
    /// The last time it was permitted.
    pub used_at: Option<Timestamp>,
}

/// What a client's manifest gives and nobody uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnusedView {
    /// Whose manifest it is.
    pub client: ClientId,
    /// Its file.
    pub file: String,
    /// Not used since then.
    pub since: Timestamp,
    /// Since when the manifest is as it is, if that is known: nobody can have used before what it did not give.
    pub given_since: Option<Timestamp>,
    /// Whether it is too early to say: the manifest is younger than that, or the counting is, or there are records yet to count.
    pub too_early: bool,
    /// Whether the client is observed.
    pub observed: bool,
    /// How many operations the manifest gives.
    pub given_operations: usize,
    /// Those nobody used.
    pub operations: Vec<UnusedItem>,
    /// Scopes by which nothing was permitted.
    pub scopes: Vec<UnusedItem>,
    /// Projects it gives by key that no call named.
    pub projects: Vec<UnusedItem>,
    /// Spaces it gives by key that no call named.
    pub spaces: Vec<UnusedItem>,
    /// Calls since then that named neither, searches for example: whether they found something in these is not on record.
    pub calls_that_name_nothing: u64,
}

/// Something that is not used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnusedItem {
    /// What.
    pub name: String,
    /// When it was used last; never, as far as is counted, without it.
    pub last_used_at: Option<Timestamp>,
}

/// From which time a first manifest is made.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WhichDraft {
    /// How many seconds are looked back; 30 days without it.
    #[serde(default)]
    #[schemars(range(max = 3_153_600_000u64))]
    pub observed: Option<u64>,
}

/// A manifest that allows what a client did.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DraftView {
    /// Whose.
    pub client: ClientId,
    /// What its file is to be called.
    pub file: String,
    /// What is to stand in it.
    pub text: String,
}
