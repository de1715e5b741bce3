//! Which parameters name something.

use super::entry::Entry;
use super::rules::{covers, lines, names_verb};
use crate::naming::{Kind, Naming, Place};
use crate::template::{Piece, segments};

/// The hand-written table of what parameters' names mean.
const NAMES: &str = include_str!("../../data/names.txt");

/// Adds to `entry` what its template alone tells: path parameters, and parameters no document describes.
pub(super) fn add_known(entry: &mut Entry) {
    let template = entry.template.clone();
    for segment in segments(&template) {
        if let Some(Piece::Parameter(name)) = Piece::read(segment) {
            add(entry, Place::Path, name, false);
        }
    }
    for words in lines(NAMES, entry.product) {
        if let ["+", verbs, place, parameter, kind, pattern] = *words.as_slice()
            && names_verb(verbs, entry.verb)
            && covers(pattern, &entry.template)
            && let (Ok(place), Ok(kind)) = (place.parse(), kind.parse())
        {
            entry.names.insert(Naming { place, parameter: parameter.into(), kind });
        }
    }
}

/// Adds a parameter if its name means something here. Says whether it did.
pub(super) fn add(entry: &mut Entry, place: Place, parameter: &str, list: bool) -> bool {
    let Some(kind) = meaning(entry, place, parameter) else { return false };
    let parameter =
        if list && place == Place::Body { format!("{parameter}[]") } else { parameter.to_owned() };
    entry.names.insert(Naming { place, parameter: parameter.into(), kind });
    true
}

/// The first line that fits decides; `none` is no kind, so it decides for nothing.
fn meaning(entry: &Entry, place: Place, parameter: &str) -> Option<Kind> {
    let kind = lines(NAMES, entry.product).find_map(|words| match *words.as_slice() {
        [at, name, kind] if at == place.as_str() && name == parameter => Some(kind.to_owned()),
        [at, name, kind, pattern]
            if at == place.as_str() && name == parameter && covers(pattern, &entry.template) =>
        {
            Some(kind.to_owned())
        }
        _ => None,
    })?;
    kind.parse().ok()
}
