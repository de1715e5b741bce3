//! The data plane: the journey of a request, and the listener it arrives at.
//!
//! ```text
//! arrive -> authenticate -> recognise -> decide -> admit -> acquire -> forward -> record -> respond
//! ```
//!
//! **Promises.**
//! - No call is sent without its [`Proofs`]: recognised, permitted, admitted, with a credential. Each is made by one
//!   crate, and sending uses them up.
//! - What is recognised is what is sent: the canonical path, a query without surprises, a list of headers that may pass.
//! - Every request is recorded however it ends, and a change only happens after its intent is on disk. A client that
//!   hangs up cannot stop a change or lose its record.
//! - The upstream credential goes to the base it was made for and nowhere else: no redirect carries it away.
//! - Bodies stream in both directions with bounded memory. What breaks off on one side breaks off on the other.
//! - A refusal speaks the shape of the API that was called, so existing clients show it.
//! - Every wait has an end, and everything a client sends has a limit.
//!
//! **Deliberately absent.** Caching, merging and repeating calls beyond the one repetition that is always safe; looking
//! into bodies, but for the key of an issue that was just made; CORS (browsers are not the clients of the data plane); WebSockets and other upgrades; HTTP/3.

mod answer;
mod arrive;
mod attribution;
mod body;
mod confine;
mod decide;
mod download;
mod forward;
mod gateway;
mod headers;
mod idle;
mod journey;
mod ledger;
mod links;
mod made;
mod manner;
mod names;
mod observe;
mod own;
mod ready;
mod recognise;
mod respond;
mod rewrite;
mod server;
mod settings;
mod shape;
mod taker;
mod unread;
mod upload;

pub use arrive::Peer;
pub use body::Body;
pub use confine::{Foreseen, foresee};
pub use forward::{Forwarded, Forwarder, Message, Proofs};
pub use gateway::{Gateway, Parts};
pub use respond::{REFUSAL, REQUEST_ID};
pub use server::{Drained, ListenError, Listener, ListenerSettings};
pub use settings::Settings;
pub use unread::Unread;
