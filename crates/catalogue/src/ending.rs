//! Endings that Atlassian's REST framework takes off a path before it routes.

use crate::naming::Place;
use crate::operation::Operation;

/// What `ExtensionJerseyFilter` of Atlassian's REST framework reads as the wanted media type, in any letter case, and
/// takes off the end of a path unless a plugin forbids it. Which plugins do is not documented.
const ENDINGS: [&str; 6] = [".txt", ".htm", ".html", ".json", ".xml", ".atom"];

/// The path without such an ending; `None` when it has none.
///
/// May end in a slash: `/properties/.json` is routed like `/properties`.
pub(crate) fn taken_off(path: &str) -> Option<&str> {
    // Nearly every path is done after a look at two bytes.
    let length = match path.as_bytes() {
        [.., b'.', _, _, _] => 4,
        [.., b'.', _, _, _, _] => 5,
        _ => return None,
    };
    let (stem, ending) = path.split_at_checked(path.len().checked_sub(length)?)?;
    ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)).then_some(stem)
}

/// Whether the last segment of the operation's path names an issue, a project, a page or their like: none of their keys
/// and ids has such an ending, so whoever writes one means something else.
pub(crate) fn ends_in_a_name(operation: &Operation) -> bool {
    let last = operation.template().rsplit('/').next().unwrap_or_default();
    let last = last.strip_prefix('{').and_then(|last| last.strip_suffix('}'));
    let mut names = operation.names().iter().filter(|naming| naming.place == Place::Path);
    names.any(|naming| Some(&*naming.parameter) == last)
}

#[cfg(test)]
mod tests;
