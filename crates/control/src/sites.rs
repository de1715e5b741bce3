//! Atlassian sites.

mod check;
pub mod discover;
pub mod knock;
mod list;
