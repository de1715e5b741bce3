//! Three-legged grants: what a person consented to, refreshed pair by pair under the rules of [`protocol`].

mod keeping;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clock::{Clock, Tick};
use egress::Kind;
use http::HeaderValue;
use jiff::Timestamp;
use store::FamilyRow;
use types::{GrantName, Secret};

use super::renewed::{Got, Renewed};
use super::token_request::{Asked, request};
use crate::app::App;
use crate::custody::Custody;
use crate::family::end::{End, OLDEST, Past};
use crate::family::pair::Pair;
use crate::family::protocol::{self, Before, Claim, Claimant, Hold};
use crate::grant::ConsentFacts;
use crate::life::Lifetime;
use crate::pair_answer::{self, PairAnswer};
use crate::{token_answer, trial};

/// How often somebody who waits for another instance looks.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How long an attempt waits for others at most, before it begins anew with the next call.
const WAIT_AT_MOST: Duration = Duration::from_secs(120);

/// How long before a family may be ended for its age that is said.
const WARNED_BEFORE: Duration = Duration::from_secs(30 * 24 * 3_600);

/// The old access token is given up so long before the leeway ends.
const BEFORE_THE_LEEWAY: Duration = Duration::from_secs(60);

/// One consent in custody.
pub(crate) struct ThreeLegged {
    app: Arc<App>,
    custody: Custody,
    /// What the family's row was when this process last saw it.
    row: Mutex<FamilyRow>,
    /// What the provider says was granted.
    scopes: Mutex<Vec<String>>,
}

/// The right to redeem, and what it was got with.
struct Claimed {
    hold: Hold,
    row: Box<FamilyRow>,
    before: Before,
    /// When it was got, on this process's own clock.
    since: Tick,
}

/// What a redemption came to.
enum Redeemed {
    Pair(Pair),
    Refused,
    AppRefused(&'static str),
    Nothing { why: String, after: Option<Duration>, sent: bool },
}

impl ThreeLegged {
    pub(crate) fn new(app: Arc<App>, custody: Custody, row: FamilyRow) -> Self {
        Self { app, custody, row: Mutex::new(row), scopes: Mutex::default() }
    }

    pub(crate) const fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// The row as it was last seen. The guard must be gone before another is asked for: one in an expression lives to its end.
    pub(crate) fn row(&self) -> MutexGuard<'_, FamilyRow> {
        self.row.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Generation and fence of the row as it was last seen.
    pub(crate) fn known(&self) -> (u64, u64) {
        let row = self.row();
        (row.generation, row.fence)
    }

