//! Where a grant's changes of state are told.

use jiff::Timestamp;
use types::GrantName;

use crate::grant::Health;

/// One grant's move from one state to another.
#[derive(Clone, Debug)]
pub(crate) struct StateChange {
    /// Whose.
    pub(crate) grant: GrantName,
    /// What it was; `None` when this process had not told any yet.
    pub(crate) from: Option<Health>,
    /// What it is.
    pub(crate) to: Health,
    /// Since when.
    pub(crate) at: Timestamp,
}

/// Takes changes of state. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Journal;

impl Journal {
    /// Tells one. Does not wait: a refresh must not stand still because a record cannot be written.
    #[allow(clippy::needless_pass_by_value, reason = "it is kept")]
    pub(crate) fn tell(&self, change: StateChange) {
        tracing::info!(grant = %change.grant, at = %change.at, from = change.from.as_ref().map_or("unknown", Health::as_str), to = change.to.as_str(), "a grant changed its state");
    }
}
