//! What Atlassian gave us to act with.

mod add;
pub mod authorize;
mod check;
mod list;
mod remove;

use broker::GrantError;

use crate::{ControlError, Kind};

/// The broker's no, as an operator hears it.
impl From<GrantError> for ControlError {
    fn from(error: GrantError) -> Self {
        let (kind, advice) = match &error {
            GrantError::Missing(_) => (Kind::Missing, "List the grants with `ticketgate grant list`."),
            GrantError::UnknownSite(_) => (
                Kind::Missing,
                "Add a section [sites.NAME] to the settings, or name one of `ticketgate site list`.",
            ),
            // The grant may be right; it is the site that is another kind.
            GrantError::WrongDeployment { .. } => {
                (Kind::Conflict, "Name a site it is for: `ticketgate site list`.")
            }
            GrantError::NotReached(_) => {
                (Kind::Conflict, "Let the same person consent again, for that site too.")
            }
            GrantError::Store(_) => (Kind::Unavailable, "Look at the gateway's log and at the disk."),
            GrantError::Randomness(_) | GrantError::Seal => (Kind::Failed, "Look at the gateway's log."),
            _ => (Kind::Invalid, "Correct it and send it again."),
        };
        Self::new(kind, format!("{error}."), advice)
    }
}
