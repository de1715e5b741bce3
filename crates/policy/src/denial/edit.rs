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
    /// Set `starts` to an earlier time, or remove it.
    StartEarlier {
        /// When the manifest starts.
        starts: Timestamp,
    },
    /// Remove an entry from a list of `operations.deny`.
    RemoveDeny {
        /// `ids`, `paths`, `tags` or `effects`.
        list: &'static str,
        /// The entry.
        word: String,
        /// The file it stands in: the manifest, or a fragment.
        file: String,
        /// Its line.
        line: u32,
    },
    /// Remove `read_only`.
    AllowChanges {
        /// The file it stands in: the manifest, or a fragment.
        file: String,
        /// Its line.
        line: u32,
    },
    /// Widen `[hours]`, or call within them.
    WidenHours {
        /// What they are.
        hours: String,
        /// File and line.
        at: String,
    },
    /// Add an entry to a list.
    AddTo {
        /// The list: `projects.allow`, `on_behalf_of`.
        list: &'static str,
        /// The entry.
        word: String,
        /// File and line of the list.
        at: String,
    },
    /// Remove an entry that denies.
    RemoveFrom {
        /// The list: `projects.deny`.
        list: &'static str,
        /// File and line of the entry.
        at: String,
    },
    /// Change a rule in some other way.
    Change {
        /// The rule: `comments`, `attachments.max_bytes`.
        what: &'static str,
        /// File and line.
        at: String,
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

impl Edit {
    /// The list or table a step is about, where it is one of the terms'.
    pub(crate) const fn list(&self) -> Option<&'static str> {
        match self {
            Self::AddTo { list, .. } | Self::RemoveFrom { list, .. } => Some(list),
            Self::Change { what, .. } => Some(what),
            _ => None,
        }
    }
}

/// The steps as one sentence; empty when there are none.
pub(crate) fn sentence(edits: &[Edit], file: &str) -> String {
    let mut steps: Vec<String> = Vec::new();
    let scopes = |wanted: fn(&Edit) -> Option<&str>| {
        let names: Vec<&str> = edits.iter().filter_map(wanted).collect();
        (!names.is_empty()).then(|| listed(names.into_iter()))
    };
    let mut named = String::new();
    let mut in_that = |file: &str| {
        let known = named == file;
        file.clone_into(&mut named);
        if known { String::new() } else { format!(" in {file}") }
    };
    for edit in edits {
        steps.extend(match edit {
            Edit::Renew { .. } => Some(format!("set \"expires\"{} to a later date", in_that(file))),
            Edit::AddSite { site } => Some(format!("add \"{site}\" to sites{}", in_that(file))),
            Edit::StartEarlier { .. } => Some(format!("set \"starts\"{} to an earlier date", in_that(file))),
            Edit::RemoveDeny { list, word, file, line } => {
                Some(format!("remove {word:?} from operations.deny.{list}{} (line {line})", in_that(file)))
            }
            Edit::AllowChanges { file, line } => {
                Some(format!("remove \"read_only\"{} (line {line})", in_that(file)))
            }
            Edit::WidenHours { at, .. } => Some(format!("call within these hours, or widen them at {at}")),
            Edit::AddTo { list, word, at } => Some(format!("add {word:?} to {list} at {at}")),
            Edit::RemoveFrom { list, at } => Some(format!("remove the entry of {list} at {at}")),
            Edit::Change { what, at } => Some(format!("change {what} at {at}")),
            Edit::AddId { word } => Some(format!("add {word:?} to operations.ids{}", in_that(file))),
            Edit::AddScope { .. } | Edit::AskForScope { .. } => None,
        });
    }
    let to_add = scopes(|edit| if let Edit::AddScope { scope } = edit { Some(scope) } else { None });
    let to_ask = scopes(|edit| if let Edit::AskForScope { scope } = edit { Some(scope) } else { None });
    if let Some(names) = to_add {
        // "add X to operations.ids in F and Y to scopes" rather than "... and add Y to scopes".
        let verb =
            if matches!(edits.first(), Some(Edit::AddId { .. })) && steps.len() == 1 { "" } else { "add " };
        steps.push(format!("{verb}{names} to scopes{}", in_that(file)));
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
