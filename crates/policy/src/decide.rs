//! The decision.

use catalogue::{Call, ScopeSet};
use jiff::Timestamp;
use std::sync::Arc;
use types::{ClientId, GrantName, Site};

use crate::denial::{self, Denial};
use crate::needs;
use crate::permit::Permit;
use crate::rulebook::{Entry, Rulebook};
use crate::selection::Mention;

/// May this client make this call at this site, now?
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// Who asks.
    pub client: &'q ClientId,
    /// The scopes its token was narrowed to; `None`: all of the manifest's.
    pub token_scopes: Option<&'q ScopeSet>,
    /// The own grant of the user it is asked for, where it is asked for one.
    pub user: Option<&'q GrantName>,
    /// The Atlassian account of the user it is asked for, where it is asked for one.
    pub account: Option<&'q str>,
    /// Where, as [`Rulebook::site_for`] said.
    pub site: &'q Arc<Site>,
    /// What.
    pub call: &'q Call,
    /// When. The rulebook has no clock.
    pub now: Timestamp,
}

impl Question<'_> {
    /// What the caller holds: the manifest's scopes, narrowed by the token's.
    pub(crate) fn held(&self, entry: &Entry) -> ScopeSet {
        let most = &entry.manifest.scopes;
        self.token_scopes.map_or(*most, |token| token.intersection(most))
    }

    /// Whether there is somebody to go out as: the manifest's grant, or a user where it says that calls go out as theirs.
    pub(crate) fn as_somebody(&self, entry: &Entry) -> bool {
        !entry.manifest.acts_as_user() || self.user.is_some()
    }

    /// Whether what the manifest asks of the question beyond operation and scopes holds: when, and for whom.
    pub(crate) fn meets_conditions(&self, entry: &Entry) -> bool {
        let Some(conditions) = &entry.manifest.conditions else { return true };
        conditions.started(self.now)
            && conditions.open(self.now)
            && conditions.may_be_for(self.account, self.user.is_some())
    }

    /// Whether the operation exists at the site.
    pub(crate) fn right_face(&self) -> bool {
        let face = self.call.operation().face();
        [self.site.face(false), self.site.face(true)].contains(&Some(face))
    }
}

impl Rulebook {
    /// Decides. The cost depends neither on the number of clients nor on the length of the manifest; only a denial,
    /// which has to be explained, costs more.
    ///
    /// # Errors
    /// A [`Denial`], which names the smallest change that would have allowed the call.
    pub fn decide(&self, question: Question<'_>) -> Result<Permit, Denial> {
        let Some(entry) = self.entry(question.client, question.account, question.now) else {
            return Err(denial::no_manifest(question.client));
        };
        if !self.glossary.knows(question.call) {
            return Err(denial::other_catalogue());
        }
        permit(entry, &question).map_or_else(|| self.refuse(entry, &question), Ok)
    }
}

impl Rulebook {
    /// The denial; or a permit that remembers it, where the client is observed and a manifest could allow the call.
    #[cold]
    fn refuse(&self, entry: &Arc<Entry>, question: &Question<'_>) -> Result<Permit, Denial> {
        let denial = denial::explain(entry, question, &self.glossary);
        match observed(entry, question, &denial) {
            Some(permit) => Ok(permit),
            None => Err(denial),
        }
    }
}

/// The permit of an observed client for what its manifest does not allow. Everything but the choice of operations and the manifest's
/// scopes has to hold all the same, and so do the guardrails; a token that was asked for with fewer scopes has no more than those.
fn observed(entry: &Arc<Entry>, question: &Question<'_>, denial: &Denial) -> Option<Permit> {
    let observed = entry.manifest.observed.as_ref()?;
    let operation = question.call.operation_arc();
    if !holds_otherwise(entry, question) || denial::is_guarded(entry, operation) {
        return None;
    }
    let scopes = match question.token_scopes {
        Some(_) => needs::satisfied(operation, &question.held(entry))?,
        None => needs::nearest(operation, &entry.manifest.scopes)?,
    };
    let rule = Arc::clone(&observed.label);
    let user = question.user.filter(|_| entry.manifest.acts_as_user()).cloned();
    let parts = (Arc::clone(entry), Arc::clone(question.site), Arc::clone(operation));
    Some(Permit::new(parts.0, parts.1, parts.2, rule, scopes, user).remembering(denial.clone()))
}

/// Whether everything holds that has nothing to do with which operations the manifest chooses and which scopes it has.
fn holds_otherwise(entry: &Entry, question: &Question<'_>) -> bool {
    let in_force = !entry.manifest.expired(question.now);
    let in_reach = entry.manifest.reaches(question.site) && question.right_face();
    in_force && in_reach && question.as_somebody(entry) && question.meets_conditions(entry)
}

/// The permit, if everything holds. Every condition is on this page; what is not said here is not permitted.
fn permit(entry: &Arc<Entry>, question: &Question<'_>) -> Option<Permit> {
    let operation = question.call.operation_arc();
    if !holds_otherwise(entry, question) {
        return None;
    }
    let Mention::Allowed(position) = entry.selection.mention(operation.index()) else {
        return None;
    };
    let scopes = needs::satisfied(operation, &question.held(entry))?;
    let rule = Arc::clone(entry.allow_label(position)?);
    let user = question.user.filter(|_| entry.manifest.acts_as_user()).cloned();
    Some(Permit::new(Arc::clone(entry), Arc::clone(question.site), Arc::clone(operation), rule, scopes, user))
}
