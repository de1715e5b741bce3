//! How a field and a value compare.

/// An operator. CQL has the first ten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `=`
    Equals,
    /// `!=`
    NotEquals,
    /// `~`
    Contains,
    /// `!~`
    NotContains,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `IN`
    In,
    /// `NOT IN`
    NotIn,
    /// `IS`
    Is,
    /// `IS NOT`
    IsNot,
    /// `WAS`
    Was,
    /// `WAS NOT`
    WasNot,
    /// `WAS IN`
    WasIn,
    /// `WAS NOT IN`
    WasNotIn,
    /// `CHANGED`
    Changed,
}

impl Operator {
    /// As it is printed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equals => "=",
            Self::NotEquals => "!=",
            Self::Contains => "~",
            Self::NotContains => "!~",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "IN",
            Self::NotIn => "NOT IN",
            Self::Is => "IS",
            Self::IsNot => "IS NOT",
            Self::Was => "WAS",
            Self::WasNot => "WAS NOT",
            Self::WasIn => "WAS IN",
            Self::WasNotIn => "WAS NOT IN",
            Self::Changed => "CHANGED",
        }
    }

    /// Whether it asks about the past and may carry predicates.
    #[must_use]
    pub const fn is_history(self) -> bool {
        matches!(self, Self::Was | Self::WasNot | Self::WasIn | Self::WasNotIn | Self::Changed)
    }
}

/// What a predicate of a history operator says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    /// `AFTER` a time
    After,
    /// `BEFORE` a time
    Before,
    /// `ON` a day
    On,
    /// `DURING` two times
    During,
    /// `BY` a user
    By,
    /// `FROM` a value, of `CHANGED` only
    From,
    /// `TO` a value, of `CHANGED` only
    To,
}

impl Moment {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::After, Self::Before, Self::On, Self::During, Self::By, Self::From, Self::To];

    /// As it is printed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::After => "AFTER",
            Self::Before => "BEFORE",
            Self::On => "ON",
            Self::During => "DURING",
            Self::By => "BY",
            Self::From => "FROM",
            Self::To => "TO",
        }
    }
}
