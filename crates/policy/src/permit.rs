//! The proof of the stage "decide".

use std::fmt;
use std::sync::Arc;

use catalogue::{Call, Operation, ScopeSet};
use types::{ClientId, Effect, GrantName, Site};

use crate::denial::Denial;
use crate::rulebook::Entry;
use crate::terms::{self, Objection, Terms};

/// A yes, with its terms: this client may make this call at this site.
///
/// Only [`Rulebook::decide`](crate::Rulebook::decide) makes one. It cannot be put together elsewhere:
///
/// ```compile_fail,E0451
/// fn forge(permit: policy::Permit) -> policy::Permit {
///     policy::Permit { ..permit }
/// }
/// ```
///
/// and it cannot be copied, so one decision is one call:
///
/// ```compile_fail,E0277
/// fn copy<T: Clone>() {}
/// copy::<policy::Permit>();
/// ```
pub struct Permit {
    entry: Arc<Entry>,
    site: Arc<Site>,
    operation: Arc<Operation>,
    rule: Arc<str>,
    scopes: ScopeSet,
    /// The own grant of the user, where calls go out as the user they are made for.
    user: Option<GrantName>,
}

impl Permit {
    pub(crate) const fn new(
        entry: Arc<Entry>,
        site: Arc<Site>,
        operation: Arc<Operation>,
        rule: Arc<str>,
        scopes: ScopeSet,
        user: Option<GrantName>,
    ) -> Self {
        Self { entry, site, operation, rule, scopes, user }
    }

    /// Who may.
    #[must_use]
    pub fn client(&self) -> &ClientId {
        &self.entry.manifest.client
    }

    /// Where.
    #[must_use]
    pub const fn site(&self) -> &Arc<Site> {
        &self.site
    }

    /// What.
    #[must_use]
    pub fn operation(&self) -> &Operation {
        &self.operation
    }

    /// Whether it permits this call: a later stage that holds a permit and a call can make sure they belong together.
    #[must_use]
    pub fn is_for(&self, call: &Call) -> bool {
        Arc::ptr_eq(&self.operation, call.operation_arc())
    }

    /// As whom upstream: with the manifest's grant, or with the user's own.
    #[must_use]
    pub fn grant(&self) -> &GrantName {
        self.user.as_ref().unwrap_or(&self.entry.manifest.grant)
    }

    /// Whether it goes out with a user's own grant.
    #[must_use]
    pub const fn is_as_user(&self) -> bool {
        self.user.is_some()
    }

    /// Whether Jira's own history is to name the client, where the operation can.
    #[must_use]
    pub fn attributes(&self) -> bool {
        self.entry.manifest.attribution
    }

    /// What it is bound to: projects, fields, transitions and their like.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        self.entry.manifest.terms()
    }

    /// The denial of this call for something its terms do not allow, with file and line and the smallest change.
    #[must_use]
    pub fn objection(&self, objection: Objection<'_>) -> Denial {
        terms::denial(&self.entry.manifest, objection)
    }

    /// What it is bound to, to be kept when the permit is spent.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        Bounds(Arc::clone(&self.entry))
    }

    /// Who answers for the client, as its manifest says.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.entry.manifest.owner
    }

    /// The entry that allowed it, by file and line: `release-automation.toml:9 effects "read"`.
    #[must_use]
    pub const fn rule(&self) -> &Arc<str> {
        &self.rule
    }

    /// What the call does to the site.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.operation.effect()
    }

    /// The scopes by which it was satisfied: one alternative of the operation, all of which the caller holds.
    #[must_use]
    pub const fn scopes(&self) -> &ScopeSet {
        &self.scopes
    }
}

/// What a permit was bound to. It permits nothing: it outlives its permit, because an answer is held to the same terms as the
/// request was.
#[derive(Clone)]
pub struct Bounds(Arc<Entry>);

impl Bounds {
    /// Projects, fields, transitions and their like.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        self.0.manifest.terms()
    }

    /// The denial of the call for something its terms do not allow.
    #[must_use]
    pub fn objection(&self, objection: Objection<'_>) -> Denial {
        terms::denial(&self.0.manifest, objection)
    }
}

impl fmt::Debug for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bounds of {}", self.0.manifest.client)
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { site, operation, rule, .. } = self;
        write!(f, "permit for {} to make {} at {} by {rule}", self.client(), operation.label(), site.name)
    }
}