    /// What the provider said was granted, the last time it said something.
    pub(crate) fn scopes(&self) -> Vec<String> {
        self.scopes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether another instance may have refreshed it without this one knowing.
    pub(crate) fn is_out_of_date(&self, clock: &Clock) -> bool {
        self.custody.is_deaf(clock)
    }

    /// Where a person goes to give the access again.
    pub(crate) fn where_to_reconnect(&self, grant: &GrantName) -> String {
        if crate::people::is_person(grant) {
            return self.custody.where_to_sign_in();
        }
        format!("Ask an operator to run ticketgate grant authorize {grant}.")
    }

    /// The page where a person gives the access again; an operator has none.
    pub(crate) fn reconnect_page(&self, grant: &GrantName) -> Option<String> {
        let at = self.custody.settings().reconnect_at.as_ref();
        at.filter(|_| crate::people::is_person(grant)).map(|at| format!("{at}/auth/login"))
    }

    /// Whether it should be refreshed although no call needs it: it was left in the middle of a redemption, or is so old that the
    /// provider would soon forget it.
    pub(crate) fn wants_tending(&self, grant: &GrantName, now: Timestamp) -> bool {
        let row = self.row();
        if row.ended.is_some() {
            return false;
        }
        let passed = |at: Timestamp| Duration::try_from(now.duration_since(at)).unwrap_or_default();
        let idle = passed(row.obtained_at);
        let unproven = row.unproven_since.is_some_and(|since| passed(since) >= self.settles());
        row.first_tried_at.is_some() || unproven || idle >= keep_alive(self.app.inactivity, grant)
    }

    /// What became of the consent, for lists.
    pub(crate) fn facts(&self, now: Timestamp) -> ConsentFacts {
        let row = self.row();
        let age = Duration::try_from(now.duration_since(row.began_at)).unwrap_or_default();
        ConsentFacts {
            given_at: row.began_at,
            refreshed_at: row.obtained_at,
            scopes: self.scopes(),
            may_end_at: self.app.is_cloud().then(|| row.began_at.checked_add(OLDEST).ok()).flatten(),
            // An end after a year was documented and may still come.
            is_old: self.app.is_cloud() && age + WARNED_BEFORE >= OLDEST,
        }
    }

    /// Takes in a row that was read: its pair, if it is another one; that somebody redeems it; that it is over.
    pub(crate) fn see(&self, row: &FamilyRow, of: &Renewed) {
        let before = std::mem::replace(&mut *self.row(), row.clone());
        if let Some(end) = ended(row) {
            if before.ended.is_none() {
                of.end(end);
            }
            return;
        }
        if before.generation != row.generation || before.ended.is_some() {
            match self.usable(row, of) {
                Some((authorization, life)) => of.adopt(authorization, life),
                None => of.doom(Duration::ZERO),
            }
        }
        if row.first_tried_at.is_some() {
            of.doom(self.outlives());
        }
    }

    /// What is in the row when the process starts.
    pub(crate) fn begin(&self, of: &Renewed) {
        let row = self.row().clone();
        if let Some(end) = ended(&row) {
            of.end(end);
            return;
        }
        let now = of.means().clock.now();
        // How long ago it was tried is known by the calendar only. What cannot be right counts as long ago.
        let tried = row.first_tried_at.map(|at| Duration::try_from(now.duration_since(at)));
        let left = match tried {
            None => None,
            Some(Ok(passed)) => Some(self.outlives().saturating_sub(passed)),
            Some(Err(_)) => Some(Duration::ZERO),
        };
        if let Some((authorization, life)) = self.usable(&row, of) {
            of.adopt(authorization, life);
        }
        if let Some(left) = left {
            of.doom(left);
        }
    }

    /// The row's access token, if it can be sent at all, with what is left of its life.
    fn usable(&self, row: &FamilyRow, of: &Renewed) -> Option<(HeaderValue, Lifetime)> {
        let pair = Pair::open(&of.means().keyring, row)?;
        self.note_scopes(&pair);
        let life = pair.lifetime(of.means().clock.now());
        let authorization = token_answer::bearer(pair.access.as_ref()?)?;
        (!life.left.is_zero()).then_some((authorization, life))
    }

    fn note_scopes(&self, pair: &Pair) {
        if !pair.scopes.is_empty() {
            self.scopes.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&pair.scopes);
        }
    }

    /// How long a request that nobody waits for may take to arrive, generously. So long a pair is left alone that may not be the one
    /// the provider goes by; then it is redeemed, while there still is a way back to the one that is.
    fn settles(&self) -> Duration {
        self.app.leeway / 10
    }

    /// How long an access token is good for after its successor was asked for.
    fn outlives(&self) -> Duration {
        self.app.leeway.saturating_sub(BEFORE_THE_LEEWAY.min(self.app.leeway / 4))
    }

    /// Gets the next token: claims the family, redeems its refresh token, keeps what comes.
    pub(crate) async fn attempt(&self, of: &Renewed, known: u64) -> Got {
        let _counted = self.custody.redeeming();
        let now = of.means().clock.now();
        let settling = self.row().unproven_since.and_then(|since| {
            let passed = Duration::try_from(now.duration_since(since)).unwrap_or(self.settles());
            self.settles().checked_sub(passed).filter(|left| !left.is_zero())
        });
        if let Some(left) = settling {
            let why = "its last refresh was asked for twice, and the first request may still arrive";
            return Got::Unavailable { why: why.to_owned(), after: Some(left) };
        }
        match self.claim(of, known).await {
            Ok(claimed) => {
                trial::reached("after-claim");
                self.redeem(&claimed, of).await
            }
            Err(got) => got,
        }
    }

