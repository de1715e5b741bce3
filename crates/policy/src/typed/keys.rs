//! The tables of the language and their keys.

use std::fmt;

/// A table a key can stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    Manifest,
    Operations,
    Deny,
}

impl Table {
    pub(super) const ALL: [Self; 3] = [Self::Manifest, Self::Operations, Self::Deny];

    /// The keys, in the order the reference page explains them.
    pub(super) const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Manifest => &[
                "client",
                "owner",
                "purpose",
                "expires",
                "site",
                "sites",
                "grant",
                "scopes",
                "vending",
                "attribution",
                "operations",
            ],
            Self::Operations => &["effects", "products", "tags", "ids", "deny"],
            Self::Deny => &["effects", "tags", "ids"],
        }
    }
}

/// As messages say where it is.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Manifest => "at the top of a manifest, before any [table]",
            Self::Operations => "in [operations]",
            Self::Deny => "in [operations.deny]",
        })
    }
}
