//! More for one client, for a time: asked for with a reason, approved as exactly what it comes to, and over by itself.
//!
//! What an elevation adds is compiled together with the client's manifest, and what that permits beyond the manifest is enumerated:
//! whoever says yes says it to this, bound by a digest. From the yes on it holds, up to an instant; the decision itself looks
//! at the time, so that nothing has to happen for it to end. It ends earlier when somebody ends it, when another takes its place, when
//! the ticket that approved it does not any more, and when the manifest it was added to changes: that sum nobody has seen.

mod ask;
mod ends;
mod holds;
mod sum;

use std::collections::HashSet;
use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use store::ElevationRow;
use types::{ClientId, OperatorName};

use crate::manifests::{Author, stored_approvals};
use crate::views::{AskedBy, ElevationState, ElevationView, PlanDigest};
use crate::{Control, ControlError, Kind};

/// How long one waits for a yes.
const WAITS: SignedDuration = SignedDuration::from_hours(24);

/// How long one that is over is kept, for whoever asks why a call was permitted.
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// How long one can hold, in seconds.
const LASTS: std::ops::RangeInclusive<u64> = 1..=86_400;

/// How many of one client, or of one user of a client, wait at a time.
const WAITING_OF_CALLER: usize = 5;

/// How many of one operator wait for one client.
const WAITING_OF_OPERATOR: usize = 20;

/// How many are kept, those that are over among them.
const MOST: u32 = 5_000;

/// How many are listed.
const LISTED: u32 = 1_000;

/// How many a client or a user is shown of theirs.
const SHOWN_TO_CALLERS: u32 = 100;

/// How many hold or wait at a time.
const LIVING: usize = 500;

/// How many of these places are the operators' own.
const KEPT_FOR_OPERATORS: usize = 100;

/// The longest text of what one adds, in bytes.
const LONGEST: usize = 16_384;

/// An end that is on record, and not yet in the store.
#[derive(Clone, Debug)]
struct Unnoted {
    plan: [u8; 32],
    at: Timestamp,
    why: String,
}

/// What is under way: who is asking, and which ends are still to be noted.
#[derive(Debug, Default)]
pub(crate) struct UnderWay {
    asking: Mutex<HashSet<(ClientId, Option<String>)>>,
    /// As many as hold at most.
    ends: Mutex<Vec<Unnoted>>,
}

/// The place of one who asks, until it is dropped.
struct Asks<'a> {
    among: &'a UnderWay,
    caller: (ClientId, Option<String>),
}

impl UnderWay {
    /// One question of a caller at a time: what it costs to look at one is not theirs to multiply.
    fn begin(&self, client: &ClientId, account: Option<&str>) -> Result<Asks<'_>, ControlError> {
        let caller = (client.clone(), account.map(str::to_owned));
        if lock(&self.asking).insert(caller.clone()) {
            return Ok(Asks { among: self, caller });
        }
        Err(ControlError::new(
            Kind::Conflict,
            format!("Something is being asked for {client} just now."),
            "Ask for one thing after the other.",
        ))
    }

    fn remember(&self, end: Unnoted) {
        let mut ends = lock(&self.ends);
        ends.retain(|known| known.plan != end.plan);
        ends.push(end);
    }

    fn forget(&self, plan: &[u8; 32]) {
        lock(&self.ends).retain(|known| known.plan != *plan);
    }

    fn unnoted(&self) -> Vec<Unnoted> {
        lock(&self.ends).clone()
    }

    /// Whether it is on record that one has ended, whatever the store says.
    fn has_ended(&self, plan: &[u8; 32]) -> bool {
        lock(&self.ends).iter().any(|known| known.plan == *plan)
    }
}

impl Drop for Asks<'_> {
    fn drop(&mut self) {
        lock(&self.among.asking).remove(&self.caller);
    }
}

/// A panic while it was held leaves a place taken at worst.
fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Who asks for more.
#[derive(Clone, Copy, Debug)]
pub enum Asker<'a> {
    /// An operator, for a client.
    Operator(&'a OperatorName),
    /// A client for itself, or for the user whose token it is.
    Caller {
        /// Which.
        client: &'a ClientId,
        /// The user's Atlassian account.
        account: Option<&'a str>,
    },
}

impl Asker<'_> {
    fn view(self) -> AskedBy {
        match self {
            Self::Operator(operator) => AskedBy::Operator { operator: operator.clone() },
            Self::Caller { account: None, .. } => AskedBy::Client,
            Self::Caller { account: Some(account), .. } => AskedBy::User { account: account.to_owned() },
        }
    }
}

