//! An operation on its way into the table.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use types::{Effect, Product, Verb};

use super::{confinement, effect};
use crate::catalogue::Catalogue;
use crate::confinement::Confined;
use crate::naming::Naming;
use crate::operation::{Date, Operation};
use crate::scope::ScopeSet;
use crate::table::{COLUMNS, NO_SCOPE_NEEDED, TableError};
use crate::template::{shape, version};

/// The scopes of one alternative, all of them needed; empty: none is.
pub(crate) type Alternative = Option<BTreeSet<Box<str>>>;

/// One operation, not yet part of a catalogue. Made by the `from_...` functions of this module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub(crate) product: Product,
    pub(crate) verb: Verb,
    pub(crate) template: Box<str>,
    pub(crate) id: Box<str>,
    pub(crate) classic: Alternative,
    pub(crate) granular: Alternative,
    pub(crate) permissions: BTreeSet<Box<str>>,
    pub(crate) deprecated: bool,
    pub(crate) experimental: bool,
    pub(crate) removal: Option<Date>,
    pub(crate) tag: Box<str>,
    pub(crate) names: BTreeSet<Naming>,
}

/// What makes two entries the same operation, and the order of the table.
pub(crate) type Key = (Product, String, Verb);

impl Entry {
    /// An entry that says nothing yet but which operation it is.
    pub(crate) fn bare(product: Product, verb: Verb, template: &str) -> Self {
        Self {
            product,
            verb,
            template: template.into(),
            id: Box::default(),
            classic: None,
            granular: None,
            permissions: BTreeSet::new(),
            deprecated: false,
            experimental: false,
            removal: None,
            tag: Box::default(),
            names: BTreeSet::new(),
        }
    }

    pub(crate) fn key(&self) -> Key {
        (self.product, shape(&self.template), self.verb)
    }

    /// What the operation does to a site, by `data/effects.txt`.
    #[must_use]
    pub fn effect(&self) -> Effect {
        effect::of(self)
    }

    /// How bounded clients are kept within their boundary, by `data/confinement.txt`.
    fn confined(&self) -> Option<Confined> {
        confinement::of(self)
    }
}

/// Why a text or document cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// A line of the list of operations cannot be read.
    #[error("line {line}: {problem}")]
    Line {
        /// Counted from 1.
        line: usize,
        /// One sentence.
        problem: String,
    },
    /// The JSON is no OpenAPI 3 document with paths.
    #[error("this is no OpenAPI document: it has no \"paths\"")]
    NotOpenApi,
    /// An operation of the document cannot be placed.
    #[error("{verb} {path}: {problem}")]
    Operation {
        /// Its method.
        verb: Verb,
        /// Its path in the document.
        path: String,
        /// One sentence.
        problem: &'static str,
    },
    /// `data/confinement.txt` does not cover some operations.
    #[error("nothing says how bounded clients are kept within their projects or spaces by {}", .0.join(", "))]
    Unclassified(
        /// Product, method and path of each.
        Vec<String>,
    ),
}

/// The entries of an existing table, to merge newer ones into.
///
/// # Errors
/// As [`Catalogue::parse`].
pub fn from_table(text: &str) -> Result<Vec<Entry>, TableError> {
    let catalogue = Catalogue::parse(text)?;
    Ok(catalogue.operations().iter().map(|operation| of_operation(&catalogue, operation)).collect())
}

fn of_operation(catalogue: &Catalogue, operation: &Operation) -> Entry {
    let named = |set: &ScopeSet| set.iter().map(|scope| catalogue.scope_name(scope).into()).collect();
    Entry {
        id: operation.id().into(),
        classic: operation.classic().map(named),
        granular: operation.granular().map(named),
        permissions: operation.permissions().iter().map(|key| Box::from(&**key)).collect(),
        deprecated: operation.deprecated(),
        experimental: operation.experimental(),
        removal: operation.removal(),
        tag: operation.tag().into(),
        names: operation.names().iter().cloned().collect(),
        ..Entry::bare(operation.product(), operation.verb(), operation.template())
    }
}

/// What each column means, for the head of the table.
const MEANING: [&str; COLUMNS.len()] = [
    "product and deployment",
    "version of the API, as its path says; 1 where it does not",
    "HTTP method",
    "path on the product's base URL; a segment in braces is a parameter",
    "Atlassian's operation id; a few have none, and versions of an API share theirs",
    "read, write, delete or administer, by method, scopes and effects.txt",
    "classic scopes, comma-separated, all needed; - none is needed; empty: no classic alternative",
    "granular scopes, the same; either alternative suffices",
    "Jira permission keys its documentation names; a hint, not exhaustive",
    "d deprecated, e experimental",
    "the day from which it is announced gone",
    "heading of the documentation it stands under",
    "parameters that name something, space-separated: place:parameter=kind",
    "how bounded clients are kept within projects and spaces, whether it is bulk, what of an issue it writes, what it lists",
];

/// Writes the table, sorted, with a head that explains its columns. The same entries give the same text.
///
/// # Errors
/// [`ImportError::Unclassified`] with every operation `data/confinement.txt` does not cover.
pub fn render(mut entries: Vec<Entry>) -> Result<String, ImportError> {
    entries.sort_by_cached_key(Entry::key);
    let mut out = String::from(
        "# Every operation of Atlassian's APIs the gateway recognises, one a line, cells between tabs.\n\
         # Generated: change it with `ticketgate scopes import`, not by hand. The columns:\n#\n",
    );
    for (column, meaning) in COLUMNS.iter().zip(MEANING) {
        // A String takes every write.
        let _ = writeln!(out, "# {column}: {meaning}");
    }
    out.push_str("#\n");
    let mut unclassified = Vec::new();
    for entry in &entries {
        let Some(confined) = entry.confined() else {
            unclassified.push(format!("{} {} {}", entry.product, entry.verb, entry.template));
            continue;
        };
        let cells = [
            entry.product.as_str().to_owned(),
            version(&entry.template).to_owned(),
            entry.verb.as_str().to_owned(),
            entry.template.to_string(),
            plain(&entry.id),
            entry.effect().as_str().to_owned(),
            alternative(&entry.classic),
            alternative(&entry.granular),
            joined(&entry.permissions),
            flags(entry),
            entry.removal.map(|date| date.to_string()).unwrap_or_default(),
            plain(&entry.tag),
            entry.names.iter().map(Naming::to_string).collect::<Vec<_>>().join(" "),
            confined.to_string(),
        ];
        out.push_str(&cells.join("\t"));
        out.push('\n');
    }
    if unclassified.is_empty() { Ok(out) } else { Err(ImportError::Unclassified(unclassified)) }
}

fn alternative(scopes: &Alternative) -> String {
    match scopes {
        None => String::new(),
        Some(scopes) if scopes.is_empty() => NO_SCOPE_NEEDED.to_owned(),
        Some(scopes) => joined(scopes),
    }
}

fn joined(items: &BTreeSet<Box<str>>) -> String {
    items.iter().map(|item| plain(item)).collect::<Vec<_>>().join(",")
}

fn flags(entry: &Entry) -> String {
    [(entry.deprecated, 'd'), (entry.experimental, 'e')]
        .into_iter()
        .filter_map(|(set, flag)| set.then_some(flag))
        .collect()
}

/// A foreign text that cannot break out of its cell.
fn plain(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
}
