//! Which transitions of issues may be made.

use std::sync::Arc;

use super::boundary::Named;
use super::names::{Entry, same};

/// What all `[[transitions]]` say.
#[derive(Debug, Default)]
pub struct TransitionRules {
    pub(crate) rules: Vec<TransitionRule>,
}

/// One of them: what is said must hold.
#[derive(Debug)]
pub(crate) struct TransitionRule {
    pub(crate) which: Which,
    pub(crate) deny: bool,
    pub(crate) label: Arc<str>,
}

/// Which transitions a rule is about.
#[derive(Debug, Default)]
pub(crate) struct Which {
    pub(crate) project: Option<Entry>,
    pub(crate) from: Option<Entry>,
    pub(crate) to: Option<Entry>,
    pub(crate) id: Option<Entry>,
    pub(crate) name: Option<Box<str>>,
}

/// What a transition is, as Jira says it. An empty text is something that is not known: then a rule that needs it does
/// not allow, and one that denies by it denies.
#[derive(Clone, Copy, Debug, Default)]
pub struct TransitionFacts<'f> {
    /// The key of the project now.
    pub project_key: &'f str,
    /// The id of the project.
    pub project_id: &'f str,
    /// The status the issue has.
    pub from: Named<'f>,
    /// The status it will have.
    pub to: Named<'f>,
    /// The transition's id.
    pub id: &'f str,
    /// The transition's name.
    pub name: &'f str,
}

/// Whether something is what a rule says; `None`: it is not known.
fn is(wanted: &Entry, found: Named<'_>) -> Option<bool> {
    match wanted {
        Entry::Id(_) if found.id.is_empty() => None,
        Entry::Id(id) => Some(found.id.parse() == Ok(*id)),
        Entry::Text(text) if !found.id.is_empty() && **text == *found.id => Some(true),
        Entry::Text(_) if found.name.is_empty() => None,
        Entry::Text(text) => Some(same(text, found.name)),
    }
}

impl Which {
    /// Whether all that is said holds; `None`: something is not known, and nothing else says no.
    fn holds(&self, facts: &TransitionFacts<'_>) -> Option<bool> {
        let TransitionFacts { project_key, project_id, from, to, id, name } = *facts;
        let project = Named { name: project_key, id: project_id };
        // What has no name but an id, and what has no id but a name.
        let by_id = Named { name: id, id };
        let by_name = (!name.is_empty()).then_some(name);
        let asked = [
            self.project.as_ref().map(|wanted| is(wanted, project)),
            self.from.as_ref().map(|wanted| is(wanted, from)),
            self.to.as_ref().map(|wanted| is(wanted, to)),
            self.id.as_ref().map(|wanted| is(wanted, by_id)),
            self.name.as_ref().map(|wanted| by_name.map(|name| same(wanted, name))),
        ];
        let mut all = Some(true);
        for answer in asked.into_iter().flatten() {
            match answer {
                Some(false) => return Some(false),
                Some(true) => {}
                None => all = None,
            }
        }
        all
    }
}

impl TransitionRules {
    pub(crate) const FREE: Self = Self { rules: Vec::new() };

    /// Whether there are none: every transition may be made.
    #[must_use]
    pub const fn is_free(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether a transition may be made: no rule denies it, and one allows it unless all of them deny.
    #[must_use]
    pub fn allows(&self, facts: &TransitionFacts<'_>) -> bool {
        if self.denying(facts).is_some() {
            return false;
        }
        let mut allowing = self.rules.iter().filter(|rule| !rule.deny).peekable();
        allowing.peek().is_none() || allowing.any(|rule| rule.which.holds(facts) == Some(true))
    }

    /// The rule that denies, or may.
    pub(crate) fn denying(&self, facts: &TransitionFacts<'_>) -> Option<&TransitionRule> {
        self.rules.iter().find(|rule| rule.deny && rule.which.holds(facts) != Some(false))
    }

    pub(crate) fn first_label(&self) -> Option<&Arc<str>> {
        self.rules.iter().find(|rule| !rule.deny).or(self.rules.first()).map(|rule| &rule.label)
    }
}
