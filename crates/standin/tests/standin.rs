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
#[path = "standin/consent_page.rs"]
mod consent_page;
#[path = "standin/data_center_oauth.rs"]
mod data_center_oauth;
#[path = "standin/ends.rs"]
mod ends;
#[path = "standin/identity.rs"]
mod identity;
#[path = "standin/issues.rs"]
mod issues;
#[path = "standin/people_api.rs"]
mod people_api;
#[path = "standin/permissions.rs"]
mod permissions;
#[path = "standin/rotation.rs"]
mod rotation;
#[path = "standin/search.rs"]
mod search;
#[path = "standin/steering.rs"]
mod steering;
#[path = "standin/token_weather.rs"]
mod token_weather;
