//! Grants of people who signed in: one for each account.

use seal::Digest;
use types::GrantName;

/// The grant of an Atlassian account, by name.
#[must_use]
pub fn grant_of(account: &str) -> Option<GrantName> {
    Some(GrantName::of_person(Digest::of_text(account).as_bytes()))
}

/// Whether a grant is a person's own.
#[must_use]
pub fn is_person(grant: &GrantName) -> bool {
    grant.is_of_person()
}