    /// Becomes the one who redeems, waits for the one who does, or takes what they got.
    async fn claim(&self, of: &Renewed, mut known: u64) -> Result<Claimed, Got> {
        let clock = &of.means().clock;
        let (began, mut watched) = (clock.tick(), None::<(u64, Tick, Duration)>);
        loop {
            let waited_out = watched.filter(|(_, since, hold)| clock.tick().since(*since) >= *hold);
            let who = Claimant {
                instance: self.custody.instance(),
                patience: self.custody.patience(),
                known,
                waited_out: waited_out.map(|(fence, ..)| fence),
                alone: self.custody.is_alone(),
            };
            let now = clock.now();
            let families = self.custody.store().token_families();
            let claim = families.change(of.grant(), now, |row| protocol::claim(row, &who, now)).await;
            match claim.map_err(|error| unkept(of.grant(), &error))? {
                Claim::Yours { row, before } => {
                    *self.row() = (*row).clone();
                    return Ok(Claimed { hold: Hold::of(&row), row, before, since: clock.tick() });
                }
                Claim::Moved(row) => {
                    let usable = self.usable(&row, of);
                    known = row.generation;
                    *self.row() = *row;
                    if let Some((authorization, life)) = usable {
                        return Err(Got::Token { authorization, life, asked: of.moment() });
                    }
                }
                Claim::Held { fence, patience } => {
                    of.doom(self.outlives());
                    if watched.is_none_or(|(seen, ..)| seen != fence) {
                        watched = Some((fence, clock.tick(), patience));
                    }
                    tokio::time::sleep(LOOK_EVERY).await;
                }
                Claim::Ended(row) => {
                    let end = ended(&row).unwrap_or(End::Damaged);
                    *self.row() = *row;
                    return Err(Got::Ended(end));
                }
                Claim::Gone => return Err(Got::nothing("the grant was removed")),
            }
            if clock.tick().since(began) >= WAIT_AT_MOST {
                return Err(Got::nothing("another instance has not ended refreshing it"));
            }
        }
    }

    async fn redeem(&self, claimed: &Claimed, of: &Renewed) -> Got {
        let Some(pair) = Pair::open(&of.means().keyring, &claimed.row) else {
            self.release(claimed, true, of).await;
            return Got::nothing("its stored tokens cannot be opened: was the root key changed?");
        };
        of.doom(self.outlives());
        if of.means().clock.tick().since(claimed.since) >= self.custody.patience() {
            // This process stood still since it claimed: somebody else may have taken over, and be done.
            self.release(claimed, true, of).await;
            return Got::nothing("the gateway stood still in the middle of a refresh");
        }
        match self.ask(&pair.refresh, of).await {
            Redeemed::Pair(next) => self.keep(claimed, (next, &pair), of).await,
            Redeemed::Refused => self.refused(claimed, &pair, of).await,
            Redeemed::AppRefused(error) => {
                // Whoever is not known redeems nothing.
                self.release(claimed, true, of).await;
                Got::Rejected(error)
            }
            Redeemed::Nothing { why, after, sent } => {
                self.release(claimed, !sent, of).await;
                Got::Unavailable { why, after }
            }
        }
    }

    /// Sends one refresh token to the provider.
    async fn ask(&self, refresh: &Secret, of: &Renewed) -> Redeemed {
        let asked_at = of.means().clock.now();
        let nothing = |why: &str| Redeemed::Nothing { why: why.to_owned(), after: None, sent: false };
        let Some(request) = request(&self.app, &Asked::Refresh(refresh)) else {
            return nothing("the request cannot be made");
        };
        let within = self.custody.settings().answer_within;
        trial::reached("before-send");
        match of.means().egress.fetch(request, within, token_answer::LONGEST).await {
            Ok((parts, body)) => {
                trial::reached("after-answer");
                match pair_answer::read(parts.status, &parts.headers, &body, (asked_at, Some(refresh))) {
                    PairAnswer::Pair(pair, odd) => {
                        if let Some(odd) = odd {
                            tracing::warn!(grant = %of.grant(), odd, "the provider's answer is of no use yet; its refresh token is kept");
                        }
                        Redeemed::Pair(pair)
                    }
                    PairAnswer::Refused => Redeemed::Refused,
                    PairAnswer::AppRefused(error) => Redeemed::AppRefused(error),
                    PairAnswer::Unavailable { why, after } => Redeemed::Nothing { why, after, sent: true },
                }
            }
            Err(error) => {
                let sent = error.sent() || !matches!(error.kind(), Kind::Unreachable | Kind::Tls);
                Redeemed::Nothing { why: error.to_string(), after: None, sent }
            }
        }
    }

