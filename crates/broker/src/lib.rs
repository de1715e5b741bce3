//! Custody of upstream grants: as whom a call goes to Atlassian.
//!
//! **Promises.**
//! - An [`UpstreamCredential`] is handed out only against a [`policy::Permit`], for the grant and site it names, and
//!   only for a site the grant was added for. A grant added for no site is good for none.
//! - Secrets are sealed in the store with the grant's name bound in; a row moved to another name does not open. The
//!   secret of a service account is opened only while a token is asked for.
//! - One token request per grant at a time, on a task of its own: a caller that hangs up cannot kill it, a thousand
//!   callers wait for the same one, and no lock has a time after which a second begins.
//! - A token is never sent after its end, nor during its last seconds. It is renewed at 70 to 80 % of its life; while
//!   that fails and the old one lives, the old one is used.
//! - Only the endpoint's own word about the credential counts as a rejection; 5xx, HTML and silence do not. A rejected
//!   credential is left alone for growing times (30 s to 1 h), an endpoint in trouble for 1 to 60 s.
//! - An access token Atlassian rejects is not sent again, and replaced at once; when tokens just issued are rejected
//!   in a row, the next one is asked for after growing pauses (1 s to 5 min), and callers hear when to come back.
//! - The log says once per grant and cause that Atlassian rejects it.
//! - Every attempt to get a token is counted, by grant and by how it came out.
//! - Each change of a grant's state is a record, in order, and never waited for.
//! - Nothing is shared between grants: each has its own state machine.
//!
//! - What a person consented to is refreshed as `family` says: claimed durably, redeemed once, kept durably, and only then used.
//!   Nothing but the provider's own word about the very token ends it. `docs/custody.md` says what happens at each crash.
//!
//! **Deliberately absent.** Remembering access tokens of service accounts across restarts (they ask for another one). Judging
//! an API token or a personal access token by the answer to one call: such an answer goes to the caller, and
//! [`Broker::check`] tells an operator what is wrong. Forge installations will be another file in `sources/`.
//!
//! **What is kept in memory**
//!
//! | what | key | how long |
//! |---|---|---|
//! | grants | name | until removed |
//! | `Authorization` of API tokens and personal access tokens | grant | as long as the grant |
//! | access token of a service account | grant | its life, or until Atlassian rejects it |
//! | base URLs | site | until the site's settings change |

mod app;
mod base;
mod bases;
mod broker;
mod check;
mod consent;
mod credential;
mod custody;
mod family;
mod grant;
mod journal;
mod life;
mod look;
mod once;
mod pair_answer;
pub mod people;
mod removed;
mod seen;
mod sources;
mod tend;
mod token_answer;
mod trial;

pub use app::{App, Apps, Provider};
pub use base::Base;
pub use broker::{Broker, MoveError, Parts};
pub use check::{CheckReport, Holdings, Step, Verdict};
pub use consent::{ConsentError, Consented, Reached};
pub use credential::{Ticket, UpstreamCredential};
pub use custody::CustodySettings;
pub use family::end::End;
pub use grant::{ConsentFacts, Facts, GrantError, GrantSummary, Health, Material, NewGrant};
pub use look::Looked;

/// What requests of the broker's own are sent as.
const USER_AGENT: &str = concat!("ticketgate/", env!("CARGO_PKG_VERSION"));
