//! What Atlassian gave us to act with.

mod add;
pub mod authorize;
mod check;
mod export;
mod import;
mod list;
pub(crate) mod permissions;
mod remove;
pub(crate) mod watch;

use broker::{GrantError, MoveError};

use crate::{ControlError, Kind};

/// The broker's no, as an operator hears it.
impl From<GrantError> for ControlError {
    fn from(error: GrantError) -> Self {
        let (kind, advice) = match &error {
            GrantError::Missing(_) => (Kind::Missing, "List the grants with `ticketgate grant list`."),
            GrantError::UnknownApp(_) => {
                (Kind::Missing, "Add a section [apps.NAME] to the settings, or name one that is there.")
            }
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

/// Why grants were not moved, as an operator hears it.
fn moved(error: MoveError) -> ControlError {
    let (kind, advice) = match error {
        MoveError::Grant(error) => return error.into(),
        MoveError::Damaged(_) => (Kind::Conflict, "Add it again, or leave it out."),
        MoveError::Pack(_) => (Kind::Invalid, "Look at the key, and export fewer at once."),
        MoveError::Read(_) => (Kind::Invalid, "Export again, and carry the file over as it is."),
        MoveError::Unpack(_) => {
            (Kind::Invalid, "Export again, to what `ticketgate keys public` prints here now.")
        }
        MoveError::Unknown { .. } => (Kind::Invalid, "Use the same version of ticketgate on both sides."),
        MoveError::Twice(_) => (Kind::Invalid, "Export again."),
    };
    ControlError::new(kind, format!("Nothing was moved: {error}."), advice)
}
