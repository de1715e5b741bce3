//! One file per table: its rows, and every statement about it.

pub(crate) mod audit;
pub(crate) mod authorization_codes;
pub(crate) mod client_secrets;
pub(crate) mod clients;
pub(crate) mod consents;
pub(crate) mod elevations;
pub(crate) mod grants;
pub(crate) mod manifest_proposals;
pub(crate) mod manifest_versions;
pub(crate) mod meta;
pub(crate) mod operators;
pub(crate) mod personal_tokens;
pub(crate) mod refresh_tokens;
pub(crate) mod repeats;
pub(crate) mod sealed;
pub(crate) mod seen_ids;
pub(crate) mod sessions;
pub(crate) mod signing_keys;
pub(crate) mod sites;
pub(crate) mod stranded_pairs;
pub(crate) mod token_families;
pub(crate) mod tokens;
pub(crate) mod usage;

/// Declares a table's statements as constants, and lists them for the test that prepares each one.
macro_rules! statements {
    ($($name:ident = $sql:literal;)+) => {
        $(const $name: &str = $sql;)+
        #[cfg(test)]
        pub(crate) const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $sql)),+];
    };
}
pub(crate) use statements;

#[cfg(test)]
mod tests;
