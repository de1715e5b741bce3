//! What comes over grants without anybody's doing: scopes that are missing, consents that grow old.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use audit::{GrantAbout, GrantChange, Text};
use broker::{GrantSummary, people};
use policy::{Lacking, Rulebook};
use types::GrantName;

use crate::Control;

/// A consent's words when it may end soon.
const MAY_END: &str = "its consent will be a year old then, and Atlassian may end it";

/// What to do where a grant lacks what manifests need.
const ADVICE: &str = "Have the consent given anew with these scopes, or take them out of the manifests.";

/// What was found the last time, and under which manifests.
#[derive(Default)]
pub(crate) struct Seen {
    rulebook: Option<Arc<Rulebook>>,
    grants: BTreeMap<GrantName, Covers>,
}

/// The scopes of a grant, and who lacks which.
type Covers = (Vec<String>, Vec<Lacking>);

impl Control {
    /// What manifests need of a grant and Atlassian does not grant; nothing where Atlassian did not say what it grants.
    pub(crate) fn drift(&self, grant: &GrantSummary) -> Vec<Lacking> {
        let scopes = grant.consent.as_ref().map(|consent| &consent.scopes).filter(|it| !it.is_empty());
        let Some(scopes) = scopes.filter(|_| !people::is_person(&grant.name)) else { return Vec::new() };
        let parts = self.parts();
        parts.rulebook.load().lacking(&grant.name, scopes, &parts.catalogue)
    }

    /// Puts on record which scopes grants have lost, and which clients that hurts. To be called
    /// every few seconds: what has not changed costs next to nothing.
    pub fn watch_scopes(&self) {
        let grants = self.parts().broker.list();
        let rulebook = self.parts().rulebook.load_full();
        let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let same_manifests = seen.rulebook.as_ref().is_some_and(|before| Arc::ptr_eq(before, &rulebook));
        seen.rulebook = Some(rulebook);
        seen.grants.retain(|name, _| grants.iter().any(|grant| grant.name == *name));
        for grant in &grants {
            let Some(consent) = grant.consent.as_ref().filter(|_| !people::is_person(&grant.name)) else {
                continue;
            };
            if consent.scopes.is_empty() {
                continue;
            }
            let same_scopes =
                seen.grants.get(&grant.name).is_some_and(|(scopes, _)| *scopes == consent.scopes);
            if same_manifests && same_scopes {
                continue;
            }
            let now = (consent.scopes.clone(), self.drift(grant));
            let before = seen.grants.insert(grant.name.clone(), now.clone());
            if before.as_ref() == Some(&now) {
                continue;
            }
            self.tell_of_scopes(&grant.name, before.as_ref(), &now);
        }
    }

    fn tell_of_scopes(&self, grant: &GrantName, before: Option<&Covers>, now: &Covers) {
        let scopes_before = before.map_or(&[][..], |(scopes, _)| scopes);
        let vanished: Vec<_> = scopes_before.iter().filter(|scope| !now.0.contains(scope)).cloned().collect();
        let mut scopes = vanished.clone();
        scopes.extend(now.1.iter().flat_map(|it| it.scopes.iter().cloned()));
        scopes.sort();
        scopes.dedup();
        let was_well = before.is_none_or(|(_, lacking)| lacking.is_empty());
        if scopes.is_empty() && was_well {
            return;
        }
        let is = |well: bool| Text::fixed(if well { "sufficient" } else { "lacking" });
        let words = if !vanished.is_empty() {
            Some(format!("Atlassian no longer grants {}", vanished.join(" ")))
        } else if !now.1.is_empty() {
            Some(format!("Atlassian does not grant {}, which manifests need", scopes.join(" ")))
        } else {
            None
        };
        let change = GrantChange {
            from: before.map(|_| is(was_well)),
            words: words.map(Text::from),
            clients: now.1.iter().map(|it| it.client.clone()).collect(),
            advice: (!now.1.is_empty()).then_some(Text::fixed(ADVICE)),
            loud: true,
            ..GrantChange::new(GrantAbout::Scopes, is(now.1.is_empty()))
        };
        let _kept = self.parts().recorder.grant_changed(change, |record| {
            record.grant = Some(grant.clone());
            record.scopes = scopes.iter().map(|scope| Text::untrusted(scope)).collect();
        });
    }

    /// Puts on record that a consent may end, and when.
    pub(crate) fn tell_of_age(&self, grant: &GrantSummary, when: jiff::Timestamp) {
        let change = GrantChange {
            words: Some(MAY_END.into()),
            advice: Some("Have it given anew before.".into()),
            when: Some(when),
            loud: true,
            ..GrantChange::new(GrantAbout::Ends, "near".into())
        };
        let _kept =
            self.parts().recorder.grant_changed(change, |record| record.grant = Some(grant.name.clone()));
    }
}
