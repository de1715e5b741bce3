//! Queries that were damaged, and queries with injections.

use super::grammar;
use super::samples::{EVERYDAY, TRICKS};
use crate::world::random::Random;

/// Pieces that a mutation puts in.
const PIECES: &[&str] = &[
    "(",
    ")",
    ") OR (",
    " OR ",
    " AND ",
    "\"",
    "'",
    "\\",
    "\\\"",
    "\\u0029",
    "!",
    "!=",
    "=",
    "~",
    ",",
    "|",
    "&",
    "||",
    "&&",
    " ORDER BY ",
    " order by key",
    "project = DATA",
    " or project = PART",
    " not ",
    " in ",
    " is ",
    " was ",
    " changed ",
    "EMPTY",
    "--",
    "/*",
    "*/",
    "//",
    "#",
    ";",
    "[",
    "]",
    "cf[10016]",
    "\u{201c}",
    "\u{201d}",
    "\u{2018}",
    "\u{2019}",
    "\u{ff08}",
    "\u{ff09}",
    "\u{a0}",
    "\u{200b}",
    "\u{0}",
    "\u{b}",
    "\n",
    "\t",
    "0",
    "-",
    ".",
    "A",
    "é",
    "\u{1f600}",
    "99999999999999999999",
    "currentUser()",
    "(1,(2,3))",
    "in",
    "or",
    "and",
    "by",
    "from",
];

fn everyday(random: &mut Random) -> String {
    if random.once_in(3) { grammar::query(random) } else { random.word(EVERYDAY).to_owned() }
}

/// A query with one to four damages.
pub(super) fn query(random: &mut Random) -> String {
    let mut text: Vec<char> = everyday(random).chars().collect();
    for _ in 0..1 + random.below(4) {
        damage(random, &mut text);
    }
    text.into_iter().collect()
}

fn damage(random: &mut Random, text: &mut Vec<char>) {
    let at = random.below(text.len() + 1);
    let end = (at + 1 + random.below(8)).min(text.len());
    match random.below(8) {
        0..=2 => {
            let piece: Vec<char> = random.word(PIECES).chars().collect();
            text.splice(at..at, piece);
        }
        3 => {
            text.drain(at..end);
        }
        4 => {
            let copied = text[at..end].to_vec();
            let to = random.below(text.len() + 1);
            text.splice(to..to, copied);
        }
        5 if at + 1 < text.len() => text.swap(at, at + 1),
        6 => {
            // Half of another query.
            let other: Vec<char> = everyday(random).chars().collect();
            let from = random.below(other.len() + 1);
            text.truncate(at);
            text.extend_from_slice(&other[from..]);
        }
        _ => {
            // One kind of character becomes another throughout.
            let (from, to) = [
                ('"', '\u{201c}'),
                ('\'', '"'),
                ('(', '\u{ff08}'),
                (' ', '\u{a0}'),
                ('=', '~'),
                ('O', '\u{41e}'),
            ][random.below(6)];
            text.iter_mut().filter(|c| **c == from).for_each(|c| *c = to);
        }
    }
}

/// A query with an injection, sometimes damaged as well.
pub(super) fn trick(random: &mut Random) -> String {
    let mut text = String::new();
    for (at, part) in random.word(TRICKS).split('Q').enumerate() {
        if at > 0 {
            let inner = everyday(random);
            // Where something follows, an order would only be in the way.
            let cut = inner.to_ascii_lowercase().find("order").filter(|_| !part.is_empty());
            text.push_str(inner.get(..cut.unwrap_or(inner.len())).unwrap_or(&inner));
        }
        text.push_str(part);
    }
    if random.once_in(4) {
        let mut damaged: Vec<char> = text.chars().collect();
        damage(random, &mut damaged);
        text = damaged.into_iter().collect();
    }
    text
}
