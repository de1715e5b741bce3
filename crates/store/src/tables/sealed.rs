//! Every place where a sealed value is kept, in one list: for whoever seals them anew with another key.

use crate::custody::{Custody, Kept, statement};
use crate::read::Columns;
use crate::{Store, StoreError};

/// The column of a sealed value, in every table that has one.
pub const COLUMN: &str = "sealed";

/// A table with a sealed value in each row. It is named, with its primary key, when the value is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The table.
    pub table: &'static str,
    /// Whether it is one of custody, which may be shared.
    in_custody: bool,
    page: &'static str,
    swap: &'static str,
}

/// In which database a table is.
#[derive(Clone, Copy, Debug)]
enum Home {
    Own,
    Custody,
}

/// One line for each table: its name, its primary key, a text, and where it is.
macro_rules! places {
    ($($table:literal by $key:literal in $home:ident;)+) => {
        /// Every place. A test compares them with the schema.
        pub const PLACES: &[Place] = &[$(Place {
            table: $table,
            in_custody: matches!(Home::$home, Home::Custody),
            page: concat!(
                "SELECT ", $key, " AS place, sealed FROM ", $table, " WHERE ", $key, " > $1 AND length(sealed) > 0 ORDER BY ", $key, " LIMIT $2"
            ),
            swap: concat!("UPDATE ", $table, " SET sealed = $3 WHERE ", $key, " = $1 AND sealed = $2"),
        }),+];
        #[cfg(test)]
        pub(crate) const STATEMENTS: &[(&str, &str)] = &[$(
            (
                concat!($table, " PAGE"),
                concat!(
                    "SELECT ", $key, " AS place, sealed FROM ", $table, " WHERE ", $key, " > $1 AND length(sealed) > 0 ORDER BY ", $key, " LIMIT $2"
                ),
            ),
            (
                concat!($table, " SWAP"),
                concat!("UPDATE ", $table, " SET sealed = $3 WHERE ", $key, " = $1 AND sealed = $2"),
            )
        ),+];
    };
}

places! {
    "grants" by "name" in Custody;
    "signing_keys" by "kid" in Own;
    "stranded_pairs" by "id" in Custody;
    "token_families" by "grant_name" in Custody;
}

/// A sealed value, and the row it is in.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedRow {
    /// The row's primary key.
    pub row: String,
    /// The value.
    pub sealed: Vec<u8>,
}

impl std::fmt::Debug for SealedRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, {} bytes sealed", self.row, self.sealed.len())
    }
}

/// The sealed values of every table.
#[derive(Clone, Copy, Debug)]
pub struct SealedValues<'s>(pub(crate) &'s Store);

impl SealedValues<'_> {
    /// The next values of a place, at most `limit`: those of rows after `after`, by row. An empty text is before all of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn page(self, place: &Place, after: &str, limit: u32) -> Result<Vec<SealedRow>, StoreError> {
        let page = statement(place.table, place.page).bind(after).bind(i64::from(limit));
        let rows = self.home(place).all(page).await?;
        let read = |row: &Kept| {
            let columns = Columns { table: place.table, row };
            Ok(SealedRow { row: columns.get("place")?, sealed: columns.get("sealed")? })
        };
        rows.iter().map(read).collect()
    }

    /// Puts `new` in the place of `old`. `false` when the row holds something else by now, or is gone: then nothing has
    /// changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn swap(self, place: &Place, row: &str, old: &[u8], new: &[u8]) -> Result<bool, StoreError> {
        let swap = statement(place.table, place.swap).bind(row).bind(old).bind(new);
        Ok(self.home(place).execute(swap).await? > 0)
    }

    fn home(&self, place: &Place) -> Custody<'_> {
        if place.in_custody { self.0.custody() } else { Custody::Here(self.0) }
    }
}
