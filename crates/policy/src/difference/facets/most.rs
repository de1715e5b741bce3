//! Up to how much, or until when.

use jiff::Timestamp;

use super::Item;

/// The end of what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::difference) struct Most {
    /// `None`: there is none, which is more than any.
    rank: Option<i128>,
    text: String,
    /// Whether it is worth saying of a new manifest.
    told: bool,
}

impl Most {
    /// A number; `None`: no limit.
    pub(super) fn number(most: Option<u64>, unit: &str) -> Self {
        let text =
            most.map_or_else(|| "no limit".to_owned(), |most| format!("{most} {unit}").trim_end().to_owned());
        Self { rank: most.map(i128::from), text, told: most.is_some() }
    }

    /// A word of an order; `usual`: it is what is meant without it.
    pub(super) fn word(rank: i128, text: &str, usual: bool) -> Self {
        Self { rank: Some(rank), text: text.to_owned(), told: !usual }
    }

    /// Until an instant.
    pub(super) fn until(at: Option<Timestamp>) -> Self {
        let text = at.map_or_else(|| "never".to_owned(), |at| at.to_string());
        Self { rank: at.map(Timestamp::as_nanosecond), text, told: true }
    }

    /// From an instant: what begins earlier is more.
    pub(super) fn from(at: Option<Timestamp>) -> Self {
        let text = at.map_or_else(|| "at once".to_owned(), |at| at.to_string());
        Self { rank: at.map(|at| -at.as_nanosecond()), text, told: at.is_some() }
    }

    pub(super) const fn is_free(&self) -> bool {
        !self.told
    }

    pub(super) fn item(&self) -> Item {
        Item::new(self.text.clone())
    }

    /// Whether it is more than the other.
    pub(super) fn is_more_than(&self, other: &Self) -> bool {
        match (self.rank, other.rank) {
            (None, theirs) => theirs.is_some(),
            (Some(_), None) => false,
            (Some(mine), Some(theirs)) => mine > theirs,
        }
    }
}
