//! What a request names, and what an answer tells: the two questions of a boundary.
//!
//! A client that is bounded to some projects or spaces may name nothing that lies outside, and may be told of nothing that
//! does. Whether something lies inside is decided on what it *is* (policy, over facts Jira gave), not on what the
//! request calls it. This crate finds the names, takes what lies outside out of answers, and writes what is left.
//!
//! ```text
//! request --names--> what is named --(the gateway finds out, policy judges)--> go on, or Jira's own 404
//! answer --references--> what it speaks of --(the same)--> Filter --> the answer without what lies outside
//! ```
//!
//! **Promises.**
//! - Bodies and answers are read strictly: JSON in which a member is given twice, or that is nested too deep, is refused,
//!   because two readers could understand it differently ([`Json`]).
//! - What is not taken out stays as it was written, to the byte: numbers keep every digit, texts their escapes.
//! - A name that cannot be understood where one is expected is a [`Trouble`], never nothing.
//! - Something whose place is not known is treated as lying outside.
//! - Pure: no clock, no randomness, no I/O, no async; everything is bounded ([`limits`]).
//!
//! **Deliberately absent.** Who may what (`policy` knows), how to find out where an issue lies (the gateway asks
//! Atlassian), and the query languages (`query` reads them).

mod answer;
mod fields;
mod json;
mod multipart;
mod names;
mod parameters;
mod way;

pub mod limits;

pub use answer::{Filter, Outside, Reference, attachments, itself, references, take_out};
pub use fields::{Redaction, redact};
pub use json::{Json, Member, NotStrict};
pub use multipart::{Part, parts};
pub use names::{Name, Trouble, names};
pub use parameters::Parameters;
pub use way::{Astray, find, find_mut};
