//! A grant whose access token is renewed: when to renew it is [`Life`]'s business, how to is its kind's.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use audit::metrics::{Metrics, Outcome};
use clock::{Clock, random};
use egress::Egress;
use http::HeaderValue;
use seal::Keyring;
use tokio::sync::watch;
use types::{Code, GrantName, Refusal};

use super::service_account::ServiceAccount;
use super::three_legged::ThreeLegged;
use crate::family::end::End;
use crate::grant::Health;
use crate::journal::{Journal, Whose};
use crate::life::{Ask, Cause, Generation, Life, Moment, Rejection, Trouble};
use crate::once::Once;

/// How long a call waits for a token that is being fetched. The attempt goes on without it.
const PATIENCE: Duration = Duration::from_secs(20);

/// Half a sentence, when the store is in the way of a refresh.
const NOT_KEPT: &str = "the gateway's store cannot keep what a refresh would give, so none is asked for";

/// Half a sentence, when it is in the way of what a refresh gave.
const STUCK: &str =
    "the gateway's store cannot keep what the refresh gave; operators must look at it (disk full?)";

/// How long an operator who asks waits.
const OPERATORS_PATIENCE: Duration = Duration::from_secs(31);

/// What asking for tokens takes.
#[derive(Clone)]
pub(crate) struct Means {
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) egress: Egress,
    pub(crate) clock: Clock,
    /// Where attempts are counted.
    pub(crate) metrics: Metrics,
    /// Where changes of state are told.
    pub(crate) journal: Journal,
}

/// How the next token is got.
pub(crate) enum How {
    ServiceAccount(ServiceAccount),
    ThreeLegged(ThreeLegged),
}

/// What came of an attempt.
#[derive(Debug)]
pub(crate) enum Got {
    /// A token, which has so long to live from `asked` on.
    Token { authorization: HeaderValue, life: Duration, asked: Moment },
    /// The credential is refused; the OAuth error.
    Rejected(&'static str),
    /// None this time.
    Unavailable { why: String, after: Option<Duration> },
    /// None was asked for, because it could not have been kept.
    NotKept,
    /// And never again.
    Ended(End),
}

impl Got {
    pub(crate) fn nothing(why: impl Into<String>) -> Self {
        Self::Unavailable { why: why.into(), after: None }
    }
}

/// One grant, with its token.
pub(crate) struct Renewed {
    grant: GrantName,
    pub(crate) how: How,
    means: Means,
    life: Mutex<Life>,
    /// Counts attempts that have ended; who waits for one watches it.
    ended: watch::Sender<u64>,
    /// Whether a call has used it since the last token was got.
    wanted: AtomicBool,
    /// What was got cannot be kept at the moment.
    stuck: AtomicBool,
    /// Another one has taken its place: nobody wants to hear of this one.
    retired: AtomicBool,
    account: Option<String>,
    /// What was said about rejected tokens, by cause.
    said_ended: Once,
    said_young: Once,
}

impl Renewed {
    pub(crate) fn new(grant: GrantName, how: How, means: Means, account: Option<String>) -> Self {
        let (ended, _) = watch::channel(0);
        Self {
            grant,
            how,
            means,
            life: Mutex::default(),
            ended,
            wanted: AtomicBool::new(false),
            stuck: AtomicBool::new(false),
            retired: AtomicBool::new(false),
            account,
            said_ended: Once::default(),
            said_young: Once::default(),
        }
    }

    pub(crate) const fn grant(&self) -> &GrantName {
        &self.grant
    }

    pub(crate) const fn means(&self) -> &Means {
        &self.means
    }

