//! What was redeemed, kept: in the family, or aside for whoever may need the way back.

use std::time::Duration;

use jiff::Timestamp;
use store::{FamilyChange, FamilyRow, StoreError, StrandedRow};

use super::{Claimed, ThreeLegged, ended, unkept};
use crate::End;
use crate::family::pair::Pair;
use crate::family::protocol;
use crate::sources::renewed::{Got, Renewed};
use crate::{token_answer, trial};

/// The pauses between tries to keep what was got: the first, and the longest.
const KEEP_AGAIN: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// How many pairs that were kept aside are tried.
const ASIDE: u32 = 8;

/// Why something is not durable.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotKept {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The machine gives no random numbers, for all that is known.
    #[error("it could not be sealed")]
    Unsealed,
}

impl ThreeLegged {
    /// Makes a pair durable, and only then gives its token out. While the store cannot keep it, it is held in memory and tried
    /// again: there is no other copy.
    pub(super) async fn keep(&self, claimed: &Claimed, (pair, spent): (Pair, &Pair), of: &Renewed) -> Got {
        let obtained_at = pair.asked_at;
        let pair = match claimed.before.tried {
            Some(first) => pair.counted_from(first, self.app.leeway),
            None => pair,
        };
        let mut pause = KEEP_AGAIN.0;
        let kept = loop {
            match self.commit(claimed, (&pair, spent), obtained_at, of).await {
                Ok(kept) => break kept,
                Err(error) => {
                    tracing::error!(grant = %of.grant(), %error, "a refreshed pair cannot be kept yet; it is held in memory and tried again");
                    of.stuck(true);
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(KEEP_AGAIN.1);
                }
            }
        };
        of.stuck(false);
        self.note_scopes(&pair);
        match kept {
            Some(row) => {
                trial::reached("after-commit");
                *self.row() = *row;
                if claimed.before.tried.is_none() {
                    // Those of generations before this one: the provider has shown that it goes by this one.
                    let before = claimed.hold.fence.saturating_sub(1);
                    let forgotten = self.custody.store().stranded_pairs().forget(of.grant(), before).await;
                    if let Err(error) = forgotten {
                        tracing::debug!(grant = %of.grant(), %error, "pairs kept aside were not cleared up");
                    }
                }
                if pair.covers_nothing() && !spent.covers_nothing() {
                    return self.without_scopes(of).await;
                }
                self.given(&pair, of)
            }
            None => self.strand(claimed, &pair, of).await,
        }
    }

    /// The provider says that of the consent nothing is left that a call could need. The pair is kept already, and of no use.
    async fn without_scopes(&self, of: &Renewed) -> Got {
        let (now, why) = (of.means().clock.now(), End::ScopesLost);
        let families = self.custody.store().token_families();
        match families.change(of.grant(), now, |row| protocol::revoke(row, why, now)).await {
            Ok(true) => {
                self.row().ended = Some((why.as_str().to_owned(), now));
                Got::Ended(why)
            }
            // Ended by somebody else meanwhile.
            Ok(false) => self.take_what_there_is(of).await,
            Err(error) => unkept(of.grant(), &error),
        }
    }

    /// One try to make a pair durable, the way back first. `None`: somebody else has claimed the family.
    async fn commit(
        &self,
        claimed: &Claimed,
        (pair, spent): (&Pair, &Pair),
        obtained_at: Timestamp,
        of: &Renewed,
    ) -> Result<Option<Box<FamilyRow>>, NotKept> {
        let sealed = pair.seal(&of.means().keyring, of.grant()).ok_or(NotKept::Unsealed)?;
        let now = of.means().clock.now();
        if let Some(since) = claimed.before.tried {
            self.keep_spent(claimed, spent, since, of).await?;
        }
        trial::reached("before-commit");
        let contested = claimed.before.tried.is_some();
        let commit = |row: Option<&FamilyRow>| -> (Option<Box<FamilyRow>>, FamilyChange) {
            protocol::commit(row, claimed.hold, &sealed, (obtained_at, contested))
        };
        Ok(self.custody.store().token_families().change(of.grant(), now, commit).await?)
    }

    fn given(&self, pair: &Pair, of: &Renewed) -> Got {
        trial::reached("before-use");
        let life = pair.lifetime(of.means().clock.now());
        let authorization = pair.access.as_ref().and_then(token_answer::bearer);
        match authorization.filter(|_| !life.left.is_zero()) {
            Some(authorization) => Got::Token { authorization, life, asked: of.moment() },
            None => Got::nothing("the token that came cannot be used; another one is asked for"),
        }
    }

