//! The rules by which a family's row changes: who may redeem, whose pair counts, when it is over.
//!
//! Pure. Each function is shown the row as it is inside one transaction of the store and says what becomes of it. The
//! broker runs them over real stores and providers, and a test runs the same functions over every order of events two
//! instances, a provider and crashes can make of them.

use std::time::Duration;

use jiff::Timestamp;
use store::{FamilyChange, FamilyRow, Holder};

use super::end::End;

/// Who asks for a family.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claimant<'a> {
    /// This process: another one after each start.
    pub(crate) instance: &'a str,
    /// How long it keeps at one redemption, at most.
    pub(crate) patience: Duration,
    /// The generation of the pair it wants to redeem.
    pub(crate) known: u64,
    /// The fence it has watched unchanged, on its own clock, for as long as that holder said it would keep at it.
    pub(crate) waited_out: Option<u64>,
    /// Nobody else can have the store open: whoever is named as holder is dead.
    pub(crate) alone: bool,
}

/// What became of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// Redeem this row's pair, under this row's fence.
    Yours { row: Box<FamilyRow>, before: Before },
    /// There is another pair already.
    Moved(Box<FamilyRow>),
    /// Somebody redeems it. Look again; after `patience` without a change under this fence, claim it all the same.
    Held { fence: u64, patience: Duration },
    /// It is over.
    Ended(Box<FamilyRow>),
    /// There is no such family.
    Gone,
}

/// What the row said of its pair before it was claimed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Before {
    /// Since when it may have been sent by others; `None`: it never was.
    pub(crate) tried: Option<Timestamp>,
    /// Since when it was left alone, so that whatever had been sent arrived or never will.
    pub(crate) unproven: Option<Timestamp>,
}

impl Before {
    /// Whether no request of anybody else's can still be on its way: nobody has sent anything, or it was left alone since.
    /// Only then may pairs that were kept aside be tried: a late request for one of them, arriving when its successor is in
    /// use, is a theft to the provider.
    pub(crate) const fn is_quiet(&self) -> bool {
        self.tried.is_none() || self.unproven.is_some()
    }
}

/// Asks to be the one who redeems. From here on the token counts as sent, and the family as no longer left alone: a crash may
/// come right after.
pub(crate) fn claim(row: Option<&FamilyRow>, who: &Claimant<'_>, now: Timestamp) -> (Claim, FamilyChange) {
    let Some(row) = row else { return (Claim::Gone, FamilyChange::None) };
    if row.ended.is_some() {
        return (Claim::Ended(Box::new(row.clone())), FamilyChange::None);
    }
    if row.generation != who.known {
        return (Claim::Moved(Box::new(row.clone())), FamilyChange::None);
    }
    if let Some(holder) = &row.holder {
        let may_live = holder.instance != who.instance && !who.alone;
        if may_live && who.waited_out != Some(row.fence) {
            let held = Claim::Held { fence: row.fence, patience: holder.patience };
            return (held, FamilyChange::None);
        }
    }
    let claimed = FamilyRow {
        fence: row.fence.saturating_add(1),
        holder: Some(Holder { instance: who.instance.to_owned(), patience: who.patience }),
        first_tried_at: Some(row.first_tried_at.unwrap_or(now)),
        unproven_since: None,
        ..row.clone()
    };
    let before = Before { tried: row.first_tried_at, unproven: row.unproven_since };
    let yours = Claim::Yours { row: Box::new(claimed.clone()), before };
    (yours, FamilyChange::Put(Box::new(claimed)))
}

/// Under which claim something is done, and to which pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hold {
    /// The fence of the claim.
    pub(crate) fence: u64,
    /// The pair that was redeemed.
    pub(crate) generation: u64,
}

impl Hold {
    /// What `row` was claimed as.
    #[must_use]
    pub(crate) const fn of(row: &FamilyRow) -> Self {
        Self { fence: row.fence, generation: row.generation }
    }

    /// Whether the family is still this claim's.
    #[must_use]
    pub(crate) fn holds(self, row: Option<&FamilyRow>) -> bool {
        row.is_some_and(|row| {
            row.fence == self.fence && row.generation == self.generation && row.ended.is_none()
        })
    }
}

/// Keeps the pair a redemption gave. `Some` is the row it is in; `None`: the family was claimed meanwhile, and the pair must be
/// kept aside. `contested`: the same refresh token was sent before, so another pair may have been given for it, or may still be.
pub(crate) fn commit(
    row: Option<&FamilyRow>,
    hold: Hold,
    sealed: &[u8],
    (obtained_at, contested): (Timestamp, bool),
) -> (Option<Box<FamilyRow>>, FamilyChange) {
    let Some(row) = row.filter(|row| hold.holds(Some(row))) else { return (None, FamilyChange::None) };
    let next = Box::new(FamilyRow {
        generation: row.generation.saturating_add(1),
        sealed: sealed.to_vec(),
        obtained_at,
        holder: None,
        first_tried_at: None,
        unproven_since: contested.then_some(obtained_at),
        ..row.clone()
    });
    (Some(next.clone()), FamilyChange::Put(next))
}

/// Lets go without a pair. `never_sent` when it is certain that the provider was not asked under this claim; `before` is what
/// the claim answered.
pub(crate) fn release(
    row: Option<&FamilyRow>,
    hold: Hold,
    never_sent: bool,
    before: Before,
) -> ((), FamilyChange) {
    let Some(row) = row.filter(|row| hold.holds(Some(row))) else { return ((), FamilyChange::None) };
    let (first_tried_at, unproven_since) =
        if never_sent { (before.tried, before.unproven) } else { (row.first_tried_at, row.unproven_since) };
    let released = FamilyRow { holder: None, first_tried_at, unproven_since, ..row.clone() };
    ((), FamilyChange::Put(Box::new(released)))
}

/// Leaves the family alone from now on, until whatever anybody has sent has arrived or never will: its own pair is refused,
/// and others may have sent those that were kept aside.
pub(crate) fn settle(row: Option<&FamilyRow>, hold: Hold, now: Timestamp) -> ((), FamilyChange) {
    let Some(row) = row.filter(|row| hold.holds(Some(row))) else { return ((), FamilyChange::None) };
    let left = FamilyRow { holder: None, unproven_since: Some(now), ..row.clone() };
    ((), FamilyChange::Put(Box::new(left)))
}

/// Ends the family because the provider refuses its token. `false`: it was claimed meanwhile, and whoever did will see.
pub(crate) fn end(row: Option<&FamilyRow>, hold: Hold, why: End, now: Timestamp) -> (bool, FamilyChange) {
    let Some(row) = row.filter(|row| hold.holds(Some(row))) else { return (false, FamilyChange::None) };
    (true, FamilyChange::Put(Box::new(over(row, why, now))))
}

/// Ends the family whatever anybody is doing with it: its user, or an operator, wants it. The tokens are wiped.
pub(crate) fn revoke(row: Option<&FamilyRow>, why: End, now: Timestamp) -> (bool, FamilyChange) {
    let Some(row) = row.filter(|row| row.ended.is_none()) else { return (false, FamilyChange::None) };
    let fence = row.fence.saturating_add(1);
    let ended = FamilyRow { fence, sealed: Vec::new(), ..over(row, why, now) };
    (true, FamilyChange::Put(Box::new(ended)))
}

fn over(row: &FamilyRow, why: End, now: Timestamp) -> FamilyRow {
    FamilyRow { holder: None, ended: Some((why.as_str().to_owned(), now)), ..row.clone() }
}
