//! Making the table: from Atlassian's OpenAPI documents, or from the list of operations the builtin table began as.
//!
//! Texts and JSON values in, text out; reading and writing files is for the caller. A refresh is
//! `merge(from_table(old)?, from_openapi(&document)?)`, then [`render`].
//!
//! Three things no source says are written by hand, as tables of their own: what an operation does to a site where
//! method and scopes do not tell (`data/effects.txt`), what parameters' names mean (`data/names.txt`), and how bounded
//! clients are kept within their projects and spaces (`data/confinement.txt`). An operation the last one does not
//! cover is in no table.

mod confinement;
mod effect;
mod entry;
mod merge;
mod names;
mod openapi;
mod rules;
mod schema;
mod tsv;

pub use entry::{Entry, ImportError, from_table, render};
pub use merge::merge;
pub use openapi::from_openapi;
pub use tsv::from_tsv;

/// What Atlassian serves but no longer documents, as a table: part of what the builtin table is made from.
pub const UNDOCUMENTED: &str = include_str!("../data/undocumented.tsv");

#[cfg(test)]
mod tests;
