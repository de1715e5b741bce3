use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use types::GrantName;

use crate::custody::{Custody, Kept, Turn, statement};
use crate::read::{Columns, millis, signed};
use crate::tables::{grants, statements};
use crate::{GrantRow, StoreError};

const TABLE: &str = "token_families";

statements! {
    GET = "SELECT grant_name, generation, fence, sealed, began_at, obtained_at, holder, patience, first_tried_at, unproven_since, ended, ended_at, changed_at FROM token_families WHERE grant_name = $1";
    LIST = "SELECT grant_name, generation, fence, sealed, began_at, obtained_at, holder, patience, first_tried_at, unproven_since, ended, ended_at, changed_at FROM token_families ORDER BY grant_name";
    CHANGED = "SELECT grant_name, generation, fence, sealed, began_at, obtained_at, holder, patience, first_tried_at, unproven_since, ended, ended_at, changed_at FROM token_families WHERE changed_at >= $1 ORDER BY changed_at";
    PUT = "INSERT INTO token_families (grant_name, generation, fence, sealed, began_at, obtained_at, holder, patience, first_tried_at, unproven_since, ended, ended_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (grant_name) DO UPDATE SET generation = excluded.generation, fence = excluded.fence, sealed = excluded.sealed, began_at = excluded.began_at, obtained_at = excluded.obtained_at, holder = excluded.holder, patience = excluded.patience, first_tried_at = excluded.first_tried_at, unproven_since = excluded.unproven_since, ended = excluded.ended, ended_at = excluded.ended_at, changed_at = excluded.changed_at";
    DELETE = "DELETE FROM token_families WHERE grant_name = $1";
}

/// A token family: the pair of tokens it has come to, and who may change it.
///
/// The rules by which it changes are the broker's; this table only keeps two writers from changing it at once.
#[derive(Clone, PartialEq, Eq)]
pub struct FamilyRow {
    /// The grant it belongs to.
    pub grant: GrantName,
    /// How many pairs have been kept: the number of the present one.
    pub generation: u64,
    /// How often it has been claimed. Whoever claimed it with a lower number has lost it.
    pub fence: u64,
    /// The present pair, sealed; this crate has no way to open it.
    pub sealed: Vec<u8>,
    /// When somebody consented to it.
    pub began_at: Timestamp,
    /// When the present pair was obtained.
    pub obtained_at: Timestamp,
    /// Who redeems the present refresh token, if anybody does.
    pub holder: Option<Holder>,
    /// When the present refresh token was first sent to the provider without a word that it was not taken.
    pub first_tried_at: Option<Timestamp>,
    /// Since when it is not certain that the provider goes by the present pair: another one may have been given for the same
    /// refresh token.
    pub unproven_since: Option<Timestamp>,
    /// Why and since when it is good for nothing.
    pub ended: Option<(String, Timestamp)>,
    /// When this row was last changed, by the clock of the database where it has one.
    pub changed_at: Timestamp,
}

/// Who has claimed a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// A running gateway.
    pub instance: String,
    /// How long it keeps at it, at most. Measured by whoever waits, on their own clock.
    pub patience: Duration,
}

impl fmt::Debug for FamilyRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { grant, generation, fence, holder, .. } = self;
        write!(f, "family of {grant}, generation {generation}, fence {fence}, held by {holder:?}")
    }
}

/// What becomes of a family's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FamilyChange {
    /// It stays as it is, and nothing is written.
    None,
    /// It becomes this one.
    Put(Box<FamilyRow>),
}

impl FamilyRow {
    fn read(row: &Kept) -> Result<Self, StoreError> {
        let columns = Columns { table: TABLE, row };
        let holder: Option<String> = columns.get("holder")?;
        let patience = Duration::from_millis(columns.maybe_number("patience")?.unwrap_or_default());
        let ended: Option<String> = columns.get("ended")?;
        Ok(Self {
            grant: columns.parsed("grant_name")?,
            generation: columns.number("generation")?,
            fence: columns.number("fence")?,
            sealed: columns.get("sealed")?,
            began_at: columns.time("began_at")?,
            obtained_at: columns.time("obtained_at")?,
            holder: holder.map(|instance| Holder { instance, patience }),
            first_tried_at: columns.maybe_time("first_tried_at")?,
            unproven_since: columns.maybe_time("unproven_since")?,
            ended: ended.zip(columns.maybe_time("ended_at")?),
            changed_at: columns.time("changed_at")?,
        })
    }
}

/// The table of token families.
#[derive(Clone, Copy, Debug)]
pub struct TokenFamilies<'s>(pub(crate) Custody<'s>);

