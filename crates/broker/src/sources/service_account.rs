//! Service accounts of Cloud: OAuth 2.0 client credentials, exchanged for access tokens of an hour (RFC 6749 §4.4,
//! with the JSON body Atlassian asks for).

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use audit::metrics::{Metrics, Outcome};
use clock::{Clock, random};
use egress::{Egress, RequestBody};
use http::{HeaderValue, Request, Uri, header};
use seal::{Binding, Keyring, Sealed};
use serde::Serialize;
use tokio::sync::watch;
use types::{Code, GrantName, Refusal};
use zeroize::Zeroizing;

use crate::grant::Health;
use crate::life::{Ask, Cause, Generation, Life, Moment, Rejection, Trouble};
use crate::once::Once;
use crate::token_answer::{self, TokenAnswer};

/// How long the endpoint may take. Long: an answer that comes late is still worth more than asking again.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// How long a call waits for a token that is being fetched. The attempt goes on without it.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a service account's token requests need besides the secret.
#[derive(Clone)]
pub(crate) struct Means {
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) egress: Egress,
    pub(crate) clock: Clock,
    /// Where attempts are counted.
    pub(crate) metrics: Metrics,
}

/// One service account, with its token.
pub(crate) struct ServiceAccount {
    grant: GrantName,
    client_id: String,
    token_url: Uri,
    /// Opened for each token request, and only then.
    secret: Sealed,
    means: Means,
    life: Mutex<Life>,
    /// Counts attempts that have ended; who waits for one watches it.
    ended: watch::Sender<u64>,
    /// What was said about rejected tokens, by cause.
    said_ended: Once,
    said_young: Once,
}

impl ServiceAccount {
    pub(crate) fn new(
        grant: GrantName,
        client_id: String,
        token_url: Uri,
        secret: Sealed,
        means: Means,
    ) -> Self {
        let (ended, _) = watch::channel(0);
        Self {
            grant,
            client_id,
            token_url,
            secret,
            means,
            life: Mutex::default(),
            ended,
            said_ended: Once::default(),
            said_young: Once::default(),
        }
    }

    pub(crate) const fn grant(&self) -> &GrantName {
        &self.grant
    }

    /// A token that may be sent now. Waits only when there is none.
    pub(crate) async fn token(self: &Arc<Self>) -> Result<(HeaderValue, Generation), Refusal> {
        let mut ended = {
            let mut life = self.lock();
            match life.ask(self.moment()) {
                Ask::Use { authorization, generation, refresh } => {
                    drop(life);
                    if refresh {
                        self.attempt();
                    }
                    return Ok((authorization, generation));
                }
                Ask::No(trouble) => return Err(self.refusal(&trouble)),
                // Subscribed before the lock is given up, so the end of the attempt cannot be missed.
                Ask::Wait => self.ended.subscribe(),
                Ask::Begin => {
                    let ended = self.ended.subscribe();
                    drop(life);
                    self.attempt();
                    ended
                }
            }
        };
        let waited = tokio::time::timeout(PATIENCE, ended.changed()).await;
        if waited.is_err() {
            return Err(self.unavailable("the token endpoint has not answered yet"));
        }
        self.after_an_attempt()
    }

    /// How long its token still lives.
    pub(crate) fn remaining(&self) -> Option<Duration> {
        self.lock().remaining(self.moment())
    }

    /// Fetches a token even if it is early, because an operator asks; joins an attempt that is under way.
    pub(crate) async fn fetch_now(self: &Arc<Self>) -> Result<(HeaderValue, Generation), Trouble> {
        let mut ended = self.ended.subscribe();
        if self.lock().begin() {
            self.attempt();
        }
        let waited = tokio::time::timeout(ANSWER_WITHIN + Duration::from_secs(1), ended.changed()).await;
        let why = "the token endpoint has not answered".to_owned();
        let silence = Trouble { cause: Cause::Unavailable { why, after: None }, remaining: Duration::ZERO };
        if waited.is_err() {
            return Err(silence);
        }
        let life = self.lock();
        if let Some(trouble) = life.trouble(self.moment()) {
            return Err(trouble);
        }
        match life.peek(self.moment()) {
            Some(token) => Ok(token),
            None => Err(silence),
        }
    }

    fn after_an_attempt(&self) -> Result<(HeaderValue, Generation), Refusal> {
        let life = self.lock();
        let now = self.moment();
        if let Some(token) = life.peek(now) {
            return Ok(token);
        }
        match life.trouble(now) {
            Some(trouble) => Err(self.refusal(&trouble)),
            // A token that lived so briefly that it is over already, or an attempt cut off by the shutdown.
            None => Err(self.unavailable("the last token could not be used")),
        }
    }

    /// Takes the token out of use. The log hears loudly of each cause once, of the rest quietly.
    pub(crate) fn rejected(&self, generation: Generation) {
        let now = self.moment();
        let rejection = self.lock().rejected(now, generation);
        let grant = &self.grant;
        match rejection {
            Rejection::Ended if self.said_ended.first() => {
                tracing::warn!(%grant, "Atlassian rejected an access token before its end; another one is fetched");
            }
            Rejection::YoungAgain if self.said_young.first() => {
                tracing::warn!(
                    %grant,
                    "Atlassian rejects access tokens it has just issued; asking for growing pauses apart; run ticketgate grant check"
                );
            }
            Rejection::Known => {}
            _ => tracing::info!(%grant, generation, ?rejection, "Atlassian rejected an access token"),
        }
    }

