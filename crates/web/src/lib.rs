//! Pages for people: signing in, allowing a client to act for them, seeing and ending what they allowed.
//!
//! | path | what |
//! |---|---|
//! | `/` | who is signed in, and what they allowed; otherwise what this is |
//! | `/auth/login`, `/auth/logout` | signing in and out |
//! | `/auth/connect/{ticket}`, `/auth/callback` | to Atlassian, to consent, and back |
//! | `/auth/disconnect` | ends what the gateway may do at Atlassian as the person |
//! | `/auth/revoke` | ends a consent |
//! | `/auth/tokens`, `/auth/tokens/revoke` | makes and ends a token of the person's own |
//! | `/auth/elevations`, `/auth/elevations/end` | asks for more for the person, for a time, and gives it back |
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
//! - Whoever comes back from Atlassian brings back what they were sent out with: sealed, in the same browser, within ten
//!   minutes, once. Nothing is redeemed otherwise.
//!
//! **Deliberately absent.** Passwords: people sign in with Atlassian ([`SignIn`]), or, for development and on this machine only, as
//! imaginary people ([`Resident`]). Pages for operators, but the ones that end a consent they asked for. Paths of the data plane.

mod authorize;
mod callback;
mod connect;
mod cookies;
mod disconnect;
mod elevations;
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
mod sign_in;
mod tokens;
mod trip;
mod visit;

use std::sync::Arc;

use arc_swap::ArcSwap;
use audit::Recorder;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use broker::{App, Broker};
use control::Control;
use oauth::{Clients, Issuer, Passes, Sessions};
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
    /// Who can sign in for development.
    pub residents: Option<Arc<[Resident]>>,
    /// How people sign in with Atlassian. Where there is neither, nobody can sign in, and no session counts.
    pub sign_in: Option<SignIn>,
    /// Where what people consent to is kept.
    pub broker: Broker,
    /// Where consents that operators asked for are taken.
    pub control: Control,
    /// What people are sent out with, and come back with.
    pub passes: Passes,
}

impl Parts {
    /// Whether anybody can sign in.
    const fn can_sign_in(&self) -> bool {
        self.residents.is_some() || self.sign_in.is_some()
    }
}

/// How people sign in with Atlassian.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The app they consent to.
    pub app: Arc<App>,
    /// Where their mail addresses have to be; anywhere when there are none.
    pub email_domains: Vec<String>,
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
        .route("/auth/connect/{ticket}", get(connect::show))
        .route("/auth/callback", get(callback::show))
        .route("/auth/disconnect", post(disconnect::take))
        .route("/auth/revoke", post(revoke::take))
        .route("/auth/tokens", post(tokens::make))
        .route("/auth/tokens/revoke", post(tokens::end))
        .route("/auth/elevations", post(elevations::ask))
        .route("/auth/elevations/end", post(elevations::end))
        .route("/auth/session", get(session::show))
        .route("/oauth/authorize", get(authorize::show).post(authorize::take))
        .layer(from_fn_with_state(Arc::clone(&parts), guard::every_request))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(parts)
}
