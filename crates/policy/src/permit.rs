//! The proof of the stage "decide".

use std::fmt;
use std::sync::Arc;

use catalogue::{Call, Operation, ScopeSet};
use types::{ClientId, Code, Effect, GrantName, Site};

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
    /// What would have refused it, were the client not observed.
    observed: Option<Box<Denial>>,
    /// Whether it is bound to the terms as written, although the client is observed.
    as_written: bool,
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
        Self { entry, site, operation, rule, scopes, user, observed: None, as_written: false }
    }

    /// The same, made although `denial` says no: its client is observed.
    pub(crate) fn remembering(self, denial: Denial) -> Self {
        Self { observed: Some(Box::new(denial)), ..self }
    }

    /// What would have refused the call, were its client not observed; `None`: nothing would have, so far.
    #[must_use]
    pub fn observed(&self) -> Option<&Denial> {
        self.observed.as_deref()
    }

    /// The same call bound to the terms of the manifest as they are written, where the client is observed and they bind anything: to
    /// find out what they would have refused. Nothing can be sent with it.
    #[must_use]
    pub fn trial(&self) -> Option<Trial> {
        if self.entry.manifest.observed.is_none() || self.entry.manifest.terms().is_free() {
            return None;
        }
        let (entry, site) = (Arc::clone(&self.entry), Arc::clone(&self.site));
        let (operation, rule, user) =
            (Arc::clone(&self.operation), Arc::clone(&self.rule), self.user.clone());
        let permit = Self::new(entry, site, operation, rule, self.scopes, user);
        Some(Trial(Self { as_written: true, ..permit }))
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

    /// What it is bound to: projects, fields, transitions and their like. Of an observed client: what the guardrails say of them.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        terms_of(&self.entry, self.as_written)
    }

    /// The denial of this call for something its terms do not allow, with file and line and the smallest change.
    #[must_use]
    pub fn objection(&self, objection: Objection<'_>) -> Denial {
        terms::denial(&self.entry.manifest, self.terms(), objection)
    }

    /// What it is bound to, to be kept when the permit is spent.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        Bounds { entry: Arc::clone(&self.entry), as_written: self.as_written }
    }

    /// The elevation that was part of what permitted it, by the name of its file without `.toml`; whether it would have been permitted
    /// without is another question.
    #[must_use]
    pub fn elevation(&self) -> Option<&Arc<str>> {
        self.entry.elevation()
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
pub struct Bounds {
    entry: Arc<Entry>,
    as_written: bool,
}

impl Bounds {
    /// Projects, fields, transitions and their like.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        terms_of(&self.entry, self.as_written)
    }

    /// The denial of the call for something its terms do not allow.
    #[must_use]
    pub fn objection(&self, objection: Objection<'_>) -> Denial {
        terms::denial(&self.entry.manifest, self.terms(), objection)
    }
}

fn terms_of(entry: &Entry, as_written: bool) -> &Terms {
    if as_written { entry.manifest.terms() } else { entry.manifest.enforced() }
}

impl fmt::Debug for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bounds of {}", self.entry.manifest.client)
    }
}

/// An observed call as its manifest would have it: to be asked, and never spent.
///
/// ```compile_fail,E0616
/// fn spend(trial: policy::Trial) -> policy::Permit {
///     trial.0
/// }
/// ```
#[derive(Debug)]
pub struct Trial(Permit);

impl Trial {
    /// What to ask.
    #[must_use]
    pub const fn permit(&self) -> &Permit {
        &self.0
    }

    /// The line of the manifest that a refusal with this code comes from, where one line is behind all of them.
    #[must_use]
    pub fn rule(&self, code: Code) -> Option<&Arc<str>> {
        let terms = self.0.terms();
        match code {
            Code::Hidden
            | Code::HiddenInQuery
            | Code::QueryNotPermitted
            | Code::NotConfinable
            | Code::ProjectNotPermitted => terms.boundary.label(),
            Code::CommentNotPermitted => terms.comments.label.as_ref(),
            _ => None,
        }
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { site, operation, rule, .. } = self;
        write!(f, "permit for {} to make {} at {} by {rule}", self.client(), operation.label(), site.name)
    }
}
