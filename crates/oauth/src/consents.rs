//! What users allowed clients to do for them.

use std::time::Duration;

use catalogue::ScopeSet;
use clock::random;
use jiff::Timestamp;
use seal::token::{self, Digest, Kind};
use store::{CodeRow, ConsentRow, Exchanged, RefreshRow, StoreError};
use types::{ClientId, Secret};

use crate::answer::TokenError;
use crate::authorize::{AuthorizationRequest, Redirect};
use crate::possession::Asker;
use crate::{Clients, Stopped, flows};

/// How long a code lives (RFC 6749 §4.1.2 allows ten minutes; a browser needs a second).
const CODE_LIFE: Duration = Duration::from_secs(60);

/// How long a refresh token lives, and with it a consent nobody makes use of.
const REFRESH_LIFE: Duration = Duration::from_secs(30 * 24 * 3_600);

/// How long after its first exchange a refresh token may be exchanged again.
///
/// A program whose answer was lost on the way, or two threads of it that refresh at the same instant, would otherwise end
/// what the user allowed. Whoever stole a token has these seconds too, but only until one of the successors is used, and
/// then is found out: see [`flows`].
pub(crate) const LEEWAY: Duration = Duration::from_secs(10);

/// Consents one user has given one client that are kept; one more ends the oldest. Each is one place the user signed in at.
const KEPT: u32 = 20;

/// Consents shown to a user at most.
const SHOWN: u32 = 200;

/// How long an ended consent is remembered: as long as anything that came of it may still be shown.
const REMEMBERED: Duration = Duration::from_secs(24 * 3_600);

/// A consent, as the user who gave it sees it.
#[derive(Clone, Debug)]
pub struct Consent {
    /// A UUID.
    pub id: String,
    /// The client that may act.
    pub client: ClientId,
    /// Who answers for the client.
    pub owner: String,
    /// What the client is for.
    pub purpose: String,
    /// With which scopes: names.
    pub scopes: Vec<String>,
    /// At which sites.
    pub sites: Vec<String>,
    /// When it was given.
    pub given_at: Timestamp,
    /// When it ends by itself unless it is used.
    pub expires_at: Timestamp,
    /// When it was last used; counted every few seconds.
    pub used_at: Option<Timestamp>,
}

