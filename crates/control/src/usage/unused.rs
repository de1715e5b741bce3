//! What manifests give and nobody uses.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use policy::Rulebook;
use store::UsageRow;
use types::ClientId;

use super::count::Place;
use crate::manifests::Sources;
use crate::views::{Counted, UnusedItem, UnusedView};
use crate::{Control, ControlError};

impl Control {
    /// What the manifests in force give and nobody has used for so many seconds.
    pub(crate) async fn unused(
        &self,
        client: Option<&ClientId>,
        seconds: u64,
        counted: Option<&Counted>,
    ) -> Result<Vec<UnusedView>, ControlError> {
        let since = self.ago(seconds)?;
        let rulebook = self.parts().rulebook.load_full();
        let mut found = Vec::new();
        let clients = self.meant(client);
        let given_since = self.given_since(&clients, since).await?;
        for client in clients {
            let rows = self.parts().store.usage().list(Some(&client), usize::MAX).await?;
            let Some(mut unused) = self.unused_by(&rulebook, &client, &rows, since) else { continue };
            unused.given_since = given_since.get(&client).copied();
            let young = unused.given_since.is_some_and(|given| given > since);
            unused.too_early =
                young || counted.is_none_or(|counted| counted.since > since || counted.behind > 0);
            found.push(unused);
        }
        Ok(found)
    }

    fn unused_by(
        &self,
        rulebook: &Rulebook,
        client: &ClientId,
        rows: &[UsageRow],
        since: Timestamp,
    ) -> Option<UnusedView> {
        let manifest = rulebook.manifest(client)?;
        let catalogue = &self.parts().catalogue;
        let (mut operations, mut scopes, mut projects, mut spaces) =
            (Last::default(), Last::default(), Last::default(), Last::default());
        let mut unnamed = 0_u64;
        for row in rows {
            let Some(at) = row.used_at else { continue };
            operations.seen(&row.operation, at);
            row.scopes.split_ascii_whitespace().for_each(|scope| scopes.seen(scope, at));
            match Place::of_text(&row.place) {
                Place::Project(key) => projects.seen(&key, at),
                Place::Space(key) => spaces.seen(&key, at),
                Place::None | Place::Other if at >= since => unnamed += row.calls,
                Place::None | Place::Other => {}
            }
        }
        let allowed: BTreeSet<&str> =
            rulebook.operations(client, manifest.scopes()).map(|operation| operation.label()).collect();
        let given = manifest.scopes().iter().map(|scope| catalogue.scope_name(scope));
        let boundary = manifest.terms().boundary();
        // An id says nothing about the key that calls name, so nothing is said about it.
        let keys = |names: Option<Vec<String>>| {
            let by_key = |name: &String| !name.bytes().all(|byte| byte.is_ascii_digit());
            names.unwrap_or_default().into_iter().filter(by_key).collect::<Vec<_>>()
        };
        let of_projects = keys(boundary.allowed_projects().map(Iterator::collect));
        let of_spaces = keys(boundary.allowed_spaces().map(Iterator::collect));
        Some(UnusedView {
            client: client.clone(),
            file: manifest.file().to_owned(),
            since,
            given_since: None,
            too_early: false,
            observed: manifest.terms().observes(),
            given_operations: allowed.len(),
            operations: operations.unused(allowed.into_iter(), since),
            scopes: scopes.unused(given, since),
            projects: projects.unused(of_projects.iter().map(String::as_str), since),
            spaces: spaces.unused(of_spaces.iter().map(String::as_str), since),
            calls_that_name_nothing: unnamed,
        })
    }

    /// Since when each client's manifest and what it shares with others are as they are now, as far back as `since` or as versions
    /// are kept.
    async fn given_since(
        &self,
        clients: &BTreeSet<ClientId>,
        since: Timestamp,
    ) -> Result<BTreeMap<ClientId, Timestamp>, ControlError> {
        let versions = self.parts().store.manifest_versions();
        let mut found = BTreeMap::new();
        let mut open: BTreeSet<&ClientId> = clients.iter().collect();
        let mut now: Option<Sources> = None;
        for listed in versions.list().await? {
            let Some(row) = versions.get(listed.number).await? else { break };
            let sources = Sources::from_bytes(&row.sources)?;
            let current = now.get_or_insert_with(|| sources.clone());
            open.retain(|client| {
                let same = sources.of_client(client) == current.of_client(client);
                if same {
                    found.insert((*client).clone(), row.activated_at);
                }
                same
            });
            if open.is_empty() || row.activated_at <= since {
                break;
            }
        }
        Ok(found)
    }
}

/// When each was used last.
#[derive(Default)]
struct Last(BTreeMap<String, Timestamp>);

impl Last {
    /// Keys of projects and spaces are compared whatever the case of their letters; operations and scopes have one spelling each.
    fn seen(&mut self, what: &str, at: Timestamp) {
        let last = self.0.entry(what.to_ascii_lowercase()).or_insert(at);
        *last = at.max(*last);
    }

    fn unused<'n>(&self, given: impl Iterator<Item = &'n str>, since: Timestamp) -> Vec<UnusedItem> {
        let item = |name: &str| {
            let last_used_at = self.0.get(&name.to_ascii_lowercase()).copied();
            let unused = last_used_at.is_none_or(|at| at < since);
            unused.then(|| UnusedItem { name: name.to_owned(), last_used_at })
        };
        given.filter_map(item).collect()
    }
}
