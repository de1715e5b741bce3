//! The words of the product, as types: floor 0 of the house.
//!
//! **Promises.** Everything here is pure: no clock, no randomness, no I/O, no async. A value that exists is valid
//! (names are checked where they are made, and there are no setters). A [`Secret`] cannot be printed.
//!
//! **Deliberately absent.** No behaviour: nothing here decides, sends or stores. A type belongs here only when crates
//! on different floors have to mean the same thing by it.

mod effect;
mod issue_key;
mod name;
mod refusal;
mod request_id;
#[cfg(feature = "schemas")]
mod schemas;
mod secret;
mod site;
mod verb;

pub use effect::{Effect, UnknownEffect};
pub use issue_key::{IssueKey, NotAnIssueKey};
pub use name::{AppName, ClientId, CloudId, GrantName, IssuerName, NameError, OperatorName, SiteName};
pub use refusal::{Code, Entry, Fault, REFUSAL_HEADER, REFUSALS, Refusal, Retry};
pub use request_id::RequestId;
pub use secret::Secret;
pub use site::{Address, Deployment, Face, Product, Site, UnknownProduct};
pub use verb::{UnknownVerb, Verb};
