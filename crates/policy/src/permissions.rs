//! The second layer: what an account may do at Jira, against what manifests need of it.
//!
//! A permit means that *we* do not object; Jira then asks its own permissions of the account the call goes out as. Both can be
//! wrong: the account may lack what a manifest needs, so that calls fail; or it may hold power that no manifest needs, which whoever
//! gets hold of the credential has as well.
//!
//! What operations need is what Atlassian's documentation names: **a hint, not exhaustive**. A documented `ADMINISTER` beside
//! others is an alternative to them. Where `..._ALL_...` is named, `..._OWN_...` is taken for enough, and the other way round: the
//! operation then works on things of the account's own. Of the rest all are needed. Effects choose
//! whatever there is, so of what only an effect chooses nothing but browsing is reported as missing, and
//! administration counts as needed only where an effect says `administer`.

use std::collections::{BTreeMap, BTreeSet};

use types::{ClientId, Effect, GrantName};

use crate::rulebook::Rulebook;
use crate::selection::{By, Mention};

/// Permissions that weigh enough to be reported where nobody needs them.
pub const POWERFUL: [&str; 7] = [
    ADMINISTER,
    "SYSTEM_ADMIN",
    ADMINISTER_PROJECTS,
    "DELETE_ISSUES",
    "DELETE_ALL_COMMENTS",
    "DELETE_ALL_ATTACHMENTS",
    "DELETE_ALL_WORKLOGS",
];

const ADMINISTER: &str = "ADMINISTER";
const ADMINISTER_PROJECTS: &str = "ADMINISTER_PROJECTS";
const BROWSE_PROJECTS: &str = "BROWSE_PROJECTS";

/// An operation a client may call, and what Jira wants for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// Whose manifest allows it.
    pub client: ClientId,
    /// Its label.
    pub operation: Box<str>,
    /// Jira's permission keys, as documented; at least one.
    pub permissions: BTreeSet<Box<str>>,
    /// What it does.
    pub effect: Effect,
    /// Whether only an effect chooses it.
    pub by_effect: bool,
}

/// A permission that the account does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingPermission {
    /// Whose calls fail.
    pub client: ClientId,
    /// The key.
    pub permission: String,
    /// The operations that need it, by label, each once.
    pub operations: Vec<String>,
}

/// An account against manifests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecondLayer {
    /// What it lacks, by client and permission.
    pub missing: Vec<MissingPermission>,
    /// The [`POWERFUL`] permissions it has and nobody needs.
    pub spare: Vec<String>,
}

impl Rulebook {
    /// What the manifests with `grant` need of Jira, by client, in the order of the catalogue. Walks every operation: for operators'
    /// questions, not for requests.
    #[must_use]
    pub fn permissions_needed(&self, grant: &GrantName) -> Vec<Needed> {
        let mut entries: Vec<_> =
            self.clients.values().filter(|entry| entry.manifest.grant == *grant).collect();
        entries.sort_by(|one, other| one.manifest.client.cmp(&other.manifest.client));
        let mut needed = Vec::new();
        for entry in entries {
            let client = &entry.manifest.client;
            for operation in self.operations(client, &entry.manifest.scopes) {
                if operation.permissions().is_empty() {
                    continue;
                }
                let Mention::Allowed(position) = entry.selection.mention(operation.index()) else { continue };
                let choice = entry.selection.allow.get(position);
                needed.push(Needed {
                    client: client.clone(),
                    operation: operation.label().into(),
                    permissions: operation.permissions().iter().map(|key| Box::from(&**key)).collect(),
                    effect: operation.effect(),
                    by_effect: choice.is_none_or(|choice| choice.by == By::Effect),
                });
            }
        }
        needed
    }
}

/// Compares what is `needed` with what the account `holds`. Of keys that are not `known` to the Jira in question nothing is said.
#[must_use]
pub fn second_layer(needed: &[Needed], holds: &BTreeSet<String>, known: &BTreeSet<String>) -> SecondLayer {
    let mut missing: BTreeMap<(&ClientId, &str), BTreeSet<&str>> = BTreeMap::new();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for need in needed {
        used.extend(need.permissions.iter().map(|key| &**key).filter(|key| counts(need, key)));
        for key in lacking(need, holds) {
            let said = known.contains(key) && (!need.by_effect || key == BROWSE_PROJECTS);
            if said {
                missing.entry((&need.client, key)).or_default().insert(&need.operation);
            }
        }
    }
    let missing = missing.into_iter().map(|((client, permission), operations)| MissingPermission {
        client: client.clone(),
        permission: permission.to_owned(),
        operations: operations.into_iter().map(str::to_owned).collect(),
    });
    let spare = POWERFUL.into_iter().filter(|key| holds.contains(*key) && !used.contains(key));
    SecondLayer { missing: missing.collect(), spare: spare.map(str::to_owned).collect() }
}

/// The keys to ask Jira about: what is needed, what would do instead, and what weighs.
#[must_use]
pub fn permissions_to_ask(needed: &[Needed]) -> BTreeSet<String> {
    let named = needed.iter().flat_map(|need| &need.permissions);
    let each = named.flat_map(|key| [Some(key.to_string()), own(key), all(key)]);
    each.flatten().chain(POWERFUL.map(str::to_owned)).collect()
}

/// What allows the same on things of one's own.
fn own(key: &str) -> Option<String> {
    key.contains("_ALL_").then(|| key.replacen("_ALL_", "_OWN_", 1))
}

/// What allows the same on everybody's.
fn all(key: &str) -> Option<String> {
    key.contains("_OWN_").then(|| key.replacen("_OWN_", "_ALL_", 1))
}

/// Whether an operation is a reason to hold a permission.
fn counts(need: &Needed, key: &str) -> bool {
    let administers = [ADMINISTER, ADMINISTER_PROJECTS].contains(&key);
    !(administers && need.by_effect) || need.effect == Effect::Administer
}

/// The keys an operation lacks.
fn lacking<'n>(need: &'n Needed, holds: &BTreeSet<String>) -> Vec<&'n str> {
    let keys = &need.permissions;
    let has = |key: &str| holds.contains(key);
    let others = keys.len() > usize::from(keys.contains(ADMINISTER));
    if keys.contains(ADMINISTER) && (has(ADMINISTER) || !others) {
        return if has(ADMINISTER) { Vec::new() } else { vec![ADMINISTER] };
    }
    let held = |key: &str| {
        has(key) || own(key).is_some_and(|own| has(&own)) || all(key).is_some_and(|all| has(&all))
    };
    keys.iter().map(|key| &**key).filter(|key| *key != ADMINISTER && !held(key)).collect()
}

#[cfg(test)]
mod tests;
