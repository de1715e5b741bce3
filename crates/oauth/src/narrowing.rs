use catalogue::ScopeSet;
use types::SiteName;

/// What an access token is good for, where that is less than its client's manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Narrowing {
    /// Only with these scopes.
    pub(crate) scopes: Option<ScopeSet>,
    /// Only at these sites; none means all of the manifest's.
    pub(crate) sites: Box<[SiteName]>,
    /// For this user: an Atlassian account id.
    pub(crate) account: Option<Box<str>>,
    /// Only by whoever holds this key: `jkt:` or `x5t:` and a thumbprint.
    pub(crate) bound_to: Option<Box<str>>,
    /// The consent a user gave, with which it ends.
    pub(crate) consent: Option<Box<str>>,
}
