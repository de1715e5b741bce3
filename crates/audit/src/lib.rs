//! What happened: recorded, chained, durable; shown as log lines and metrics.
//!
//! **Promises.**
//! - A record is opened when a request arrives and is written however the request ends: [`OpenRecord::close`] cannot
//!   fail because its place in the queue was taken when it was opened, and a record that is dropped is written as
//!   `abandoned`.
//! - Nothing is changed upstream before [`OpenRecord::intend`] has answered, and it answers when the intent is on disk.
//! - Requests of which nobody proved to be the sender get a record each up to 20 a second (100 at once); those beyond are
//!   counted, and a [`Summary`] a second says how many there were, of what kind and from where. So a stranger cannot fill the
//!   disk, and nothing vanishes without a number.
//! - The queue is bounded and never drops: when the store is slower than the requests, or cannot write, opening waits and
//!   then refuses. Records of what has already happened are kept and tried again.
//! - Records wait at most [`Settings::linger`] and then share one commit: one row, one sync of the disk, whatever their
//!   number. An intent does not linger.
//! - Every record is chained to the one before it ([`chain`]). [`verify`] recomputes all of it from a file, trusting
//!   nothing.
//! - A record cannot hold a secret by accident: it takes [`Text`], which has no way in for a [`types::Secret`], is
//!   cut at a length, and has anything that looks like a token of ours or Atlassian's taken out. Bodies, queries
//!   and headers are never recorded.
//!
//! **What is lost by `kill -9`.** The endings of calls of the last [`Settings::linger`] (50 ms by default), never an intent
//! and never a change an operator made.
//!
//! **What someone who can write to the database can hide.** Less than they would like:
//!
//! | they do | `verify` alone | with an anchor |
//! |---|---|---|
//! | flip a byte, edit a record or a hash | found, with the record's number | found |
//! | remove, insert or move records or rows | found | found |
//! | cut off the end | **not found**: a shorter chain is a chain | found, down to the last anchor |
//! | edit and compute the whole chain anew from there | **not found**: the chain has no key | found, if an anchor lies behind the edit |
//! | edit what was written after the last anchor | not found | not found |
//!
//! So the chain is worth as much as its anchors: a number and a hash, written every 1,000 records or every minute to the anchor
//! file and to the log ([`sinks::anchors`]). Ship either to a machine the gateway's operators cannot write to.
//!
//! **Deliberately absent.** Removing records: retention is a matter of whole stores, and of who may. Deciding: what may happen is
//! `policy`'s question. Keeping events that could not be
//! delivered before the gateway stopped: the records are there.

pub mod lines;
pub mod metrics;
mod packed;
pub mod query;
mod record;
mod recorder;
pub mod sinks;
pub mod verify;
mod writer;

pub use record::{
    About, Change, Decision, Ended, GrantAbout, GrantChange, Kind, Micros, Notice, Record, Summary, Text,
    WouldRefuse,
};
pub use recorder::{AuditError, OpenRecord, Receipt, Recorder, Settings};
pub use sinks::events::{EventSettings, Webhook};
pub use writer::Writer;
