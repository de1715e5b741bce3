//! Atlassian sites.

mod check;
pub mod discover;
mod list;