    /// The family was claimed while the provider answered: what came is kept aside, and what the other got is used.
    pub(super) async fn strand(&self, claimed: &Claimed, pair: &Pair, of: &Renewed) -> Got {
        trial::reached("before-aside");
        tracing::warn!(grant = %of.grant(), fence = claimed.hold.fence, "another instance took over this refresh; what came is kept aside");
        if let Err(error) = self.put_aside(claimed, pair, of).await {
            tracing::error!(grant = %of.grant(), %error, "a pair could not be kept aside");
        }
        self.take_what_there_is(of).await
    }

    /// The pair that is about to be replaced was sent before, so another one may have been given for it, or will be when a request
    /// arrives late. Which of them the provider goes by is not known: this one is the way back to it, as long as it
    /// may be sent again.
    async fn keep_spent(
        &self,
        claimed: &Claimed,
        spent: &Pair,
        since: Timestamp,
        of: &Renewed,
    ) -> Result<(), NotKept> {
        let since = spent.spent_at.unwrap_or(since);
        self.put_aside(claimed, &Pair { spent_at: Some(since), ..spent.clone() }, of).await
    }

    async fn put_aside(&self, claimed: &Claimed, pair: &Pair, of: &Renewed) -> Result<(), NotKept> {
        let (grant, fence, at) = (of.grant().clone(), claimed.hold.fence, pair.asked_at);
        let id = format!("{grant}/{fence}/{}", if pair.spent_at.is_some() { "spent" } else { "late" });
        let sealed = pair.seal_aside(&of.means().keyring, &id).ok_or(NotKept::Unsealed)?;
        Ok(self.custody.store().stranded_pairs().put(&StrandedRow { id, grant, fence, sealed, at }).await?)
    }

    /// Notes of a pair that was kept aside unused that it is sent now.
    pub(super) async fn mark_sent(
        &self,
        row: StrandedRow,
        pair: &mut Pair,
        of: &Renewed,
    ) -> Result<(), NotKept> {
        if pair.spent_at.is_some() {
            return Ok(());
        }
        pair.spent_at = Some(of.means().clock.now());
        let sealed = pair.seal_aside(&of.means().keyring, &row.id).ok_or(NotKept::Unsealed)?;
        Ok(self.custody.store().stranded_pairs().put(&StrandedRow { sealed, ..row }).await?)
    }

    pub(super) async fn take_what_there_is(&self, of: &Renewed) -> Got {
        match self.custody.store().token_families().get(of.grant()).await {
            Ok(Some(row)) => {
                let (end, usable) = (ended(&row), self.usable(&row, of));
                let moved = row.generation != self.row().generation;
                *self.row() = row;
                match (end, usable) {
                    (Some(end), _) => Got::Ended(end),
                    (None, Some((authorization, life))) if moved => {
                        Got::Token { authorization, life, asked: of.moment() }
                    }
                    _ => Got::nothing("another instance refreshes it"),
                }
            }
            Ok(None) => Got::nothing("the grant was removed"),
            Err(error) => unkept(of.grant(), &error),
        }
    }

    /// The pairs kept aside, in the order in which they are tried: the latest first, and those that were sent before last, if they
    /// may be sent again at all. One that was kept aside unused and has been redeemed since is one that was sent.
    pub(super) async fn aside(
        &self,
        but: &Pair,
        of: &Renewed,
    ) -> Result<Vec<(StrandedRow, Pair)>, StoreError> {
        let now = of.means().clock.now();
        let rows = self.custody.store().stranded_pairs().of(of.grant(), ASIDE).await?;
        let open = rows.into_iter().filter_map(|row| {
            let pair = Pair::open_aside(&of.means().keyring, &row)?;
            Some((row, pair))
        });
        let others = open.filter(|(_, pair)| !pair.is_same_token(but));
        let (spent, fresh): (Vec<_>, Vec<_>) = others.partition(|(_, pair)| pair.spent_at.is_some());
        let again = |pair: &Pair| {
            let passed = pair.spent_at.map(|at| Duration::try_from(now.duration_since(at)));
            matches!(passed, Some(Ok(passed)) if passed < self.app.leeway)
        };
        let sent = |pair: &Pair| spent.iter().any(|(_, spent)| spent.is_same_token(pair));
        let fresh: Vec<_> = fresh.into_iter().filter(|(_, pair)| !sent(pair)).collect();
        let mut spent: Vec<_> = spent.into_iter().filter(|(_, pair)| again(pair)).collect();
        // What was sent later came of what was sent before: an earlier one whose successor is in use must not be sent again.
        spent.sort_by_key(|(_, pair)| std::cmp::Reverse(pair.spent_at));
        Ok(fresh.into_iter().chain(spent).collect())
    }
}
