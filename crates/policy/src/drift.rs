//! What a grant's scopes leave undone: which clients' manifests need more than Atlassian grants.

use std::collections::BTreeSet;

use catalogue::{Catalogue, ScopeSet};
use types::{ClientId, GrantName};

use crate::needs;
use crate::rulebook::Rulebook;
use crate::selection::Mention;

/// One client whose manifest allows what its grant cannot do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lacking {
    /// Whose.
    pub client: ClientId,
    /// The scopes that would help, by name.
    pub scopes: BTreeSet<String>,
    /// How many operations suffer.
    pub operations: usize,
}

impl Rulebook {
    /// The clients whose manifests name `grant` and allow operations which none of the scopes `granted` cover, though the manifest's
    /// own do; by client. Walks every operation: for the hour a grant's scopes change, not for requests.
    #[must_use]
    pub fn lacking(&self, grant: &GrantName, granted: &[String], catalogue: &Catalogue) -> Vec<Lacking> {
        let known = granted.iter().filter(|name| catalogue.scope(name).is_some()).map(String::as_str);
        // Those that are not known cover nothing that is.
        let Ok(granted) = catalogue.scope_set(known) else { return Vec::new() };
        let users = self.clients.values().filter(|entry| entry.manifest.grant == *grant);
        let mut lacking: Vec<_> = users
            .filter_map(|entry| {
                let most = &entry.manifest.scopes;
                let held = granted.intersection(most);
                let (mut scopes, mut operations) = (BTreeSet::new(), 0);
                for operation in &self.glossary.operations {
                    let face = Some(operation.face());
                    let in_reach = |site: &std::sync::Arc<types::Site>| {
                        site.cloud_id().is_some() && [site.face(false), site.face(true)].contains(&face)
                    };
                    let allowed = matches!(entry.selection.mention(operation.index()), Mention::Allowed(_));
                    if !allowed || !entry.manifest.sites.iter().any(in_reach) {
                        continue;
                    }
                    let missing = needs::missing_within(operation, &held, most);
                    if let Some(missing) = missing.filter(|missing| !ScopeSet::is_empty(missing)) {
                        operations += 1;
                        scopes.extend(missing.iter().map(|scope| self.glossary.scope(scope).to_owned()));
                    }
                }
                (operations > 0).then(|| Lacking {
                    client: entry.manifest.client.clone(),
                    scopes,
                    operations,
                })
            })
            .collect();
        lacking.sort_by(|one, other| one.client.cmp(&other.client));
        lacking
    }
}

#[cfg(test)]
mod tests;
