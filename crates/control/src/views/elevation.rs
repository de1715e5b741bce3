//! More for one client, for a time.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::{ClientId, OperatorName};

use super::{ApprovalView, Changes, PlanDigest};

/// More for one client, for a time, and what for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskForElevation {
    /// Whose manifest it is added to. A client that asks for itself leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    /// The Atlassian account of the one user for whose calls it is to hold; without it, it holds for all the client's calls. A client that
    /// asks with a user's token asks for that user, whatever stands here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[!-~]{1,128}$"))]
    pub account: Option<String>,
    /// What it adds, in the language of manifests: `[operations]`, `scopes`, `[projects]` and their like.
    #[schemars(length(min = 1, max = 16_384))]
    pub adds: String,
    /// How long it is to hold, in seconds, from the yes on: a second to a day.
    #[schemars(range(min = 1, max = 86_400))]
    pub seconds: u64,
    /// What for, on one line: whoever says yes reads it.
    #[schemars(regex(
        pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$"
    ))]
    #[schemars(length(max = 500))]
    pub reason: String,
}

/// Who asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum AskedBy {
    /// An operator.
    Operator {
        /// Who.
        operator: OperatorName,
    },
    /// The client itself.
    Client,
    /// A user, with a token or session of theirs.
    User {
        /// Their Atlassian account.
        account: String,
    },
}

/// How far one has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ElevationState {
    /// Nobody has said yes.
    Waits,
    /// It holds.
    Holds,
    /// It is over.
    Ended,
}

/// More for one client, for a time.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ElevationView {
    /// What it is told by, and what an approval is bound to.
    pub digest: PlanDigest,
    /// Whose manifest it is added to.
    pub client: ClientId,
    /// The Atlassian account for whose calls it holds; nothing: for all the client's calls.
    pub account: Option<String>,
    /// How far it has come.
    pub state: ElevationState,
    /// What for.
    pub reason: String,
    /// How long it holds, in seconds.
    pub seconds: u64,
    /// What it adds, as written.
    pub adds: String,
    /// Who asked.
    pub asked_by: AskedBy,
    /// When.
    pub asked_at: Timestamp,
    /// When it is forgotten if nobody says yes.
    pub waits_until: Timestamp,
    /// What the client gains, as long as it holds.
    pub changes: Changes,
    /// Whether it would still come to that; only said of one that waits and is asked for by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<bool>,
    /// Who approved it; nobody where the settings want no approval.
    pub approvals: Vec<ApprovalView>,
    /// Since when it holds, or held.
    pub begun_at: Option<Timestamp>,
    /// The first instant at which it does not hold any more.
    pub until: Option<Timestamp>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// Why it was over.
    pub ended_why: Option<String>,
}
