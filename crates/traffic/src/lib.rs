//! Is there room to go now, under every limit that applies.
//!
//! **Promises.**
//! - An [`Admission`] exists only while a slot of the gateway, of the client and of the grant are held for it; dropping
//!   it gives all three back. A caller that stops waiting gives its place back, whenever it stops.
//! - Never more under way than [`Limits`] says, and never anyone waiting who could go: a freed slot is handed to the
//!   next in line at that moment, so a newcomer cannot overtake.
//! - Fair: the calls of one client go in the order they came, and clients that share a grant take turns, so one that
//!   sends a thousand calls delays its neighbour by one.
//! - Bounded: a full line refuses at once, a wait ends after [`Limits::wait`], and a client or grant with nothing under
//!   way and nobody waiting takes no memory.
//! - With room to spare, admission neither waits nor starts a timer.
//!
//! - What a manifest says holds: calls per second, at once, under way and per day. Who has used up how often it may call is told
//!   when to come again, and takes no place in a line. Of those who wait for a grant, or for the gateway, a higher priority goes first.
//!
//! **Deliberately absent.** What Atlassian's own rate limits allow (points, bursts, `Retry-After`), and limits shared between
//! instances or kept over a restart: they will be further limits behind the same door. Order is kept per client, not
//! across clients. A low priority is not made up for: while others of a higher one wait, it waits.

mod admissions;
mod limits;
mod rates;
mod room;

pub use admissions::{Admission, Admissions, Occupancy};
pub use limits::Limits;
