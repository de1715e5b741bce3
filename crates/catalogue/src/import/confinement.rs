//! How bounded clients are kept within their boundary.

use std::sync::LazyLock;

use types::Product;

use super::entry::Entry;
use super::rules::{covers, lines, names_verb};
use crate::confinement::{Confined, Confinement};
use crate::issue_body::IssueBody;
use crate::listing::Listing;

/// The hand-written classification; its head says in words what it means.
const CONFINEMENT: &str = include_str!("../../data/confinement.txt");

/// The words of one line.
type Rule = Vec<&'static str>;

/// The lines of each product, in order.
static RULES: LazyLock<Vec<(Product, Vec<Rule>)>> = LazyLock::new(|| {
    Product::ALL.iter().map(|product| (*product, lines(CONFINEMENT, *product).collect())).collect()
});

/// What the classification says of `entry`; `None` where no line fits, or the one that does cannot be read.
pub(super) fn of(entry: &Entry) -> Option<Confined> {
    let mut found: Option<(Confinement, Box<[Listing]>)> = None;
    let (mut bulk, mut issue_body) = (false, None);
    for words in RULES.iter().filter(|(product, _)| *product == entry.product).flat_map(|(_, rules)| rules) {
        match words.as_slice() {
            ["bulk", verbs, pattern] => bulk |= fits(verbs, pattern, entry),
            ["issue", verbs, pattern, shape] if issue_body.is_none() && fits(verbs, pattern, entry) => {
                issue_body = Some(shape.parse::<IssueBody>().ok()?);
            }
            ["issue", ..] => {}
            [verbs, pattern, confinement, lists @ ..] if found.is_none() && fits(verbs, pattern, entry) => {
                let lists = lists.iter().map(|listing| listing.parse()).collect::<Result<_, _>>().ok()?;
                found = Some((confinement.parse().ok()?, lists));
            }
            _ => {}
        }
    }
    found.map(|(confinement, lists)| Confined { confinement, bulk, issue_body, lists })
}

fn fits(verbs: &str, pattern: &str, entry: &Entry) -> bool {
    (verbs == "any" || names_verb(verbs, entry.verb)) && covers(pattern, &entry.template)
}

#[cfg(test)]
mod tests;
