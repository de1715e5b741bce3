//! People who run the gateway, and what each of them may do.
//!
//! Each has a token of their own and one role. The token that `gateway.json` holds belongs to whoever may read that file,
//! is made anew at each start, and is an owner's: so nobody can be locked out of their own gateway.

mod add;
mod list;
mod revoke;
mod role;
mod roster;

pub use role::Role;
pub use roster::{Acting, Roster};

use store::OperatorRow;
use types::OperatorName;

use crate::{Control, ControlError, Kind};

impl Control {
    /// Who holds the token with this digest, at this moment; `None` for nobody, whatever the reason.
    #[must_use]
    pub fn acting(&self, token: &seal::Digest) -> Option<Acting> {
        self.parts().operators.find(token, self.parts().clock.now())
    }

    /// The digest of the token this run has made for its own machine.
    #[must_use]
    pub fn local_token(&self) -> &seal::Digest {
        self.parts().operators.local_token()
    }

    /// An operator's row.
    async fn operator_row(&self, name: &OperatorName) -> Result<Option<OperatorRow>, ControlError> {
        let rows = self.parts().store.operators().list().await?;
        Ok(rows.into_iter().find(|row| row.name == *name))
    }
}

fn missing(name: &OperatorName) -> ControlError {
    ControlError::new(
        Kind::Missing,
        format!("There is no operator {name}."),
        "List the operators with `ticketgate operator list`.",
    )
}
