//! Newer facts over older ones.

use std::collections::BTreeMap;

use super::entry::{Entry, Key};

/// The entries of `base`, with what `newer` knows better.
///
/// Operations are the same when product, verb and shape of the path are. The newer says what the scopes are, whether
/// it is deprecated or experimental, and how id, tag and parameters are called, as far as it names them; both
/// together say which parameters name something and which permissions matter. An operation missing from `newer`
/// stays: documents leave out what still answers.
#[must_use]
pub fn merge(base: Vec<Entry>, newer: Vec<Entry>) -> Vec<Entry> {
    let mut known: BTreeMap<Key, Entry> = BTreeMap::new();
    for entry in base.into_iter().chain(newer) {
        let key = entry.key();
        let merged = match known.remove(&key) {
            Some(older) => over(older, entry),
            None => entry,
        };
        known.insert(key, merged);
    }
    known.into_values().collect()
}

fn over(mut older: Entry, newer: Entry) -> Entry {
    // Parameters are named by the template; names that belong to another spelling of it would point nowhere.
    if older.template != newer.template {
        older.names.retain(|naming| naming.place != crate::naming::Place::Path);
    }
    let says_scopes = newer.classic.is_some() || newer.granular.is_some();
    let (classic, granular) =
        if says_scopes { (newer.classic, newer.granular) } else { (older.classic, older.granular) };
    Entry {
        product: newer.product,
        verb: newer.verb,
        template: newer.template,
        id: if newer.id.is_empty() { older.id } else { newer.id },
        classic,
        granular,
        permissions: older.permissions.into_iter().chain(newer.permissions).collect(),
        deprecated: newer.deprecated,
        experimental: newer.experimental,
        removal: newer.removal.or(older.removal),
        tag: if newer.tag.is_empty() { older.tag } else { newer.tag },
        names: older.names.into_iter().chain(newer.names).collect(),
    }
}