    pub(crate) fn health(&self) -> Health {
        let now = self.moment();
        let life = self.lock();
        match life.trouble(now).map(|trouble| trouble.cause) {
            Some(Cause::Rejected(error)) => Health::Rejected { error: error.to_owned() },
            Some(Cause::Unavailable { why, .. }) => Health::Unavailable { why },
            None if life.peek(now).is_some() => Health::Working,
            None => Health::Ready,
        }
    }

    /// Runs one attempt, which must have been begun, on a task of its own: who asked for it may hang up.
    fn attempt(self: &Arc<Self>) {
        let attempt = Attempt { account: Arc::clone(self), asked: self.moment(), outcome: None };
        tokio::spawn(attempt.run());
    }

    /// Asks the endpoint once.
    async fn ask_endpoint(&self) -> TokenAnswer {
        let Some(request) = self.request() else {
            let why = "the sealed secret does not open; add the grant again".to_owned();
            return TokenAnswer::Unavailable { why, after: None };
        };
        match self.means.egress.fetch(request, ANSWER_WITHIN, token_answer::LONGEST).await {
            Ok((parts, body)) => token_answer::read(parts.status, &parts.headers, &body),
            Err(error) => TokenAnswer::Unavailable { why: error.to_string(), after: None },
        }
    }

    fn request(&self) -> Option<Request<RequestBody>> {
        let secret = self.means.keyring.open(&self.secret, &binding(&self.grant)).ok()?;
        let body = Body {
            grant_type: "client_credentials",
            client_id: &self.client_id,
            client_secret: std::str::from_utf8(&secret).ok()?,
        };
        let body = Zeroizing::new(serde_json::to_vec(&body).ok()?);
        Request::post(self.token_url.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json")
            .header(header::USER_AGENT, crate::USER_AGENT)
            .body(RequestBody::full(body.to_vec()))
            .ok()
    }

    fn refusal(&self, trouble: &Trouble) -> Refusal {
        let Trouble { cause, remaining } = trouble;
        match cause {
            Cause::Rejected(error) => Refusal::new(
                Code::GrantRejected,
                format!("The token endpoint refuses the grant {}: {error}.", self.grant),
            ),
            // Why is for operators, in the log and in the grant's health: it may tell of addresses and of the network.
            Cause::Unavailable { .. } => {
                self.unavailable("the token endpoint gives none at present").retry_after(*remaining)
            }
        }
    }

    fn unavailable(&self, why: &str) -> Refusal {
        let detail = format!("No token for the grant {}: {why}.", self.grant);
        Refusal::new(Code::GrantUnavailable, detail).retry_after(Duration::from_secs(1))
    }

    fn moment(&self) -> Moment {
        Moment::now(&self.means.clock)
    }

    fn lock(&self) -> MutexGuard<'_, Life> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ServiceAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "service account of {:?}", self.grant)
    }
}

/// Where the secret of a grant lies in the store.
pub(crate) fn binding(grant: &GrantName) -> Binding<'_> {
    Binding { table: "grants", row: grant.as_str(), column: "sealed" }
}

#[derive(Serialize)]
struct Body<'a> {
    grant_type: &'static str,
    client_id: &'a str,
    client_secret: &'a str,
}

/// An attempt under way. However it ends, even by a shutdown that drops it, the waiting are told.
struct Attempt {
    account: Arc<ServiceAccount>,
    asked: Moment,
    outcome: Option<TokenAnswer>,
}

impl Attempt {
    async fn run(mut self) {
        self.outcome = Some(self.account.ask_endpoint().await);
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        let account = &self.account;
        account.means.metrics.grant_token(&account.grant, counted(self.outcome.as_ref()));
        let cut_off = || TokenAnswer::Unavailable { why: "the request was cut off".to_owned(), after: None };
        let outcome = self.outcome.take().unwrap_or_else(cut_off);
        let jitter = random::bytes::<1>().map_or(0, |[byte]| byte);
        let now = account.moment();
        match outcome {
            TokenAnswer::Token { authorization, life } => {
                tracing::debug!(grant = %account.grant, seconds = life.as_secs(), "a token was fetched");
                account.lock().succeeded(self.asked, authorization, life, jitter);
            }
            TokenAnswer::Rejected(error) => {
                tracing::warn!(grant = %account.grant, error, "the token endpoint refuses this grant");
                account.lock().failed(now, Cause::Rejected(error), jitter);
            }
            TokenAnswer::Unavailable { why, after } => {
                tracing::warn!(grant = %account.grant, why, "no token this time");
                account.lock().failed(now, Cause::Unavailable { why, after }, jitter);
            }
        }
        account.ended.send_modify(|attempts| *attempts += 1);
    }
}

/// How an attempt is counted; `None` is one that was cut off.
const fn counted(outcome: Option<&TokenAnswer>) -> Outcome {
    match outcome {
        Some(TokenAnswer::Token { .. }) => Outcome::Ok,
        Some(TokenAnswer::Rejected(_)) => Outcome::UpstreamRefused,
        Some(TokenAnswer::Unavailable { .. }) => Outcome::UpstreamFailed,
        None => Outcome::Broken,
    }
}
