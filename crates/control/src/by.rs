//! On whose behalf something changes, and on which version of it that was decided.

use types::OperatorName;

use crate::{ControlError, Kind};

/// Who changes something, and which version of it they have seen.
#[derive(Clone, Debug)]
pub struct By<'a> {
    /// Who.
    pub operator: &'a OperatorName,
    /// The versions whoever decided it would change: one they have seen, as a rule. `None` when they did not look.
    pub seen: Option<Vec<u64>>,
}

/// Someone who did not look.
impl<'a> From<&'a OperatorName> for By<'a> {
    fn from(operator: &'a OperatorName) -> Self {
        Self { operator, seen: None }
    }
}

impl By<'_> {
    /// Refuses when another version was seen than the one there is; `now` is `None` when there is nothing.
    pub(crate) fn check(&self, what: &str, now: Option<u64>) -> Result<(), ControlError> {
        let Some(seen) = &self.seen else { return Ok(()) };
        if now.is_some_and(|now| seen.contains(&now)) {
            return Ok(());
        }
        let now = now.map_or("there is none".to_owned(), |now| format!("it is at version {now}"));
        let seen = match seen.as_slice() {
            [] => "one this gateway has named".to_owned(),
            seen => seen.iter().map(u64::to_string).collect::<Vec<_>>().join(" or "),
        };
        Err(ControlError::new(
            Kind::Stale,
            format!("{what} has changed since you looked: {now}, not {seen}."),
            "Look at it again, and decide anew.",
        ))
    }
}
