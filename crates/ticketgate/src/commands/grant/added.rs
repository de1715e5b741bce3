//! What `grant add` says it did: added a grant, or put another credential in place of the old one.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use control::views::{AddedGrant, GrantView, ReplacedGrant};
use serde_json::Value;

use crate::commands::client::join;

/// The answer in words. Whoever meant to add a second grant and took the name of the first must be able to see it.
pub(super) fn words(added: &AddedGrant) -> String {
    let grant = &added.grant;
    let try_it = format!("Try it with `ticketgate grant check {}`.", grant.name);
    let Some(before) = &added.replaced else {
        let article = if grant.kind.starts_with('a') { "an" } else { "a" };
        let sites = join(grant.sites.iter());
        return format!("Added {}, {article} {}, for {sites}. {try_it}", grant.name, grant.kind);
    };
    let mut text = format!(
        "Replaced the credential of {}, which was there already; the old one (of {}) is gone.\n",
        grant.name, before.changed_at
    );
    for (name, old, new) in lines(before, grant) {
        let note = match (old == new, old.is_empty()) {
            (true, _) => "as before".to_owned(),
            (false, true) => "new".to_owned(),
            (false, false) => format!("was: {old}"),
        };
        let shown = if new.is_empty() { "none" } else { new.as_str() };
        let _ = writeln!(text, "  {name:<10}{shown} ({note})");
    }
    text + "The new one is used from the next call on. " + &try_it
}

/// Name, before, now.
fn lines(before: &ReplacedGrant, now: &GrantView) -> Vec<(String, String, String)> {
    let mut lines = vec![
        ("kind".to_owned(), before.kind.clone(), now.kind.clone()),
        ("sites".to_owned(), join(before.sites.iter()), join(now.sites.iter())),
    ];
    let keys = |facts: &Value| -> BTreeSet<String> {
        facts.as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect()
    };
    // The kind stands among the facts too, and above already.
    let facts = keys(&before.facts).union(&keys(&now.facts)).cloned().collect::<Vec<_>>();
    for key in facts.into_iter().filter(|key| key != "kind") {
        let (old, new) = (fact(&before.facts, &key), fact(&now.facts, &key));
        lines.push((key.replace('_', " "), old, new));
    }
    lines
}

fn fact(facts: &Value, key: &str) -> String {
    match facts.get(key) {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
