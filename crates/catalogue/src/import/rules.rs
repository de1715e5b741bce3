//! What the two hand-written tables (`data/effects.txt`, `data/names.txt`) have in common: sections of products,
//! lines of words, patterns of paths.

use types::{Product, Verb};

use crate::template::segments;

/// The lines that hold for `product`, each as its words, in order.
pub(super) fn lines(table: &str, product: Product) -> impl Iterator<Item = Vec<&str>> {
    let mut in_section = false;
    table
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .filter(move |line| match section(line) {
            Some(products) => {
                in_section = products.split(' ').any(|name| name == product.as_str());
                false
            }
            None => in_section,
        })
        .map(|line| line.split(' ').collect())
}

fn section(line: &str) -> Option<&str> {
    line.strip_prefix('[')?.strip_suffix(']')
}

/// Whether `listed` (verbs between commas, or `*` for every verb that is not GET) means `verb`.
pub(super) fn names_verb(listed: &str, verb: Verb) -> bool {
    match listed {
        "*" => verb != Verb::Get,
        listed => listed.split(',').any(|word| word == verb.as_str()),
    }
}

/// Whether `template` is one of the paths `pattern` stands for: `*` is one segment, `{}` one that is a parameter, a
/// final `**` any rest.
pub(super) fn covers(pattern: &str, template: &str) -> bool {
    let mut given = segments(template);
    for wanted in segments(pattern) {
        if wanted == "**" {
            return true;
        }
        match given.next() {
            Some(segment) if wanted == "*" || wanted == segment => {}
            Some(segment) if wanted == "{}" && segment.starts_with('{') => {}
            _ => return false,
        }
    }
    given.next().is_none()
}

#[cfg(test)]
mod tests;
