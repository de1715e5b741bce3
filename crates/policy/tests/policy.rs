//! What the crate promises, tried from outside. One binary; a module per promise.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that meets the unexpected should fail, and helpers outside #[test] functions are tests too"
)]

#[path = "policy/advice.rs"]
mod advice;
#[path = "policy/decisions.rs"]
mod decisions;
#[path = "policy/demo.rs"]
mod demo;
#[path = "policy/diagnostics.rs"]
mod diagnostics;
#[path = "policy/difference.rs"]
mod difference;
#[path = "policy/draft.rs"]
mod draft;
#[path = "policy/elevation.rs"]
mod elevation;
#[path = "policy/exhaustive.rs"]
mod exhaustive;
#[path = "policy/facets.rs"]
mod facets;
#[path = "policy/minimum.rs"]
mod minimum;
#[path = "policy/observe.rs"]
mod observe;
#[path = "policy/page.rs"]
mod page;
#[path = "policy/properties.rs"]
mod properties;
#[path = "policy/shared.rs"]
mod shared;
#[path = "policy/terms.rs"]
mod terms;
#[path = "policy/world.rs"]
mod world;
