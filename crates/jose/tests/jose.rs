//! What the crate promises, tried from outside. One binary; a module per promise.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that meets the unexpected should fail, and helpers outside #[test] functions are tests too"
)]

#[path = "jose/attacks.rs"]
mod attacks;
#[path = "jose/checks.rs"]
mod checks;
#[path = "jose/matching.rs"]
mod matching;
#[path = "jose/proofs.rs"]
mod proofs;
#[path = "jose/properties.rs"]
mod properties;
#[path = "jose/rfc.rs"]
mod rfc;
#[path = "jose/signers.rs"]
mod signers;
