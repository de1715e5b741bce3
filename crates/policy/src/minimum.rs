//! The smallest set of scopes that covers what a manifest allows, and why each scope is in it.
//!
//! **What is covered.** Every operation that the client may call now. An operation allowed by its id whose scopes are missing counts as
//! well: whoever wrote it wants it to work. With [`Asked::everything`] it is all that `[operations]` chooses.
//!
//! **What is the smallest.** Atlassian gives an operation a classic set of scopes and a granular one, and either suffices. The
//! union over all operations is compared by [`Rank`]: no operation more than before; no more than [`RECOMMENDED`]; the fewest
//! scopes; the fewest operations of the catalogue that they open; the fewest granular ones; and at last the names. So a classic scope is
//! preferred unless the granular choice is smaller, or as small and **narrower**: it opens fewer operations of the catalogue.
//!
//! **Never wider.** Because `scopes` narrows what effects and tags choose, a smaller set could let in more: with `effects =
//! ["read"]`, five granular scopes about boards may be fewer as one classic scope that opens every read. That is why no
//! operation more comes first.

mod edit;
mod of_manifest;
mod of_use;
mod problem;
mod solve;
mod why;

pub use edit::{NotEdited, with_scopes, without_ids};
pub use of_manifest::{Asked, minimum};
pub use of_use::{OfUse, minimum_of_use};
pub use problem::{Need, Prefer, Problem, RECOMMENDED, Rank};
pub use solve::{Solution, WORK};
pub use why::{Minimum, Reason};

pub(crate) use of_manifest::{Understood, understand};

#[cfg(test)]
mod tests;