impl TokenFamilies<'_> {
    /// Shows `decide` the row as it is now and does as it says, in one transaction: nobody changes the row in between. Durable
    /// when it answers.
    ///
    /// # Errors
    /// When the database fails. Then it is not certain that nothing was changed: read it again.
    pub async fn change<T: Send>(
        self,
        grant: &GrantName,
        now: Timestamp,
        decide: impl FnOnce(Option<&FamilyRow>) -> (T, FamilyChange) + Send,
    ) -> Result<T, StoreError> {
        let mut turn = self.0.turn(TABLE, grant).await?;
        let row = get(&mut turn, grant).await?;
        let (answer, change) = decide(row.as_ref());
        match change {
            FamilyChange::None => turn.roll_back().await?,
            FamilyChange::Put(row) => {
                let now = turn.now(millis(now)).await?;
                put(&mut turn, &row, now).await?;
                turn.commit().await?;
            }
        }
        Ok(answer)
    }

    /// Keeps a grant and the first pair of its family, in place of what there was under its name: both or neither. The family
    /// goes on counting where the old one stood, so whoever holds that one has lost it.
    ///
    /// # Errors
    /// When the database fails. Nothing has changed then, unless it is a shared one and its last answer was lost on the way: read
    /// it again.
    pub async fn begin(self, grant: &GrantRow, first: &FamilyRow) -> Result<FamilyRow, StoreError> {
        let mut turn = self.0.turn(TABLE, &grant.name).await?;
        grants::upsert(&mut turn, grant).await?;
        let before = get(&mut turn, &grant.name).await?;
        // A family that was removed is counted on from the time: whoever still holds a number of it must not find it again here.
        let now = turn.now(millis(grant.changed_at)).await?;
        let from_now = u64::try_from(now).unwrap_or_default();
        let (generation, fence) = before.map_or((0, from_now), |row| (row.generation, row.fence));
        let family = FamilyRow { generation: generation + 1, fence: fence + 1, ..first.clone() };
        put(&mut turn, &family, now).await?;
        turn.commit().await?;
        Ok(family)
    }

    /// One family.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(self, grant: &GrantName) -> Result<Option<FamilyRow>, StoreError> {
        let row = self.0.one(statement(TABLE, GET).bind(grant.as_str())).await?;
        row.as_ref().map(FamilyRow::read).transpose()
    }

    /// Every family, by grant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(self) -> Result<Vec<FamilyRow>, StoreError> {
        self.0.all(statement(TABLE, LIST)).await?.iter().map(FamilyRow::read).collect()
    }

    /// The families whose row was changed at `since` or later. Ask from some seconds before what was seen last: a change
    /// becomes visible a little after the moment it bears, on a shared database up to half a minute when it or the network is slow.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn changed_since(self, since: Timestamp) -> Result<Vec<FamilyRow>, StoreError> {
        let rows = self.0.all(statement(TABLE, CHANGED).bind(millis(since))).await?;
        rows.iter().map(FamilyRow::read).collect()
    }
}

async fn get(turn: &mut Turn, grant: &GrantName) -> Result<Option<FamilyRow>, StoreError> {
    let row = turn.one(statement(TABLE, GET).bind(grant.as_str())).await?;
    row.as_ref().map(FamilyRow::read).transpose()
}

async fn put(turn: &mut Turn, row: &FamilyRow, now: i64) -> Result<(), StoreError> {
    let patience = row.holder.as_ref().map(|holder| holder.patience.as_millis());
    let put = statement(TABLE, PUT)
        .bind(row.grant.as_str())
        .bind(signed(row.generation))
        .bind(signed(row.fence))
        .bind(row.sealed.as_slice())
        .bind(millis(row.began_at))
        .bind(millis(row.obtained_at))
        .bind(row.holder.as_ref().map(|holder| holder.instance.as_str()))
        .bind(patience.map(|patience| i64::try_from(patience).unwrap_or(i64::MAX)))
        .bind(row.first_tried_at.map(millis))
        .bind(row.unproven_since.map(millis))
        .bind(row.ended.as_ref().map(|(why, _)| why.as_str()))
        .bind(row.ended.as_ref().map(|(_, at)| millis(*at)))
        .bind(now);
    turn.execute(put).await.map(drop)
}

/// Removes the family of a grant that is removed.
pub(super) async fn delete(turn: &mut Turn, grant: &GrantName) -> Result<(), StoreError> {
    turn.execute(statement(TABLE, DELETE).bind(grant.as_str())).await.map(drop)
}
