//! How much a client may ask for.

/// What `[limits]` says, and no more than the guardrails allow. `None`: no limit of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Calls per second, on average. From 1.
    pub requests_per_second: Option<u32>,
    /// Calls at once after a pause. From 1.
    pub burst: Option<u32>,
    /// Calls under way at a time. From 1.
    pub concurrent: Option<u32>,
    /// Calls per UTC day. From 1.
    pub per_day: Option<u64>,
}

impl Limits {
    pub(crate) const NONE: Self =
        Self { requests_per_second: None, burst: None, concurrent: None, per_day: None };

    /// Whether nothing is limited.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        self.requests_per_second.is_none()
            && self.burst.is_none()
            && self.concurrent.is_none()
            && self.per_day.is_none()
    }

    /// Calls at once after a pause, as it is meant: one second's worth where nothing else is said. `None`: there is no rate.
    #[must_use]
    pub fn burst_in_force(&self) -> Option<u32> {
        let rate = self.requests_per_second?;
        Some(self.burst.unwrap_or(rate))
    }

    /// The stricter of two, one by one.
    pub(crate) fn within(self, most: Self) -> Self {
        fn least<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
            match (one, other) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            }
        }
        Self {
            requests_per_second: least(self.requests_per_second, most.requests_per_second),
            burst: least(self.burst, most.burst),
            concurrent: least(self.concurrent, most.concurrent),
            per_day: least(self.per_day, most.per_day),
        }
    }
}
