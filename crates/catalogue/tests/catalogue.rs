//! What the shipped table promises about bounded clients. One binary; a module per promise.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that meets the unexpected should fail, and helpers outside #[test] functions are tests too"
)]

#[path = "catalogue/documents.rs"]
mod documents;
#[path = "catalogue/page.rs"]
mod page;
#[path = "catalogue/promises.rs"]
mod promises;

use std::sync::LazyLock;

use catalogue::{Catalogue, Operation};

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::builtin().expect("the shipped table"));

fn operations() -> impl Iterator<Item = &'static Operation> {
    CATALOGUE.operations().iter().map(AsRef::as_ref)
}

/// How messages call an operation: exactly, unlike its label.
fn called(operation: &Operation) -> String {
    format!("{} {} {}", operation.product(), operation.verb(), operation.template())
}
