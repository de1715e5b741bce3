//! Every operation, and the ways to find one.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use types::{Face, Verb};

use crate::call::Call;
use crate::ending;
use crate::latest;
use crate::operation::{Operation, OperationIndex};
use crate::path::CanonicalPath;
use crate::scope::{ScopeId, ScopeNames, ScopeSet, UnknownScope};
use crate::table::{self, TableError};
use crate::template::{Piece, segments, shape};
use crate::trie::Trie;

/// Every operation of one table. Immutable; share it in an [`Arc`].
pub struct Catalogue {
    operations: Box<[Arc<Operation>]>,
    trie: Trie,
    scopes: ScopeNames,
    /// Those that have an id, sorted by it.
    by_id: Box<[OperationIndex]>,
    /// Those that have a tag, sorted by it.
    by_tag: Box<[OperationIndex]>,
}

impl Catalogue {
    /// The table that is part of the program, as text: what `ticketgate scopes import` begins with.
    ///
    /// # Errors
    /// None in practice: a test reads it. The error is passed on rather than hidden in a panic.
    pub fn builtin_text() -> Result<String, TableError> {
        // Packed by build.rs: it is read once, and what was read of a program stays in memory.
        let packed = include_bytes!(concat!(env!("OUT_DIR"), "/operations.lz4"));
        let text = lz4_flex::block::decompress_size_prepended(packed).ok();
        text.and_then(|text| String::from_utf8(text).ok()).ok_or_else(|| TableError {
            line: 0,
            column: 0,
            problem: "the table in the program is damaged: install it again".into(),
        })
    }

    /// The table that is part of the program.
    ///
    /// # Errors
    /// As [`Catalogue::builtin_text`].
    pub fn builtin() -> Result<Self, TableError> {
        Self::parse(&Self::builtin_text()?)
    }

