//! The hash chain over the audit's records, and its verification.
//!
//! Every record's hash covers the hash before it, so a record cannot be changed, removed, inserted or moved without
//! every later hash changing too:
//!
//! ```text
//! hash(n) = SHA-256( "ticketgate/audit/1\0" ‖ hash(n-1) ‖ n as 8 bytes ‖ length as 8 bytes ‖ payload )     (little endian)
//! hash(0) = 32 zero bytes, sequence numbers start at 1
//! ```
//!
//! **Promises.**
//! - [`Verifier`] recomputes everything and believes nothing it is given; each [`Break`] says where and what.
//! - After a break it goes on from what the log claims, so that one changed record is reported once and not as a broken
//!   log from there on, and a second change further down is reported too.
//! - The format is held still by golden vectors.
//!
//! **What a chain can and cannot show.** A chain is unkeyed: whoever can write the whole log can compute a whole new
//! one, or cut off its end, and nothing inside the log will show it. What shows it is an [`Anchor`], a sequence number and a hash
//! written down somewhere else. A log that agrees with an anchor has not been changed up to that record.
//!
//! **Deliberately absent.** What a record is, and where it lies: payloads are bytes here.

mod anchor;
mod head;
mod verifier;

pub use anchor::{Anchor, NotAnAnchor};
pub use head::Head;
pub use verifier::{Break, Verifier};
