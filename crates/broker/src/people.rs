//! Grants of people who signed in: one for each account.

use seal::Digest;
use types::GrantName;

/// How the names of such grants begin; operators cannot give one.
const PREFIX: &str = "person-";

/// The grant of an Atlassian account, by name. Account ids hold characters names do not, so a digest of it stands there.
#[must_use]
pub fn grant_of(account: &str) -> Option<GrantName> {
    use std::fmt::Write as _;
    let digest = Digest::of_text(account);
    let mut name = PREFIX.to_owned();
    for byte in digest.as_bytes().iter().take(16) {
        let _ = write!(name, "{byte:02x}");
    }
    name.parse().ok()
}

/// Whether a grant is a person's own.
#[must_use]
pub fn is_person(grant: &GrantName) -> bool {
    grant.as_str().starts_with(PREFIX)
}
