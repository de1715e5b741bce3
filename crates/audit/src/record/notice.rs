use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Text;

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// The client ends soon.
    ClientEnds,
    /// The client has ended.
    ClientEnded,
    /// A secret ends soon.
    SecretEnds,
    /// A secret has ended, by time or by silence or by hand; not one that was revoked.
    SecretEnded,
    /// A secret is older than its client's rotation says.
    RotationDue,
    /// The ticket that approved what the client may does not approve it any more; a change on record beside it says which and why.
    ApprovalEnded,
}

impl About {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::ClientEnds,
        Self::ClientEnded,
        Self::SecretEnds,
        Self::SecretEnded,
        Self::RotationDue,
        Self::ApprovalEnded,
    ];

    /// The word in records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientEnds => "client-ends",
            Self::ClientEnded => "client-ended",
            Self::SecretEnds => "secret-ends",
            Self::SecretEnded => "secret-ended",
            Self::RotationDue => "rotation-due",
            Self::ApprovalEnded => "approval-ended",
        }
    }
}

/// Something about the record's client that somebody should know of, or should have known of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What.
    pub about: About,
    /// When it ends, has ended, or was due.
    pub when: Timestamp,
    /// The secret, by its hint; nothing when it is the client itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Text>,
    /// Who answers for the client.
    pub owner: Text,
    /// How they are reached.
    pub contact: Text,
}