/// What was to be done about a consent was not done.
#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    /// The user has no such consent.
    #[error("there is no such consent")]
    Missing,
    /// The system gives no randomness.
    #[error(transparent)]
    Randomness(#[from] random::NoRandomness),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It stopped without an answer.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl Clients {
    /// The names of scopes, for records.
    pub fn scope_names(&self, scopes: &ScopeSet) -> impl Iterator<Item = &str> {
        scopes.iter().map(|scope| self.catalogue().scope_name(scope))
    }

    /// Gives a client what it asked for: durable when this answers. The code is in the answer and nowhere else.
    ///
    /// # Errors
    /// When nothing could be kept; nothing was given then.
    pub async fn allow(
        &self,
        request: &AuthorizationRequest,
        account: &str,
    ) -> Result<Redirect, ConsentError> {
        let code = token::mint(Kind::AuthorizationCode, random::bytes()?);
        let now = self.now();
        let expires_at = after(now, CODE_LIFE);
        let consent = ConsentRow {
            id: self.new_id(),
            account: account.to_owned(),
            client: request.client.clone(),
            scopes: flows::narrow::names(self.catalogue(), &request.scopes),
            sites: request.sites.iter().map(|site| site.as_str()).collect::<Vec<_>>().join(" "),
            given_at: now,
            expires_at,
            used_at: None,
            ended_at: None,
        };
        let row = CodeRow {
            digest: *code.digest.as_bytes(),
            consent: consent.id.clone(),
            redirect_uri: request.redirect_uri.as_str().to_owned(),
            code_challenge: request.challenge.clone(),
            expires_at,
            redeemed_at: None,
        };
        let dead = now.checked_sub(REMEMBERED).unwrap_or(Timestamp::MIN);
        let ended = self.store().consents().give(&consent, &row, KEPT, dead).await?;
        self.end(&ended);
        Ok(request.grant(&code.text))
    }

    /// What a user has allowed, youngest first; 200 at most.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn consents_of(&self, account: &str) -> Result<Vec<Consent>, ConsentError> {
        let rows = self.store().consents().living_of(account, self.now(), SHOWN).await?;
        let mut consents = Vec::with_capacity(rows.len());
        for row in rows {
            let client = self.described(&row.client).await?;
            let words = |text: &str| text.split_ascii_whitespace().map(str::to_owned).collect();
            let (owner, purpose) = client.map(|client| (client.owner, client.purpose)).unwrap_or_default();
            consents.push(Consent {
                scopes: words(&row.scopes),
                sites: words(&row.sites),
                id: row.id,
                client: row.client,
                owner,
                purpose,
                given_at: row.given_at,
                expires_at: row.expires_at,
                used_at: row.used_at,
            });
        }
        Ok(consents)
    }

    /// One consent of a user, if it has not ended.
    ///
    /// # Errors
    /// [`ConsentError::Missing`] when the user has no such consent.
    pub async fn consent_of(&self, account: &str, id: &str) -> Result<ClientId, ConsentError> {
        let row = self.store().consents().get(id).await?;
        let own = row.filter(|row| row.account == account && row.ended_at.is_none());
        own.map(|row| row.client).ok_or(ConsentError::Missing)
    }

    /// Ends a consent with every token that came of it; in effect, for tokens already issued too, when this answers. It is
    /// carried through when whoever asked for it does not wait.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end_consent(&self, id: &str) -> Result<(), ConsentError> {
        let (clients, id) = (self.clone(), id.to_owned());
        let ended = self.carry_through(async move {
            let ended = clients.store().consents().end(&id, clients.now()).await?;
            clients.end(&ended);
            Ok(())
        });
        ended.await?
    }

    /// A code with what it stands for.
    pub(crate) async fn code(&self, digest: &Digest) -> Result<Option<(CodeRow, ConsentRow)>, TokenError> {
        let _turn = self.turn().await?;
        let Some(code) = kept(self.store().authorization_codes().by_digest(digest.as_bytes()).await)? else {
            return Ok(None);
        };
        let consent = kept(self.store().consents().get(&code.consent).await)?;
        Ok(consent.map(|consent| (code, consent)))
    }

    /// A refresh token with what it stands for.
    pub(crate) async fn refresh_token(
        &self,
        digest: &Digest,
    ) -> Result<Option<(RefreshRow, ConsentRow)>, TokenError> {
        let _turn = self.turn().await?;
        let Some(token) = kept(self.store().refresh_tokens().by_digest(digest.as_bytes()).await)? else {
            return Ok(None);
        };
        let consent = kept(self.store().consents().get(&token.consent).await)?;
        Ok(consent.map(|consent| (token, consent)))
    }

    /// Redeems a code for the first refresh token; `None` when somebody else was quicker.
    pub(crate) async fn redeem(&self, code: &CodeRow, asker: &Asker) -> Result<Option<Secret>, TokenError> {
        let (text, first) = self.new_refresh_token(&code.consent, asker)?;
        let fresh = kept(self.store().authorization_codes().redeem(&code.digest, &first).await)?;
        Ok(fresh.then_some(text))
    }

    /// Exchanges a refresh token for its successor.
    pub(crate) async fn exchange(
        &self,
        token: &RefreshRow,
        asker: &Asker,
    ) -> Result<(Exchanged, Secret), TokenError> {
        let (text, successor) = self.new_refresh_token(&token.consent, asker)?;
        let since = self.now().checked_sub(LEEWAY).unwrap_or(Timestamp::MIN);
        let exchanged = kept(self.store().refresh_tokens().exchange(&token.digest, &successor, since).await)?;
        Ok((exchanged, text))
    }

    fn new_refresh_token(&self, consent: &str, asker: &Asker) -> Result<(Secret, RefreshRow), TokenError> {
        let random = random::bytes().map_err(|error| {
            tracing::error!(%error, "a refresh token could not be made");
            TokenError::temporarily()
        })?;
        let minted = token::mint(Kind::RefreshToken, random);
        let now = self.now();
        let row = RefreshRow {
            digest: *minted.digest.as_bytes(),
            consent: consent.to_owned(),
            generation: 1,
            issued_at: now,
            expires_at: after(now, REFRESH_LIFE),
            used_at: None,
            bound_to: asker.binds_refresh_tokens().map(str::to_owned),
        };
        Ok((minted.text, row))
    }
}

/// The scopes a consent still stands for: what was allowed, as far as the manifest goes now. Names of operations that
/// Atlassian has given up stand for nothing.
pub(crate) fn scopes_of(clients: &Clients, consent: &ConsentRow, allowed: Option<&ScopeSet>) -> ScopeSet {
    let mut scopes = ScopeSet::default();
    for name in consent.scopes.split_ascii_whitespace() {
        if let Some(scope) = clients.catalogue().scope(name) {
            scopes.insert(scope);
        }
    }
    allowed.map_or(scopes, |allowed| scopes.intersection(allowed))
}

fn after(now: Timestamp, life: Duration) -> Timestamp {
    now.checked_add(life).unwrap_or(Timestamp::MAX)
}

fn kept<T>(result: Result<T, StoreError>) -> Result<T, TokenError> {
    result.map_err(|error| {
        tracing::error!(%error, "a consent could not be read or kept");
        TokenError::temporarily()
    })
}

#[cfg(test)]
mod tests;