    /// Reads a table in the format of `data/operations.tsv`, as [`import::render`](crate::import::render) writes it.
    ///
    /// # Errors
    /// A [`TableError`] with line and column of the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, TableError> {
        let table::Table { operations, trie, scopes } = table::read(text)?;
        let (by_id, by_tag) = (sorted(&operations, Operation::id), sorted(&operations, Operation::tag));
        Ok(Self { operations, trie, scopes, by_id, by_tag })
    }

    /// Every operation; the position is its [`OperationIndex`].
    #[must_use]
    pub const fn operations(&self) -> &[Arc<Operation>] {
        &self.operations
    }

    /// The operation at a position; `None` for an index of another, larger catalogue.
    #[must_use]
    pub fn operation(&self, index: OperationIndex) -> Option<&Arc<Operation>> {
        self.operations.get(index.index())
    }

    /// The operations with this id. One id may name the same thing in two versions of an API, on Cloud and on
    /// Data Center.
    pub fn by_id<'a>(&'a self, id: &str) -> impl Iterator<Item = &'a Arc<Operation>> {
        self.called(&self.by_id, Operation::id, id)
    }

    /// The operations under this heading of Atlassian's documentation.
    pub fn by_tag<'a>(&'a self, tag: &str) -> impl Iterator<Item = &'a Arc<Operation>> {
        self.called(&self.by_tag, Operation::tag, tag)
    }

    /// The operations called `name`, of a list sorted by that name.
    fn called<'a>(
        &'a self,
        sorted: &'a [OperationIndex],
        by: fn(&Operation) -> &str,
        name: &str,
    ) -> impl Iterator<Item = &'a Arc<Operation>> + use<'a> {
        let name_of = |index: &OperationIndex| self.operation(*index).map_or("", |operation| by(operation));
        let rest = sorted.get(sorted.partition_point(|index| name_of(index) < name)..).unwrap_or_default();
        let found = rest.get(..rest.partition_point(|index| name_of(index) == name)).unwrap_or_default();
        found.iter().filter_map(|index| self.operation(*index))
    }

    /// The names a list is sorted by, once each.
    fn names<'a>(
        &'a self,
        sorted: &'a [OperationIndex],
        by: fn(&Operation) -> &str,
    ) -> impl Iterator<Item = &'a str> {
        let names = sorted.iter().filter_map(|index| self.operation(*index)).map(move |one| by(one));
        let mut before = None;
        names.filter(move |name| before.replace(*name) != Some(*name))
    }

    /// Every operation id, sorted, once each.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.names(&self.by_id, Operation::id)
    }

    /// Every tag, sorted, once each.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.names(&self.by_tag, Operation::tag)
    }

    /// Which operation a request is: the proof of the stage "recognise". `None` when it is none in the table, which
    /// means that it is refused, and when Atlassian's REST framework may read the path as another operation.
    ///
    /// Where the path names no version but `latest`, the call's path names the version that is meant and sent.
    #[must_use]
    pub fn recognise(&self, face: Face, verb: Verb, path: &CanonicalPath) -> Option<Call> {
        let path = latest::spelled_out(face, path).unwrap_or_else(|| path.clone());
        let (index, captures) = self.trie.find(face, verb, path.as_str())?;
        let operation = self.operation(index)?;
        if self.may_lead_elsewhere(operation, &path) {
            return None;
        }
        Some(Call::new(Arc::clone(operation), path, captures))
    }

    /// Whether the path has an ending that Atlassian's REST framework may take off before it routes, and then it would be
    /// another operation, or name another issue: `PUT /rest/api/3/issue/archive.json` is no edit of an issue.
    ///
    /// Where neither can be, as for the key of a property, a dot is a character like others.
    fn may_lead_elsewhere(&self, operation: &Operation, path: &CanonicalPath) -> bool {
        let mut path = path.as_str();
        while let Some(stem) = ending::taken_off(path) {
            let found = self.trie.find(operation.face(), operation.verb(), stem);
            if ending::ends_in_a_name(operation) || found.is_some_and(|(index, _)| index != operation.index())
            {
                return true;
            }
            path = stem;
        }
        false
    }

    /// The operations a person may mean by `verb` and `path`, on any face, in table order. For questions at the
    /// command line, never for deciding.
    ///
    /// The path may be a template with other parameter names (`/rest/api/3/issue/{key}`) or concrete
    /// (`/rest/api/3/issue/ABC-1`), with or without a query, and may start with `/ex/jira/{cloudId}`,
    /// `/ex/confluence/{cloudId}` or a host.
    pub fn lookup_template<'a>(&'a self, verb: Verb, path: &str) -> Vec<&'a Arc<Operation>> {
        let path = plain(path);
        let wanted = shape(path);
        let same_shape: Vec<_> = self
            .operations
            .iter()
            .filter(|operation| operation.verb() == verb && shape(operation.template()) == wanted)
            .collect();
        if !same_shape.is_empty() {
            return same_shape;
        }
        let canonical = CanonicalPath::canonicalise(path).ok();
        let concrete: BTreeSet<OperationIndex> = Face::ALL
            .iter()
            .filter_map(|face| self.trie.find(*face, verb, canonical.as_ref()?.as_str()))
            .map(|(index, _)| index)
            .collect();
        if !concrete.is_empty() {
            return concrete.into_iter().filter_map(|index| self.operation(index)).collect();
        }
        self.operations
            .iter()
            .filter(|operation| operation.verb() == verb && covers(operation, path))
            .collect()
    }

    /// The scope called `name`.
    #[must_use]
    pub fn scope(&self, name: &str) -> Option<ScopeId> {
        self.scopes.id(name)
    }

    /// The name of a scope; empty for an id of another, larger catalogue.
    #[must_use]
    pub fn scope_name(&self, scope: ScopeId) -> &str {
        self.scopes.name(scope)
    }

    /// Every scope an operation needs, sorted by name.
    pub fn scopes(&self) -> impl Iterator<Item = (ScopeId, &str)> {
        self.scopes.iter()
    }

    /// The set of the scopes called `names`.
    ///
    /// # Errors
    /// The first name that is no scope here, with the nearest that is.
    pub fn scope_set<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<ScopeSet, UnknownScope> {
        self.scopes.set(names)
    }
}

/// How much there is, not two thousand operations.
impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "catalogue of {} operations", self.operations.len())
    }
}

/// The operations that have this name, sorted by it, and those of one name as they stand in the table.
fn sorted(operations: &[Arc<Operation>], by: fn(&Operation) -> &str) -> Box<[OperationIndex]> {
    let mut named: Vec<_> = operations.iter().filter(|operation| !by(operation).is_empty()).collect();
    named.sort_by_key(|operation| by(operation));
    named.into_iter().map(|operation| operation.index()).collect()
}

/// The path of whatever a person copied from a browser or a log.
fn plain(path: &str) -> &str {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let path = match path.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or("/"),
        None => path,
    };
    let gateway = path.strip_prefix("/ex/jira/").or_else(|| path.strip_prefix("/ex/confluence/"));
    match gateway {
        Some(rest) => rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or("/"),
        None => path,
    }
}

/// Whether a half-filled template (`/rest/api/3/issue/ABC-1/comment/{id}`) fits an operation.
fn covers(operation: &Operation, path: &str) -> bool {
    let mut theirs = segments(path);
    let fits = segments(operation.template()).all(|segment| match (Piece::read(segment), theirs.next()) {
        (Some(Piece::Literal(literal)), Some(given)) => literal == given,
        (Some(Piece::Parameter(_)), Some(_)) => true,
        _ => false,
    });
    fits && theirs.next().is_none()
}

#[cfg(test)]
mod tests;
