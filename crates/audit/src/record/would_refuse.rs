use serde::{Deserialize, Serialize};
use types::Code;

use super::Text;

/// What the manifest would have refused, had its client not been observed: the first such thing about a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WouldRefuse {
    /// The refusal it would have been: its name in the table of refusals.
    pub code: Text,
    /// The entry that would have denied it, by file and line; nothing when no entry allowed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Text>,
}

impl WouldRefuse {
    /// What a refusal with this code by this rule is remembered as.
    #[must_use]
    pub fn new(code: Code, rule: Option<Text>) -> Self {
        Self { code: Text::fixed(code.entry().name), rule }
    }
}
