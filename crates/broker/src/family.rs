//! Token families: what became of one consent, pair after pair of access and refresh token.
//!
//! Atlassian's refresh tokens rotate: each may be redeemed once, and whoever loses the answer has ten minutes to ask again. So
//! that no answer is lost, not by a crash, not by two instances at once, a family is changed by [`protocol`] only:
//!
//! ```text
//! claim (durable) -> redeem -> commit (durable) -> use
//! ```
//!
//! A claim raises the family's *fence*. Whoever commits under an older fence has lost the family meanwhile: their pair is
//! kept aside instead of thrown away, in case it is the one the provider goes by.

pub(crate) mod end;
#[cfg(test)]
mod model;
pub(crate) mod pair;
pub(crate) mod protocol;
