//! Programs that call the gateway.

mod change;
mod describe;
mod list;
mod notices;
mod pause;
mod register;
mod register_itself;
mod rotate;
mod show;
mod tend;

use types::ClientId;

use crate::{ControlError, Kind};

pub(super) fn missing(client: &ClientId) -> ControlError {
    ControlError::new(
        Kind::Missing,
        format!("There is no client {client}."),
        "List the clients with `ticketgate client list`.",
    )
}
