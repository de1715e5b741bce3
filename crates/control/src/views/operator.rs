//! Operators, as they see each other.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::{OperatorName, Secret};

use crate::operators::Role;

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
