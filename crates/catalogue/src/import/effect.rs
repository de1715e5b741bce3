//! What an operation does to a site.

use types::{Effect, Product, Verb};

use super::entry::{Alternative, Entry};
use super::rules::{covers, lines, names_verb};

/// The hand-written table of effects; its head says in words what holds where no line fits.
const EFFECTS: &str = include_str!("../../data/effects.txt");

pub(super) fn of(entry: &Entry) -> Effect {
    if let Some(effect) = listed(entry) {
        return effect;
    }
    let deployed = matches!(entry.product, Product::JiraDataCenter | Product::ConfluenceDataCenter);
    let unreachable = entry.classic.is_none() && entry.granular.is_none();
    match entry.verb {
        Verb::Get => Effect::Read,
        _ if has(&entry.classic, |scope| scope.starts_with("manage:")) => Effect::Administer,
        _ if has(&entry.granular, |scope| scope.contains(".admin:")) => Effect::Administer,
        _ if deployed || unreachable => Effect::Administer,
        Verb::Delete => Effect::Delete,
        Verb::Post | Verb::Put | Verb::Patch => Effect::Write,
    }
}

fn has(alternative: &Alternative, what: impl Fn(&str) -> bool) -> bool {
    alternative.iter().flatten().any(|scope| what(scope))
}

/// The first line that fits.
fn listed(entry: &Entry) -> Option<Effect> {
    lines(EFFECTS, entry.product).find_map(|words| match words.as_slice() {
        [verbs, pattern, effect] if names_verb(verbs, entry.verb) && covers(pattern, &entry.template) => {
            effect.parse().ok()
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests;
