//! What the stand-in promises, through a real socket.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "standin/knock.rs"]
mod knock;

#[path = "standin/asking.rs"]
mod asking;

#[path = "standin/agile.rs"]
mod agile;
#[path = "standin/attachments.rs"]
mod attachments;
#[path = "standin/consent.rs"]
mod consent;
#[path = "standin/identity.rs"]
mod identity;
#[path = "standin/issues.rs"]
mod issues;
#[path = "standin/permissions.rs"]
mod permissions;
#[path = "standin/search.rs"]
mod search;
#[path = "standin/steering.rs"]
mod steering;
