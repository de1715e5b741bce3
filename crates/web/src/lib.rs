//! Pages for people: signing in, allowing a client to act for them, seeing and ending what they allowed.
//!
//! | path | what |
//! |---|---|
//! | `/` | who is signed in, and what they allowed; otherwise what this is |
//! | `/auth/login`, `/auth/logout` | signing in and out |
//! | `/auth/revoke` | ends a consent |
//! | `/auth/tokens`, `/auth/tokens/revoke` | makes and ends a token of the person's own |
//! | `/auth/session` | JSON for a page of the gateway's own that calls in the person's name |
//! | `/oauth/authorize` | asks for one (RFC 6749 §3.1, §4.1) |
//!
//! **Promises.**
//! - Plain HTML and one style sheet; no script, and none would run: `default-src 'none'`. No page can be framed, kept by a
//!   cache, or tell another site where somebody came from.
//! - What was sent here is shown escaped, wherever it is shown; templates have no way around that.
//! - Nothing is changed by looking at a page. A form is taken only from a page of the person's own session, made for exactly
//!   what it does: a consent form that showed something else than would be allowed now is shown again.
//! - Nobody is sent to an address but a registered one of the client that asks, or a page of this gateway.
//! - A consent, a refusal and an end are recorded, durably, before they take effect; so are tokens of people's own, which are
//!   shown once.
//! - A request whose `Host` is not the gateway's own name is refused, so that a name that is made to point here (DNS
//!   rebinding) gets at nothing.
//!
//! **Deliberately absent.** Signing in with Atlassian, and so any way to sign in that is fit for use: there is one for development
//! ([`Resident`]), which asks for no password and works on this machine only. Pages for operators. Paths of the data plane.

mod authorize;
mod cookies;
mod form;
mod guard;
mod home;
mod login;
mod logout;
mod moment;
mod offer;
mod page;
mod people;
mod revoke;
mod session;
mod tokens;

use std::sync::Arc;

use arc_swap::ArcSwap;
use audit::Recorder;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use oauth::{Clients, Issuer, Sessions};
use policy::Rulebook;

/// The largest form, in bytes: an authorization request, and a little more.
const LARGEST: usize = 16 * 1024;

/// What the router is built from.
#[derive(Clone, Debug)]
pub struct Parts {
    /// Who may ask, and what was allowed.
    pub clients: Clients,
    /// Who is signed in.
    pub sessions: Sessions,
    /// What clients may do.
    pub rulebook: Arc<ArcSwap<Rulebook>>,
    /// What is decided here is written down there.
    pub recorder: Recorder,
    /// How people reach the gateway.
    pub issuer: Issuer,
    /// Who can sign in for development; `None`: nobody can sign in, and no session counts.
    pub residents: Option<Arc<[Resident]>>,
}

/// Somebody who can be signed in as, without a password, for development: an imaginary person of the stand-in.
#[derive(Clone, Debug)]
pub struct Resident {
    /// Atlassian account id.
    pub account: String,
    /// What they are called.
    pub name: String,
    /// Their mail address.
    pub email: String,
}

/// What handlers share.
type Shared = State<Arc<Parts>>;

/// Every page. Has no fallback: merge it with a router that has one.
pub fn router(parts: Parts) -> Router {
    let parts = Arc::new(parts);
    Router::new()
        .route("/", get(home::show))
        .route("/auth/style.css", get(page::style))
        .route("/auth/login", get(login::show).post(login::take))
        .route("/auth/logout", get(logout::show).post(logout::take))
        .route("/auth/revoke", post(revoke::take))
        .route("/auth/tokens", post(tokens::make))
        .route("/auth/tokens/revoke", post(tokens::end))
        .route("/auth/session", get(session::show))
        .route("/oauth/authorize", get(authorize::show).post(authorize::take))
        .layer(from_fn_with_state(Arc::clone(&parts), guard::every_request))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(parts)
}