    /// The provider says that the refresh token is not good. Perhaps it goes by a pair that came too late; otherwise the
    /// family is over.
    async fn refused(&self, claimed: &Claimed, sent: &Pair, of: &Renewed) -> Got {
        // Without a leeway nothing is ever sent twice, and there is nothing to wait for. Whoever has the store alone is the only one
        // who ever kept anything aside, so that nothing aside is another's successor; a process that is killed again and
        // again would spend the leeway waiting.
        if !claimed.before.is_quiet() && !self.settles().is_zero() && !self.custody.is_alone() {
            return self.settle(claimed, of).await;
        }
        let aside = match self.aside(sent, of).await {
            Ok(aside) => aside,
            Err(error) => {
                self.release(claimed, false, of).await;
                return unkept(of.grant(), &error);
            }
        };
        for (row, mut pair) in aside {
            // Whoever has taken over meanwhile may be far ahead; what was kept aside is theirs to try.
            match self.custody.store().token_families().get(of.grant()).await {
                Ok(row) if claimed.hold.holds(row.as_ref()) => {}
                Ok(_) => return self.take_what_there_is(of).await,
                Err(error) => return unkept(of.grant(), &error),
            }
            // It counts as sent from here on, whoever goes on after this process.
            if let Err(error) = self.mark_sent(row, &mut pair, of).await {
                self.release(claimed, false, of).await;
                return unkept(of.grant(), &error);
            }
            match self.ask(&pair.refresh, of).await {
                Redeemed::Pair(next) => {
                    tracing::warn!(grant = %of.grant(), "a pair that was kept aside is the one the provider goes by");
                    return self.keep(claimed, (next, &pair), of).await;
                }
                Redeemed::Refused => {}
                Redeemed::AppRefused(error) => {
                    self.release(claimed, false, of).await;
                    return Got::Rejected(error);
                }
                Redeemed::Nothing { why, after, .. } => {
                    self.release(claimed, false, of).await;
                    return Got::Unavailable { why, after };
                }
            }
        }
        let now = of.means().clock.now();
        let passed = |at: Timestamp| Duration::try_from(now.duration_since(at)).unwrap_or_default();
        let why = End::of_refused(&Past {
            idle: passed(claimed.row.obtained_at),
            age: passed(claimed.row.began_at),
            unanswered: claimed.before.tried.map(passed),
            leeway: self.app.leeway,
            inactivity: self.app.inactivity,
        });
        let families = self.custody.store().token_families();
        let end = families.change(of.grant(), now, |row| protocol::end(row, claimed.hold, why, now)).await;
        match end {
            Ok(true) => {
                let mut row = self.row();
                row.holder = None;
                row.ended = Some((why.as_str().to_owned(), now));
                Got::Ended(why)
            }
            Ok(false) => self.take_what_there_is(of).await,
            Err(error) => unkept(of.grant(), &error),
        }
    }

    /// Another instance may have sent pairs that were kept aside, and its requests may still arrive. Nothing more is sent until
    /// they have, or never will.
    async fn settle(&self, claimed: &Claimed, of: &Renewed) -> Got {
        let now = of.means().clock.now();
        let leave = |row: Option<&FamilyRow>| protocol::settle(row, claimed.hold, now);
        match self.custody.store().token_families().change(of.grant(), now, leave).await {
            Ok(()) => {
                let mut row = self.row();
                row.holder = None;
                row.unproven_since = Some(now);
                let why = "its token is refused, and what was sent by another attempt may still arrive";
                Got::Unavailable { why: why.to_owned(), after: Some(self.settles()) }
            }
            Err(error) => unkept(of.grant(), &error),
        }
    }

    /// Lets go of the family without a pair. If that cannot be written, a later claim of this process takes it all the same.
    async fn release(&self, claimed: &Claimed, never_sent: bool, of: &Renewed) {
        trial::reached("before-release");
        let now = of.means().clock.now();
        let let_go =
            |row: Option<&FamilyRow>| protocol::release(row, claimed.hold, never_sent, claimed.before);
        let families = self.custody.store().token_families();
        match families.change(of.grant(), now, let_go).await {
            Ok(()) => {
                let mut row = self.row();
                row.holder = None;
                if never_sent {
                    row.first_tried_at = claimed.before.tried;
                    row.unproven_since = claimed.before.unproven;
                    if claimed.before.tried.is_none() {
                        of.spare();
                    }
                }
            }
            Err(error) => {
                tracing::warn!(grant = %of.grant(), %error, "a claim could not be given back; it is taken over later");
            }
        }
    }
}

fn ended(row: &FamilyRow) -> Option<End> {
    row.ended.as_ref().map(|(why, _)| why.parse().unwrap_or(End::Damaged))
}

/// After how long a grant nobody uses is refreshed: a quarter to a third of what it would live, each grant at another time.
fn keep_alive(inactivity: Duration, grant: &GrantName) -> Duration {
    let spread =
        grant.as_str().bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    inactivity / 4 + inactivity / 12 / 256 * (spread % 256)
}

fn unkept(grant: &GrantName, error: &impl std::error::Error) -> Got {
    tracing::error!(%grant, %error, "a grant cannot be refreshed: nothing can be kept");
    Got::NotKept
}
