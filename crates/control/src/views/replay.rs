//! What manifests would have refused, had they been in force.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::{ClientId, RequestId};

use super::ManifestText;

/// Which manifests, and over what they are laid.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskForReplay {
    /// These; without them, those of the gateway's own folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifests: Option<Vec<ManifestText>>,
    /// How far to look back, in seconds.
    #[schemars(range(min = 1, max = 3_153_600_000_i64))]
    pub seconds: u64,
    /// The calls of this client only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    /// Go on before this record: `next` of the answer before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 9_007_199_254_740_991_i64))]
    pub before: Option<u64>,
}

/// Calls of one client that would have gone another way, for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReplayedCalls {
    /// Whose.
    pub client: ClientId,
    /// The operation.
    pub operation: String,
    /// The refusal: the one they would have heard, or the one they did.
    pub refusal: String,
    /// Why, and the smallest change that would allow the first of them.
    pub why: String,
    /// How many.
    pub calls: u64,
    /// The first.
    pub first_at: Timestamp,
    /// The last.
    pub last_at: Timestamp,
    /// Some of them, the latest first.
    pub requests: Vec<RequestId>,
}

/// What manifests would have refused, had they been in force: of a part of the records, the latest first.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ReplayView {
    /// From when on calls are looked at.
    pub since: Timestamp,
    /// How many calls this part has.
    pub calls: u64,
    /// Calls that went through and would have been refused.
    pub refused: Vec<ReplayedCalls>,
    /// Calls that the manifests of then refused, and that would have gone through as far as can be said.
    pub let_through: Vec<ReplayedCalls>,
    /// How many calls went through, and it cannot be said whether they would have: it depends on a body or a query, or on what an
    /// issue was then, and the manifest has become narrower there.
    pub unsure: u64,
    /// How many went through by an elevation, which is not the manifest's matter.
    pub elevated: u64,
    /// How many name an operation or a site that is not known any more.
    pub unknown: u64,
    /// Where to go on; nothing: this was all.
    pub next: Option<u64>,
}
