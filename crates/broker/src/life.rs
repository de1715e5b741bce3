//! The life of one grant's access token: when it may be sent, when to ask for the next, when to leave the endpoint
//! alone. One state machine per grant, so two grants can never share a token or a refresh.
//!
//! Pure: the moment comes with each question. The crate's promises about expiry, single flight and dead grants are
//! promises of this file, and are tested here over arbitrary histories.

use std::time::Duration;

use clock::{Clock, Tick};
use http::HeaderValue;
use jiff::Timestamp;

use crate::family::end::End;

/// A token is not sent during the last bit of its life: a call needs time to arrive.
const EDGE: Duration = Duration::from_secs(30);

/// A token rejected when younger than this was perhaps never accepted. One may be bad luck (revoked, or not yet known
/// everywhere) and is replaced at once; several in a row are not its fault, and asking on and on would only hammer.
const YOUNG: Duration = Duration::from_secs(30);

/// How long a refused credential is left alone: the first time, and at most.
const AFTER_REJECTION: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(3_600));

/// How long an endpoint in trouble is left alone: the first time, and at most.
const AFTER_TROUBLE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// How long nobody asks after young tokens were rejected in a row: from the second one on, and at most.
const AFTER_YOUNG: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(300));

/// A `Retry-After` is believed within these bounds: 0 would be a storm, and absurdly large ones occur.
const BELIEVED: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(300));

/// A point in time on both scales. The monotonic one stands still while a machine is suspended, the calendar may be
/// set back: the later of the two counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    tick: Tick,
    at: Timestamp,
}

impl Moment {
    pub(crate) fn now(clock: &Clock) -> Self {
        Self { tick: clock.tick(), at: clock.now() }
    }

    fn since(self, earlier: Self) -> Duration {
        let calendar = Duration::try_from(self.at.duration_since(earlier.at)).unwrap_or_default();
        self.tick.since(earlier.tick).max(calendar)
    }
}

/// Which token was handed out.
pub(crate) type Generation = u64;

/// What to do about a request that needs a token now.
#[derive(Debug)]
pub(crate) enum Ask {
    /// Send this one. When `refresh` is set, an attempt has been begun and the caller must run it.
    Use { authorization: HeaderValue, generation: Generation, refresh: bool },
    /// An attempt has been begun: run it and wait for its end.
    Begin,
    /// An attempt is under way: wait for its end.
    Wait,
    /// No token, and it is too early to ask again.
    No(Trouble),
}

/// Why there is no token, and for how much longer nobody will be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) cause: Cause,
    pub(crate) remaining: Duration,
}

/// What went wrong at the last attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The credential itself is refused; the OAuth error.
    Rejected(&'static str),
    /// No answer, or one that says nothing about the credential; half a sentence.
    Unavailable { why: String, after: Option<Duration> },
    /// The gateway's own store cannot keep what would come, so nobody was asked.
    NotKept,
    /// The grant is over. Nobody asks again until there is another.
    Ended(End),
}

/// How long a token lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lifetime {
    /// From the moment it is counted from.
    pub(crate) left: Duration,
    /// From its beginning: by this is measured how long before its end it is given up, however little of it is left.
    pub(crate) whole: Duration,
}

impl Lifetime {
    /// Of a token that begins to live.
    pub(crate) const fn new(whole: Duration) -> Self {
        Self { left: whole, whole }
    }
}

struct Token {
    authorization: HeaderValue,
    /// When it was asked for: its life cannot have begun earlier, and is counted from there.
    asked: Moment,
    life: Lifetime,
    refresh_after: Duration,
}

impl Token {
    fn may_be_sent(&self, now: Moment) -> bool {
        now.since(self.asked) + EDGE.min(self.life.whole / 10) < self.life.left
    }
}

struct Setback {
    cause: Cause,
    since: Moment,
    pause: Duration,
    /// Attempts that failed in the same way in a row.
    times: u32,
}

/// See the module's page.
#[derive(Default)]
pub(crate) struct Life {
    token: Option<Token>,
    generation: Generation,
    under_way: bool,
    /// Since when the token may have been replaced at the provider, and how long it lives on from there at most.
    doomed: Option<(Moment, Duration)>,
    setback: Option<Setback>,
    /// Tokens rejected young, in a row. Fetching one does not end the row, only one that is not rejected young does.
    in_a_row: u32,
}

/// What a rejected token turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rejection {
    /// One that is no longer handed out: the late echo of another call.
    Known,
    /// One that had been good for a while.
    Ended,
    /// A young one. It is replaced at once.
    Young,
    /// Another young one. Nobody asks for the next until a pause is over.
    YoungAgain,
}

impl Life {
    pub(crate) fn ask(&mut self, now: Moment) -> Ask {
        let resting = self.trouble(now).filter(|trouble| !trouble.remaining.is_zero());
        if let Some(token) = self.living(now) {
            let due = now.since(token.asked) >= token.refresh_after || self.doomed.is_some();
            let authorization = token.authorization.clone();
            let refresh = due && !self.under_way && resting.is_none();
            self.under_way |= refresh;
            return Ask::Use { authorization, generation: self.generation, refresh };
        }
        match resting {
            _ if self.under_way => Ask::Wait,
            Some(trouble) => Ask::No(trouble),
            None => {
                self.under_way = true;
                Ask::Begin
            }
        }
    }

    /// The token that may be sent now, if there is one; begins nothing.
    pub(crate) fn peek(&self, now: Moment) -> Option<(HeaderValue, Generation)> {
        let token = self.living(now)?;
        Some((token.authorization.clone(), self.generation))
    }

