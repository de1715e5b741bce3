//! The broker against a token endpoint, and an Atlassian, that behave in every way they have been seen to.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails; the helpers beside the tests are not recognised as tests"
)]

#[path = "broker/checking.rs"]
mod checking;
#[path = "broker/custody.rs"]
mod custody;
#[path = "broker/families.rs"]
mod families;
#[path = "broker/people.rs"]
mod people;
#[path = "broker/provider.rs"]
mod provider;
#[path = "broker/standing_in.rs"]
mod standing_in;
#[path = "broker/states.rs"]
mod states;
#[path = "broker/tokens.rs"]
mod tokens;
#[path = "broker/warnings.rs"]
mod warnings;
#[path = "broker/world.rs"]
mod world;
