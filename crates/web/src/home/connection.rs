//! What the gateway may do at Atlassian as the person, and how that is.

use broker::{Health, people};
use oauth::Session;
use seal::proof;

use crate::moment::Moment;
use crate::{Parts, disconnect};

/// The connection, as a card on the page.
pub(super) struct Connection {
    /// In words.
    pub(super) words: String,
    /// Whether they have to sign in again for it to work.
    pub(super) is_over: bool,
    /// It works, and is so old that it is best given anew.
    pub(super) is_old: bool,
    /// The sites.
    pub(super) sites: String,
    /// When it was given.
    pub(super) given: Option<Moment>,
    /// What was granted.
    pub(super) scopes: Vec<String>,
    /// Of the form that ends it.
    pub(super) proof: String,
}

impl Connection {
    pub(super) fn of(parts: &Parts, session: &Session) -> Self {
        let grant = people::grant_of(&session.account).and_then(|name| parts.broker.grant(&name));
        let proof = proof::form(session.digest(), disconnect::PURPOSE);
        let Some(grant) = grant else {
            let words = "There is none. Sign in again to make one.".to_owned();
            let (given, scopes, sites) = (None, Vec::new(), String::new());
            return Self { words, is_over: true, is_old: false, sites, given, scopes, proof };
        };
        let (words, is_over) = words(&grant.health);
        let sites: Vec<_> = grant.sites.iter().map(|site| site.as_str()).collect();
        let consent = grant.consent;
        Self {
            words,
            is_over,
            is_old: !is_over && consent.as_ref().is_some_and(|consent| consent.is_old),
            sites: sites.join(", "),
            given: consent.as_ref().map(|consent| Moment::of(consent.given_at)),
            scopes: consent.map(|consent| consent.scopes).unwrap_or_default(),
            proof,
        }
    }
}

/// How it is, and whether only the person can mend it.
fn words(health: &Health) -> (String, bool) {
    match health {
        Health::Ready | Health::Fresh | Health::Refreshing => ("It works.".to_owned(), false),
        Health::Degraded { why } => (
            format!("It works, but could not be refreshed lately: {why}. The gateway tries again by itself."),
            false,
        ),
        Health::Unavailable { why } => (
            format!("Atlassian cannot be reached at present: {why}. The gateway tries again by itself."),
            false,
        ),
        Health::ReconnectRequired { words, .. } => (format!("It is over: {words}."), true),
        Health::Revoked => ("It was ended here.".to_owned(), true),
        Health::Rejected { error } => (
            format!("Atlassian rejects the gateway itself ({error}). Its operators have to mend that."),
            false,
        ),
        Health::Damaged => ("What was kept of it cannot be read.".to_owned(), true),
    }
}
