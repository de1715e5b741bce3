//! Steps towards a yes.

use jiff::Timestamp;
use types::SiteName;

/// One step of the smallest change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Edit {
    /// Set `expires` to a later time, or remove it.
    Renew {
        /// When the manifest expired.
        expired: Timestamp,
    },
    /// Add a site to `sites`.
    AddSite {
        /// Its name.
        site: SiteName,
    },
    /// Remove an entry from a list of `operations.deny`.
    RemoveDeny {
        /// `ids`, `tags` or `effects`.
        list: &'static str,
        /// The entry.
        word: String,
        /// Its line.
        line: u32,
    },
    /// Add an entry to `operations.ids`.
    AddId {
        /// The entry.
        word: String,
    },
    /// Add a scope to `scopes`.
    AddScope {
        /// Its name.
        scope: String,
    },
    /// Fetch a token that has this scope too; the manifest allows it.
    AskForScope {
        /// Its name.
        scope: String,
    },
}

/// The steps as one sentence; empty when there are none.
pub(super) fn sentence(edits: &[Edit], file: &str) -> String {
    let mut steps: Vec<String> = Vec::new();
    let scopes = |wanted: fn(&Edit) -> Option<&str>| {
        let names: Vec<&str> = edits.iter().filter_map(wanted).collect();
        (!names.is_empty()).then(|| listed(names.into_iter()))
    };
    let mut file_named = false;
    let mut in_file = || {
        let first = !std::mem::replace(&mut file_named, true);
        if first { format!(" in {file}") } else { String::new() }
    };
    for edit in edits {
        steps.extend(match edit {
            Edit::Renew { .. } => Some(format!("set \"expires\"{} to a later date", in_file())),
            Edit::AddSite { site } => Some(format!("add \"{site}\" to sites{}", in_file())),
            Edit::RemoveDeny { list, word, line } => {
                Some(format!("remove {word:?} from operations.deny.{list}{} (line {line})", in_file()))
            }
            Edit::AddId { word } => Some(format!("add {word:?} to operations.ids{}", in_file())),
            Edit::AddScope { .. } | Edit::AskForScope { .. } => None,
        });
    }
    let to_add = scopes(|edit| if let Edit::AddScope { scope } = edit { Some(scope) } else { None });
    let to_ask = scopes(|edit| if let Edit::AskForScope { scope } = edit { Some(scope) } else { None });
    if let Some(names) = to_add {
        // "add X to operations.ids in F and Y to scopes" rather than "... and add Y to scopes".
        let verb =
            if matches!(edits.first(), Some(Edit::AddId { .. })) && steps.len() == 1 { "" } else { "add " };
        steps.push(format!("{verb}{names} to scopes{}", in_file()));
    }
    if let Some(names) = to_ask {
        steps.push(format!("ask for {names} when fetching the token, or for no scope at all"));
    }
    match steps.split_last() {
        None => String::new(),
        Some((last, [])) => format!("To allow it, {last}."),
        Some((last, others)) => format!("To allow it, {} and {last}.", others.join(", ")),
    }
}

/// Names as a person would list them: `"a", "b" and "c"`.
pub(crate) fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(|name| format!("{name:?}")).collect();
    match names.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}
