//! The broker against a token endpoint, and an Atlassian, that behave in every way they have been seen to.

#[path = "broker/checking.rs"]
mod checking;
#[path = "broker/custody.rs"]
mod custody;
#[path = "broker/provider.rs"]
mod provider;
#[path = "broker/tokens.rs"]
mod tokens;
#[path = "broker/world.rs"]
mod world;
