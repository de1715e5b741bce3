//! The way out: the only place that opens outbound connections.
//!
//! **Promises.** TLS is verified, always: there is no switch to turn that off, only roots to add ([`Settings`]). Every
//! wait has an end (connecting, TLS, the CONNECT proxy, the head of an answer). A request is sent again by itself only
//! when the pooled connection it was meant for closed before a byte of it was written; every other failure says
//! whether something may have reached the other side ([`EgressError::sent`]), so that no caller has to guess.
//! Where a stranger may have chosen the destination, [`Reach::Outward`] keeps connections out of the operator's own
//! network, by the address that is connected to and not by its name. [`Answer`]s can only be made here. What an error prints never contains a header, a body or a proxy's password.
//!
//! **Deliberately absent.** Redirects, cookies, decompression, retries by status: those are decisions, and decisions
//! belong to the caller. SOCKS and proxies that are themselves reached by TLS. HTTP/2 without TLS.

mod alarm;
mod answer;
mod body;
mod client;
mod connection;
mod destination;
mod error;
mod pool;
mod reach;
mod settings;
mod tls;
mod way;

pub use answer::Answer;
pub use body::{BoxError, RequestBody};
pub use client::Egress;
pub use error::{EgressError, Kind};
pub use reach::Reach;
pub use settings::{Proxy, Roots, Settings, SettingsError};