    /// A token that may be sent now. Waits only when there is none.
    pub(crate) async fn token(self: &Arc<Self>) -> Result<(HeaderValue, Generation), Refusal> {
        self.wanted.store(true, Ordering::Relaxed);
        if let How::ThreeLegged(family) = &self.how
            && family.is_out_of_date(&self.means.clock)
        {
            self.doom(Duration::ZERO);
        }
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
                Ask::Wait if self.stuck.load(Ordering::Relaxed) => return Err(self.unavailable(STUCK)),
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
        let waited = tokio::time::timeout(OPERATORS_PATIENCE, ended.changed()).await;
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

    /// A token if there is one, an attempt if there is none: for who looks, and has no call to make.
    pub(crate) async fn present(self: &Arc<Self>) -> Result<(HeaderValue, Generation), Trouble> {
        let living = self.lock().peek(self.moment());
        match living {
            Some(token) => Ok(token),
            None => self.fetch_now().await,
        }
    }

    /// Renews what should not wait for a call: a token that is used and due, one that may have been replaced, and what
    /// its kind says must be kept alive.
    pub(crate) fn tend(self: &Arc<Self>) {
        let now = self.moment();
        let wanted = self.wanted.load(Ordering::Relaxed);
        let mut life = self.lock();
        let mut begun = life.begin_if_due(now, wanted);
        if !begun && let How::ThreeLegged(family) = &self.how {
            let resting = life.trouble(now).is_some_and(|trouble| !trouble.remaining.is_zero());
            begun = !resting && family.wants_tending(&self.grant, self.means.clock.now()) && life.begin();
        }
        drop(life);
        if begun {
            self.attempt();
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

    /// From here on the provider may have given another token in place of the present one.
    pub(crate) fn doom(&self, most: Duration) {
        self.lock().doom(self.moment(), most);
    }

    /// Whether what was got cannot be kept at the moment.
    pub(crate) fn stuck(&self, stuck: bool) {
        self.stuck.store(stuck, Ordering::Relaxed);
    }

    /// It has not, after all.
    pub(crate) fn spare(&self) {
        self.lock().spare();
    }

    /// A token that was got elsewhere: by another instance, or in the last run of this one.
    pub(crate) fn adopt(&self, authorization: HeaderValue, life: Duration) {
        let under_way = {
            let mut mine = self.lock();
            let under_way = mine.is_under_way();
            mine.succeeded(self.moment(), authorization, life, jitter());
            if under_way {
                // Its end is told by itself.
                let _ = mine.begin();
            }
            under_way
        };
        if !under_way {
            self.ended.send_modify(|attempts| *attempts += 1);
        }
    }

    /// It is over, somebody else says.
    pub(crate) fn end(&self, why: End) {
        self.lock().failed(self.moment(), Cause::Ended(why), 0);
        self.ended.send_modify(|attempts| *attempts += 1);
    }

    pub(crate) fn health(&self) -> Health {
        let now = self.moment();
        let life = self.lock();
        let living = life.peek(now).is_some();
        match life.trouble(now).map(|trouble| trouble.cause) {
            Some(Cause::Ended(End::Revoked)) => Health::Revoked,
            Some(Cause::Ended(cause)) => Health::ReconnectRequired { cause, words: cause.words().to_owned() },
            Some(Cause::Rejected(error)) => Health::Rejected { error: error.to_owned() },
            Some(Cause::NotKept) if living => Health::Degraded { why: NOT_KEPT.to_owned() },
            Some(Cause::NotKept) => Health::Unavailable { why: NOT_KEPT.to_owned() },
            None if self.stuck.load(Ordering::Relaxed) => Health::Unavailable { why: STUCK.to_owned() },
            Some(Cause::Unavailable { why, .. }) if living => Health::Degraded { why },
            Some(Cause::Unavailable { why, .. }) => Health::Unavailable { why },
            None if life.is_under_way() => Health::Refreshing,
            None if living => Health::Fresh,
            None => Health::Ready,
        }
    }

    /// Tells a state that has changed since it was last told.
    pub(crate) fn tell(&self) {
        self.tell_of(false);
    }

    /// The same, when another instance has changed it.
    pub(crate) fn tell_heard(&self) {
        self.tell_of(true);
    }

    fn tell_of(&self, heard: bool) {
        let look = || (!self.retired.load(Ordering::Acquire)).then(|| self.health());
        self.means.journal.tell(&self.grant, look, || self.whose(), heard);
    }

    /// Another one takes its place.
    pub(crate) fn retire(&self) {
        self.retired.store(true, Ordering::Release);
    }

    /// Who consented, and what to do about an end.
    pub(crate) fn whose(&self) -> Whose {
        let How::ThreeLegged(family) = &self.how else { return Whose::default() };
        Whose {
            account: self.account.clone(),
            advice: Some(family.where_to_reconnect(&self.grant)),
            reconnect_at: family.reconnect_page(&self.grant),
        }
    }

    /// Runs one attempt, which must have been begun, on a task of its own: who asked for it may hang up.
    fn attempt(self: &Arc<Self>) {
        // What it is to replace is looked at now: once another instance has done so, there is nothing left to do.
        let known = match &self.how {
            How::ThreeLegged(family) => family.known().0,
            How::ServiceAccount(_) => 0,
        };
        let attempt = Attempt { renewed: Arc::clone(self), got: None };
        tokio::spawn(attempt.run(known));
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
            Cause::NotKept => self.unavailable(NOT_KEPT).retry_after(*remaining),
            Cause::Ended(end) => {
                let detail = format!("The grant {} has to be connected again: {}.", self.grant, end.words());
                let refusal = Refusal::new(Code::ReconnectRequired, detail);
                match &self.how {
                    How::ThreeLegged(family) => refusal.advise(family.where_to_reconnect(&self.grant)),
                    How::ServiceAccount(_) => refusal,
                }
            }
        }
    }

    fn unavailable(&self, why: &str) -> Refusal {
        let detail = format!("No token for the grant {}: {why}.", self.grant);
        Refusal::new(Code::GrantUnavailable, detail).retry_after(Duration::from_secs(1))
    }

    pub(crate) fn moment(&self) -> Moment {
        Moment::now(&self.means.clock)
    }

    fn lock(&self) -> MutexGuard<'_, Life> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Renewed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.how {
            How::ServiceAccount(_) => write!(f, "service account of {:?}", self.grant),
            How::ThreeLegged(_) => write!(f, "three-legged {:?}", self.grant),
        }
    }
}

fn jitter() -> u8 {
    random::bytes::<1>().map_or(0, |[byte]| byte)
}

/// An attempt under way. However it ends, even by a shutdown that drops it, the waiting are told.
struct Attempt {
    renewed: Arc<Renewed>,
    got: Option<Got>,
}

impl Attempt {
    async fn run(mut self, known: u64) {
        let renewed = Arc::clone(&self.renewed);
        renewed.tell();
        self.got = Some(match &renewed.how {
            How::ServiceAccount(account) => account.attempt(&renewed).await,
            How::ThreeLegged(family) => family.attempt(&renewed, known).await,
        });
        drop(self);
        renewed.tell();
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        let renewed = &self.renewed;
        renewed.means.metrics.grant_token(&renewed.grant, counted(self.got.as_ref()));
        let got = self.got.take().unwrap_or_else(|| Got::nothing("the request was cut off"));
        let now = renewed.moment();
        let grant = &renewed.grant;
        let failed = |cause| renewed.lock().failed(now, cause, jitter());
        match got {
            Got::Token { authorization, life, asked } => {
                tracing::debug!(%grant, seconds = life.as_secs(), "a token was fetched");
                renewed.wanted.store(false, Ordering::Relaxed);
                renewed.lock().succeeded(asked, authorization, life, jitter());
            }
            Got::Rejected(error) => {
                tracing::warn!(%grant, error, "the token endpoint refuses this grant");
                failed(Cause::Rejected(error));
            }
            Got::Unavailable { why, after } => {
                tracing::warn!(%grant, why, "no token this time");
                failed(Cause::Unavailable { why, after });
            }
            Got::NotKept => failed(Cause::NotKept),
            Got::Ended(end) => {
                tracing::warn!(%grant, cause = %end, "this grant has to be connected again: {}", end.words());
                failed(Cause::Ended(end));
            }
        }
        renewed.ended.send_modify(|attempts| *attempts += 1);
    }
}

/// How an attempt is counted; `None` is one that was cut off.
const fn counted(got: Option<&Got>) -> Outcome {
    match got {
        Some(Got::Token { .. }) => Outcome::Ok,
        Some(Got::Rejected(_) | Got::Ended(_)) => Outcome::UpstreamRefused,
        Some(Got::Unavailable { .. }) => Outcome::UpstreamFailed,
        Some(Got::NotKept) | None => Outcome::Broken,
    }
}
