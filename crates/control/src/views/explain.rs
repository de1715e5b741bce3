//! Why a call went as it did.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::{ClientId, RequestId};

/// A past call, and the rules that were in force when it arrived.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ExplainView {
    /// The request.
    pub request: RequestId,
    /// When it arrived.
    pub at: Timestamp,
    /// Who.
    pub client: Option<ClientId>,
    /// The operation it was recognised as.
    pub operation: Option<String>,
    /// The status the client got.
    pub status: Option<u16>,
    /// The refusal it heard.
    pub refusal: Option<String>,
    /// The refusal it would have heard, were it not observed.
    pub would_refuse: Option<String>,
    /// The entry that said so.
    pub rule: Option<String>,
    /// The number of the manifests that were in force then.
    pub version: u64,
    /// The number of those in force now.
    pub version_in_force: u64,
    /// The rules on the way, in order; none when the record does not say enough to ask again.
    pub steps: Vec<StepView>,
    /// Whether the operation was allowed by then, with all scopes of the manifest: what a token had, and what the body says, is not
    /// on record.
    pub allowed: Option<bool>,
    /// What was in the way, and the smallest change that would have allowed it.
    pub words: Option<String>,
}

/// One rule on the way.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct StepView {
    /// Which.
    pub rule: String,
    /// Whether it lets the call through; nothing where what it asks about is not known.
    pub holds: Option<bool>,
    /// Why.
    pub why: String,
    /// Where it stands, by file and line.
    pub at: Vec<String>,
}

impl From<policy::Step> for StepView {
    fn from(step: policy::Step) -> Self {
        Self { rule: step.rule.to_owned(), holds: step.holds, why: step.why, at: step.at }
    }
}