impl Control {
    /// The elevations that wait, hold, or are over, those asked for last first; at most a thousand.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn elevations(&self) -> Result<Vec<ElevationView>, ControlError> {
        let now = self.now();
        let rows = self.parts().store.elevations().list(LISTED).await?;
        rows.iter().filter(|row| !is_forgotten(row, now)).map(|row| view(row, now)).collect()
    }

    /// One elevation.
    ///
    /// # Errors
    /// When there is no such elevation.
    pub async fn elevation(&self, digest: &PlanDigest) -> Result<ElevationView, ControlError> {
        let row = self.elevation_row(digest).await?;
        let view = view(&row, self.now())?;
        let waits = view.state == ElevationState::Waits;
        let current = waits.then(|| self.comes_to_the_same(&self.live_sources(), &row));
        Ok(ElevationView { current, ..view })
    }

    /// One elevation of a client, as that client or the user it is for may see it.
    ///
    /// # Errors
    /// When they have no such elevation.
    pub async fn elevation_of(
        &self,
        (client, account): (&ClientId, Option<&str>),
        digest: &PlanDigest,
    ) -> Result<ElevationView, ControlError> {
        let row = self.elevation_row(digest).await?;
        if row.client == *client && is_for(&row, account) {
            view(&row, self.now())
        } else {
            Err(missing(digest))
        }
    }

    /// The elevations of a client that wait or hold, and those that are over: what a client or a user may see of their own.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn elevations_of(
        &self,
        client: &ClientId,
        account: Option<&str>,
    ) -> Result<Vec<ElevationView>, ControlError> {
        let now = self.now();
        let table = self.parts().store.elevations();
        let rows = match account {
            Some(account) => table.of_account(client, account, SHOWN_TO_CALLERS).await?,
            None => table.of_client(client, SHOWN_TO_CALLERS).await?,
        };
        let theirs = rows.iter().filter(|row| is_for(row, account));
        theirs.filter(|row| !is_forgotten(row, now)).map(|row| view(row, now)).collect()
    }

    async fn elevation_row(&self, digest: &PlanDigest) -> Result<ElevationRow, ControlError> {
        let row = self.parts().store.elevations().get(digest.as_bytes()).await?;
        row.filter(|row| !is_forgotten(row, self.now())).ok_or_else(|| missing(digest))
    }
}

/// Whether it concerns the calls of this user; everything concerns the client itself.
fn is_for(row: &ElevationRow, account: Option<&str>) -> bool {
    account.is_none() || row.account.is_none() || row.account.as_deref() == account
}

/// Whether nobody has said yes in time.
fn is_forgotten(row: &ElevationRow, now: Timestamp) -> bool {
    row.begun_at.is_none() && row.waits_until <= now
}

/// Whether it holds at `now`.
fn holds(row: &ElevationRow, now: Timestamp) -> bool {
    row.until.is_some_and(|until| now < until) && row.ended_at.is_none_or(|ended| now < ended)
}

/// Whether it held at an instant that is over, or holds.
fn held(row: &ElevationRow, at: Timestamp) -> bool {
    row.begun_at.is_some_and(|begun| begun <= at) && holds(row, at)
}

fn asked_by(row: &ElevationRow) -> Result<AskedBy, ControlError> {
    serde_json::from_str(&row.asked_by).map_err(|_| damaged())
}

/// Who asked, as approvals see it.
fn author<'a>(row: &'a ElevationRow, asked_by: &'a AskedBy) -> Author<'a> {
    match asked_by {
        AskedBy::Operator { operator } => Author::Operator(operator),
        AskedBy::Client => Author::Client(&row.client),
        AskedBy::User { account } => Author::User(account),
    }
}

fn view(row: &ElevationRow, now: Timestamp) -> Result<ElevationView, ControlError> {
    let state = match row.begun_at {
        None => ElevationState::Waits,
        Some(_) if holds(row, now) => ElevationState::Holds,
        Some(_) => ElevationState::Ended,
    };
    let over = state == ElevationState::Ended;
    Ok(ElevationView {
        digest: PlanDigest::from_bytes(row.plan),
        client: row.client.clone(),
        account: row.account.clone(),
        state,
        reason: row.reason.clone(),
        seconds: row.seconds,
        adds: row.adds.clone(),
        asked_by: asked_by(row)?,
        asked_at: row.asked_at,
        waits_until: row.waits_until,
        changes: serde_json::from_str(&row.difference).map_err(|_| damaged())?,
        approvals: stored_approvals(&row.approvals)?,
        begun_at: row.begun_at,
        until: row.until,
        current: None,
        ended_at: row.ended_at.or(row.until).filter(|_| over),
        ended_why: row.ended_why.clone().or_else(|| over.then(|| ends::TIME.to_owned())),
    })
}

fn missing(digest: &PlanDigest) -> ControlError {
    ControlError::new(
        Kind::Missing,
        format!("There is no elevation {digest}, or nobody said yes to it in time."),
        "List those there are with `ticketgate elevations`.",
    )
}

fn damaged() -> ControlError {
    ControlError::new(
        Kind::Failed,
        "An elevation that was kept cannot be read.",
        "The database is damaged or of a newer program: bring back a backup, or end the elevation.",
    )
}

#[cfg(test)]
mod tests;
