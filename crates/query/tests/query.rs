//! What the crate promises for every tree and every text.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

#[path = "query/properties.rs"]
mod properties;
#[path = "query/texts.rs"]
mod texts;
