use std::fmt;

/// Who goes first when there is not room for all. The order is by weight: `Low` is the least.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// After everybody else.
    Low,
    /// As usual.
    #[default]
    Normal,
    /// Before everybody else.
    High,
}

impl Priority {
    /// As manifests write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Low, Self::Normal, Self::High].into_iter().find(|one| one.as_str() == name)
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