    /// The token, unless it has ended, or may have: a provider that has given another one in its place lets it live on for a while
    /// at most, whatever was said of its life.
    fn living(&self, now: Moment) -> Option<&Token> {
        let doom = self.doomed.is_some_and(|(since, most)| now.since(since) >= most);
        self.token.as_ref().filter(|token| token.may_be_sent(now) && !doom)
    }

    /// From here on the provider may have put another token in this one's place; it lives on for `most`.
    pub(crate) fn doom(&mut self, now: Moment, most: Duration) {
        let left = self.doomed.map(|(since, before)| before.saturating_sub(now.since(since)));
        if left.is_none_or(|left| most < left) {
            self.doomed = Some((now, most));
        }
    }

    /// It has not, after all.
    pub(crate) const fn spare(&mut self) {
        self.doomed = None;
    }

    /// Whether an attempt is under way.
    pub(crate) const fn is_under_way(&self) -> bool {
        self.under_way
    }

    /// Begins an attempt without a call that needs one: because the token is due and `wanted`, or because the one there is may
    /// have been replaced. `false`: not now.
    pub(crate) fn begin_if_due(&mut self, now: Moment, wanted: bool) -> bool {
        let resting = self.trouble(now).is_some_and(|trouble| !trouble.remaining.is_zero());
        if self.under_way || resting {
            return false;
        }
        let due = self.token.as_ref().is_some_and(|token| now.since(token.asked) >= token.refresh_after);
        self.under_way = self.doomed.is_some() || (wanted && due);
        self.under_way
    }

    /// How long the token that may be sent now still lives.
    pub(crate) fn remaining(&self, now: Moment) -> Option<Duration> {
        let token = self.living(now)?;
        Some(token.life.left.saturating_sub(now.since(token.asked)))
    }

    /// Why the last attempt failed; `None` when it did not.
    pub(crate) fn trouble(&self, now: Moment) -> Option<Trouble> {
        let setback = self.setback.as_ref()?;
        let remaining = setback.pause.saturating_sub(now.since(setback.since));
        Some(Trouble { cause: setback.cause.clone(), remaining })
    }

    /// Begins an attempt even if it is early: an operator asks. `false` when one is under way already.
    pub(crate) fn begin(&mut self) -> bool {
        !std::mem::replace(&mut self.under_way, true)
    }

    /// The attempt brought a token. `jitter` (0 to 255) spreads refreshes of grants that were added together.
    pub(crate) fn succeeded(
        &mut self,
        asked: Moment,
        authorization: HeaderValue,
        life: Lifetime,
        jitter: u8,
    ) {
        self.under_way = false;
        self.setback = None;
        self.doomed = None;
        self.generation += 1;
        // Between 70 % and 80 % of its life.
        let refresh_after = life.left.mul_f64(0.8 - 0.1 * f64::from(jitter) / 255.0);
        self.token = Some(Token { authorization, asked, life, refresh_after });
    }

    /// The attempt failed. A token that still lives stays in use: the endpoint refuses or fails, not the token.
    pub(crate) fn failed(&mut self, now: Moment, cause: Cause, jitter: u8) {
        self.under_way = false;
        let again = self.setback.take().filter(|before| same_kind(&before.cause, &cause));
        let times = again.map_or(0, |before| before.times.saturating_add(1));
        let (first, most) = match cause {
            Cause::Rejected(_) => AFTER_REJECTION,
            Cause::Unavailable { .. } | Cause::NotKept => AFTER_TROUBLE,
            Cause::Ended(_) => {
                self.token = None;
                self.doomed = None;
                (Duration::MAX, Duration::MAX)
            }
        };
        let grown = first.saturating_mul(2u32.saturating_pow(times)).min(most);
        // Not by a float, which the longest of all does not fit.
        let spread = grown - grown / 5 / 255 * u32::from(jitter);
        let pause = match cause {
            Cause::Unavailable { after: Some(asked), .. } => asked.clamp(BELIEVED.0, BELIEVED.1).max(spread),
            _ => spread,
        };
        self.setback = Some(Setback { cause, since: now, pause, times });
    }

    /// Atlassian refused this token before its time: it is not handed out again. Each token counts once, however many
    /// calls carried it.
    pub(crate) fn rejected(&mut self, now: Moment, generation: Generation) -> Rejection {
        let Some(token) = self.token.take_if(|_| generation == self.generation) else {
            return Rejection::Known;
        };
        if now.since(token.asked) >= YOUNG {
            self.in_a_row = 0;
            return Rejection::Ended;
        }
        self.in_a_row = self.in_a_row.saturating_add(1);
        let Some(times) = self.in_a_row.checked_sub(2) else {
            return Rejection::Young;
        };
        let (first, most) = AFTER_YOUNG;
        let pause = first.saturating_mul(2u32.saturating_pow(times)).min(most);
        let why = "Atlassian refuses tokens it has just issued".to_owned();
        let cause = Cause::Unavailable { why, after: None };
        self.setback = Some(Setback { cause, since: now, pause, times: 0 });
        Rejection::YoungAgain
    }
}

const fn same_kind(one: &Cause, other: &Cause) -> bool {
    matches!(
        (one, other),
        (Cause::Rejected(_), Cause::Rejected(_))
            | (Cause::Unavailable { .. }, Cause::Unavailable { .. })
            | (Cause::Ended(_), Cause::Ended(_))
            | (Cause::NotKept, Cause::NotKept)
    )
}

#[cfg(test)]
mod tests;
