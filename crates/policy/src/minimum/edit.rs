//! Another list of scopes in a manifest, with everything else as it stands: comments, order, blank lines.

use std::collections::BTreeSet;

use toml::de::DeTable;
use toml_edit::{Array, RawString, Value};

/// Why a manifest was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotEdited {
    /// It is not TOML.
    #[error("it is not TOML: {0}")]
    Syntax(String),
    /// It has no such list of its own.
    #[error("it has no such list of its own")]
    NoList,
}

/// `text` with `scopes` as its list of scopes. What is outside of the list stays byte for byte.
///
/// Scopes that stay keep their place and their comments. One that goes takes the rest of its line with it; comments on lines of their
/// own stay. New ones come at the end, in the order given, each on a line of its own where the list has several.
///
/// # Errors
/// When there is no list to change.
pub fn with_scopes<'s>(text: &str, scopes: impl IntoIterator<Item = &'s str>) -> Result<String, NotEdited> {
    let scopes: Vec<&str> = scopes.into_iter().collect();
    with_list(text, &["scopes"], |list| edit(list, &scopes))
}

/// `text` without these words in `ids` of `[operations]`, edited as [`with_scopes`] does.
///
/// # Errors
/// When there is no list to change.
pub fn without_ids(text: &str, gone: &BTreeSet<String>) -> Result<String, NotEdited> {
    with_list(text, &["operations", "ids"], |list| {
        let words: Vec<String> = list.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect();
        let stay: Vec<&str> = words.iter().filter(|word| !gone.contains(*word)).map(String::as_str).collect();
        edit(list, &stay);
    })
}

/// `text` with the list at `way` changed.
fn with_list(text: &str, way: &[&str], change: impl FnOnce(&mut Array)) -> Result<String, NotEdited> {
    let syntax = |message: &str| NotEdited::Syntax(message.to_owned());
    let document = DeTable::parse(text).map_err(|error| syntax(error.message()))?;
    let (last, tables) = way.split_last().ok_or(NotEdited::NoList)?;
    let mut table = document.get_ref();
    for name in tables {
        table = table.get(*name).and_then(|value| value.get_ref().as_table()).ok_or(NotEdited::NoList)?;
    }
    let value = table.get(*last).ok_or(NotEdited::NoList)?;
    let span = value.span();
    let (Some(before), Some(list), Some(after)) =
        (text.get(..span.start), text.get(span.clone()), text.get(span.end..))
    else {
        return Err(NotEdited::NoList);
    };
    let mut array: Array = match list.parse::<Value>() {
        Ok(Value::Array(array)) => array,
        Ok(_) => return Err(NotEdited::NoList),
        Err(error) => return Err(syntax(error.message())),
    };
    array.decor_mut().clear();
    change(&mut array);
    let mut list_after = array.to_string();
    // The editor writes lines as Unix does.
    if list.contains("\r\n") || (!list.contains('\n') && text.contains("\r\n")) {
        list_after = list_after.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    Ok(format!("{before}{list_after}{after}"))
}

fn edit(list: &mut Array, scopes: &[&str]) {
    let wanted: BTreeSet<&str> = scopes.iter().copied().collect();
    let mut kept = BTreeSet::new();
    // From the end, so that what is before keeps its number; the first of two equal ones stays.
    let found: Vec<String> = list.iter().map(|one| one.as_str().unwrap_or_default().to_owned()).collect();
    let stays: Vec<bool> =
        found.iter().map(|name| wanted.contains(name.as_str()) && kept.insert(name.clone())).collect();
    for (index, stays) in stays.iter().enumerate().rev() {
        if !stays {
            take_out(list, index);
        }
    }
    for name in scopes {
        if kept.insert((*name).to_owned()) {
            append(list, name);
        }
    }
    if list.is_empty() && !holds_words(list.trailing()) {
        list.set_trailing("");
        list.set_trailing_comma(false);
    }
}

fn words(raw: Option<&RawString>) -> String {
    raw.and_then(RawString::as_str).unwrap_or_default().to_owned()
}

fn holds_words(raw: &RawString) -> bool {
    raw.as_str().is_none_or(|text| text.contains('#'))
}

fn prefix(value: &Value) -> String {
    words(value.decor().prefix())
}

/// Takes one out, and the rest of its line; what stood before it on lines of its own stays.
fn take_out(list: &mut Array, index: usize) {
    let Some(gone) = list.get(index) else { return };
    let (before, after) = (prefix(gone), words(gone.decor().suffix()));
    let last = index + 1 == list.len();
    list.remove(index);
    if last {
        // Without a comma behind it, what stands between the last one and the bracket is its suffix.
        let tail = format!("{after}{}", words(Some(list.trailing())));
        let tail = joined(&before, &tail);
        let only_space = !tail.contains(['#', '\n']);
        list.set_trailing(if only_space { String::new() } else { tail });
        let trailing_comma = list.trailing_comma() && !list.is_empty();
        // A comment that belongs to the one before ends its line, so a comma has to stand in front of it.
        list.set_trailing_comma(trailing_comma || (!list.is_empty() && before.contains('#')));
    } else if let Some(next) = list.get_mut(index) {
        let joined = joined(&before, &prefix(next));
        next.decor_mut().set_prefix(joined);
    }
}

/// What comes before the next one: of what stood before the one that goes all but its indentation, and of what stood behind it all
/// but the rest of its line.
fn joined(before: &str, behind: &str) -> String {
    match (before.rsplit_once('\n'), behind.split_once('\n')) {
        (Some((above, _)), Some((_, below))) => format!("{above}\n{below}"),
        (Some(_), None) | (None, None) => before.to_owned(),
        (None, Some((_, below))) if before.trim().is_empty() => format!("\n{below}"),
        (None, Some((_, below))) => format!("{before}\n{below}"),
    }
}

/// Puts one at the end, in the form the list has.
fn append(list: &mut Array, name: &str) {
    let lines = list.iter().last().map(prefix).filter(|prefix| prefix.contains('\n'));
    let mut value = Value::from(name);
    match lines {
        Some(last) => {
            let indentation = last.rsplit_once('\n').map(|(_, indentation)| indentation.to_owned());
            let indentation = indentation.unwrap_or_default();
            let mut tail = words(Some(list.trailing()));
            if let Some(before) = list.iter_mut().last() {
                let suffix = words(before.decor().suffix());
                before.decor_mut().set_suffix("");
                tail = format!("{suffix}{tail}");
            }
            // The rest of the last one's line stays with it.
            let (same_line, below) = tail.rsplit_once('\n').unwrap_or((tail.as_str(), ""));
            value.decor_mut().set_prefix(format!("{same_line}\n{indentation}"));
            let below = format!("\n{below}");
            list.push_formatted(value);
            list.set_trailing(below);
            list.set_trailing_comma(true);
        }
        None => {
            let trailing = words(Some(list.trailing()));
            let alone = list.is_empty();
            let indented = alone && trailing.contains('\n');
            value.decor_mut().set_prefix(match (alone, indented) {
                (true, true) => format!("{}\n  ", trailing.rsplit_once('\n').map_or("", |(above, _)| above)),
                (true, false) => String::new(),
                (false, _) => " ".to_owned(),
            });
            // Without a comma behind it, the room before the bracket is the last one's: `[ "a" ]`.
            let room = list.iter_mut().last().map(|before| {
                let room = words(before.decor().suffix());
                before.decor_mut().set_suffix("");
                room
            });
            value.decor_mut().set_suffix(room.unwrap_or_default());
            list.push_formatted(value);
            if indented {
                list.set_trailing("\n");
                list.set_trailing_comma(true);
            }
        }
    }
}
