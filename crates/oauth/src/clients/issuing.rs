//! Access tokens: durable before they are handed out.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use clock::random;
use jiff::Timestamp;
use seal::Digest;
use seal::token::{self, Kind, Minted};
use store::{StoreError, TokenRow};
use types::{ClientId, Secret};

use super::Clients;
use crate::answer::{Issued, TokenError};
use crate::directory::Credential;
use crate::narrowing::Narrowing;
use crate::possession::{Asker, dpop};
use crate::profile::TokenForm;
use crate::{Profile, jwt};

/// Expired tokens are swept at every n-th issue, at most so many: on average more than are issued, so they cannot pile
/// up, and without a timer.
pub(super) const SWEEP_EVERY: u64 = 64;
const SWEEP_AT_MOST: u32 = 256;

/// An access token to issue.
pub(crate) struct Terms<'a> {
    /// What it is good for, where that is less than everything.
    pub(crate) narrowing: Narrowing,
    /// The scopes it stands for, for the answer; `None` when nobody can say yet.
    pub(crate) scope: Option<String>,
    /// The gateway as its client knows it.
    pub(crate) issuer: &'a str,
    /// It ends then at the latest.
    pub(crate) not_after: Option<Timestamp>,
    /// Who acts, where the token was another client's first (RFC 8693 §4.1).
    pub(crate) actor: Option<ClientId>,
}

impl Clients {
    /// Issues an access token; durable when this answers.
    pub(crate) async fn issue(&self, asker: &Asker, mut terms: Terms<'_>) -> Result<Issued, TokenError> {
        let failed = |error: &dyn fmt::Display| {
            tracing::error!(%error, "an access token could not be issued");
            TokenError::temporarily()
        };
        let origin = asker.origin();
        terms.narrowing = asker.bind(terms.narrowing);
        let token_type = match terms.narrowing.bound_to.as_deref() {
            Some(bound_to) if bound_to.starts_with(dpop::BOND) => dpop::TOKEN_TYPE,
            _ => "Bearer",
        };
        let now = self.now();
        let standing = origin.member().standing();
        let life = standing
            .profile()
            .token_life
            .map_or(self.0.settings.token_life(), |seconds| Duration::from_secs(u64::from(seconds)));
        let whole = now.checked_add(life).map_err(|error| failed(&error))?;
        let expires_at =
            [standing.expires_at(), terms.not_after].into_iter().flatten().fold(whole, Timestamp::min);
        let minted = self
            .mint(origin, &terms, standing.profile(), (now, expires_at))
            .map_err(|error| failed(&*error))?;
        let Terms { narrowing, scope, .. } = terms;
        let text = |part: &Option<Box<str>>| part.as_deref().map(str::to_owned);
        let sites = narrowing.sites.iter().map(|site| site.as_str()).collect::<Vec<_>>().join(" ");
        let row = TokenRow {
            digest: *minted.digest.as_bytes(),
            client: origin.client().clone(),
            scopes: narrowing.scopes.is_some().then(|| scope.clone()).flatten(),
            issued_at: now,
            expires_at,
            secret_id: origin.id().to_owned(),
            account: text(&narrowing.account),
            sites: (!sites.is_empty()).then_some(sites),
            bound_to: text(&narrowing.bound_to),
            consent: text(&narrowing.consent),
        };
        let keep = self.0.settings.tokens_per_client();
        let ended = self.0.ended.load(Ordering::Acquire);
        let oldest = self.0.store.tokens().insert_keeping(&row, keep).await.map_err(|error| match error {
            StoreError::Missing { .. } => TokenError::grant("What the user had allowed has ended."),
            error => failed(&error),
        })?;
        let token = Credential::token(origin, minted.hint.clone(), narrowing, expires_at);
        self.0.tokens.insert(minted.digest, Arc::new(token));
        // Something ended while this one came into being, perhaps its consent: then the store is asked about it once more.
        if self.0.ended.load(Ordering::Acquire) != ended {
            self.0.tokens.invalidate(&minted.digest);
        }
        self.end(&oldest);
        self.sweep_now_and_then().await;
        let life = Duration::try_from(expires_at.duration_since(now)).unwrap_or_default();
        Ok(Issued {
            text: minted.text,
            hint: minted.hint,
            life,
            scope,
            issued_type: None,
            token_type,
            refresh: None,
            account: None,
        })
    }

    /// The token itself, in the form the client has chosen.
    fn mint(
        &self,
        origin: &Credential,
        terms: &Terms<'_>,
        profile: &Profile,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<Minted, Box<dyn Error>> {
        if profile.token_form == TokenForm::Opaque {
            return Ok(token::mint(Kind::AccessToken, random::bytes()?));
        }
        let id = self.0.clock.request_id().to_string();
        let claims = jwt::claims(origin.client(), terms, &id, (from, until));
        let text = self.0.signer.sign(profile.token_form, &claims)?;
        let (digest, hint) = (Digest::of(text.as_bytes()), jwt::hint(&text));
        Ok(Minted { text: Secret::new(text), digest, hint })
    }

    async fn sweep_now_and_then(&self) {
        if !self.0.issued.fetch_add(1, Ordering::Relaxed).is_multiple_of(SWEEP_EVERY) {
            return;
        }
        if let Err(error) = self.0.store.tokens().delete_expired(self.now(), SWEEP_AT_MOST).await {
            tracing::warn!(%error, "expired tokens could not be swept; the next attempt comes by itself");
        }
    }
}
