//! Reading the table: one operation a line, fourteen columns between tabs.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::str::FromStr;
use std::sync::Arc;

use types::{Effect, Product, Verb};

use crate::naming::Naming;
use crate::operation::{Date, Operation, OperationIndex};
use crate::scope::{CAPACITY, ScopeNames, ScopeSet};
use crate::template::{Piece, segments};
use crate::trie::{MOST_PARAMETERS, Misfit, Trie};

/// What stands for "this alternative needs no scope".
pub(crate) const NO_SCOPE_NEEDED: &str = "-";

/// The columns, in order.
pub(crate) const COLUMNS: [&str; 14] = [
    "product",
    "version",
    "verb",
    "template",
    "id",
    "effect",
    "classic",
    "granular",
    "permissions",
    "flags",
    "removal",
    "tag",
    "names",
    "confinement",
];

/// What is wrong with a table, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct TableError {
    /// Counted from 1; 0 when it is none of them.
    pub line: usize,
    /// Bytes from the start of the line, counted from 1; 0 as above.
    pub column: usize,
    /// One sentence.
    pub problem: String,
}

pub(crate) struct Table {
    pub(crate) operations: Box<[Arc<Operation>]>,
    pub(crate) trie: Trie,
    pub(crate) scopes: ScopeNames,
}

/// Reads every line that is neither empty nor a comment (`#`).
pub(crate) fn read(text: &str) -> Result<Table, TableError> {
    let scopes = number_scopes(text)?;
    let (mut trie, mut shared) = (Trie::new(), Shared::default());
    let mut operations: Vec<Arc<Operation>> = Vec::new();
    for line in lines(text) {
        let line = line?;
        let index = u16::try_from(operations.len()).map(OperationIndex).map_err(|_| {
            line.wrong(0, format!("a table has at most {} operations", usize::from(u16::MAX) + 1))
        })?;
        let operation = line.operation(index, &scopes, &mut shared)?;
        trie.insert(operation.face(), operation.verb(), operation.template(), index)
            .map_err(|misfit| line.wrong(3, explain(&misfit, &operations)))?;
        operations.push(Arc::new(operation));
    }
    Ok(Table { operations: operations.into(), trie: trie.shrunk(), scopes })
}

/// The lines, split anew each time they are gone through: all of them split take more room than all operations.
fn lines(text: &str) -> impl Iterator<Item = Result<Line<'_>, TableError>> {
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(number, line)| Line::split(number, line))
}

/// What many operations have in common, kept once.
#[derive(Default)]
struct Shared<'a> {
    texts: HashSet<Arc<str>>,
    alternatives: HashMap<&'a str, Arc<ScopeSet>>,
}

impl Shared<'_> {
    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&new));
        new
    }
}

fn explain(misfit: &Misfit, operations: &[Arc<Operation>]) -> String {
    match misfit {
        Misfit::Malformed => "a parameter is a whole segment in braces".to_owned(),
        Misfit::TooManyParameters => format!("a template has at most {MOST_PARAMETERS} parameters"),
        Misfit::Taken(by) => {
            let other = operations.get(by.index()).map_or("another line", |other| other.label());
            format!("{other} already has this verb and shape of path")
        }
    }
}

fn number_scopes(text: &str) -> Result<ScopeNames, TableError> {
    let mut names = BTreeSet::new();
    for line in lines(text) {
        let line = line?;
        names.extend(line.list(6).chain(line.list(7)).filter(|scope| *scope != NO_SCOPE_NEEDED));
        if names.len() > CAPACITY {
            return Err(line.wrong(6, format!("a table names at most {CAPACITY} scopes")));
        }
    }
    Ok(ScopeNames::new(names.into_iter()))
}

/// One line, split.
struct Line<'a> {
    number: usize,
    cells: [&'a str; COLUMNS.len()],
}

impl<'a> Line<'a> {
    fn split(number: usize, line: &'a str) -> Result<Self, TableError> {
        let mut cells = [""; COLUMNS.len()];
        let mut found = line.split('\t');
        let mut count = 0;
        for (cell, text) in cells.iter_mut().zip(&mut found) {
            *cell = text;
            count += 1;
        }
        let count = count + found.count();
        if count == COLUMNS.len() {
            return Ok(Self { number, cells });
        }
        let problem = format!("a line has {} cells between tabs, not {count}", COLUMNS.len());
        Err(TableError { line: number, column: 1, problem })
    }

    fn cell(&self, column: usize) -> &'a str {
        self.cells.get(column).copied().unwrap_or_default()
    }

    fn list(&self, column: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        self.cell(column).split(',').filter(|item| !item.is_empty())
    }

    fn wrong(&self, column: usize, problem: impl Into<String>) -> TableError {
        let before: usize = self.cells.iter().take(column).map(|cell| cell.len() + 1).sum();
        TableError { line: self.number, column: before + 1, problem: problem.into() }
    }

    fn word<T: FromStr<Err: std::fmt::Display>>(&self, column: usize) -> Result<T, TableError> {
        let cell = self.cell(column);
        cell.parse().map_err(|error| self.wrong(column, format!("{cell:?}: {error}")))
    }

    fn alternative(
        &self,
        column: usize,
        scopes: &ScopeNames,
        shared: &mut Shared<'a>,
    ) -> Result<Option<Arc<ScopeSet>>, TableError> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return Ok(None);
        }
        if let Some(known) = shared.alternatives.get(cell) {
            return Ok(Some(Arc::clone(known)));
        }
        let names = self.list(column).filter(|_| cell != NO_SCOPE_NEEDED);
        let set = scopes.set(names).map_err(|error| self.wrong(column, error.to_string()))?;
        Ok(Some(Arc::clone(shared.alternatives.entry(cell).or_insert_with(|| Arc::new(set)))))
    }

    fn flags(&self) -> Result<(bool, bool), TableError> {
        let (mut deprecated, mut experimental) = (false, false);
        for flag in self.cell(9).chars() {
            match flag {
                'd' => deprecated = true,
                'e' => experimental = true,
                _ => return Err(self.wrong(9, "a flag is d (deprecated) or e (experimental)")),
            }
        }
        Ok((deprecated, experimental))
    }

    fn parameters(&self, shared: &mut Shared<'a>) -> Result<Box<[Arc<str>]>, TableError> {
        let template = self.cell(3);
        if !template.starts_with('/') {
            return Err(self.wrong(3, "a template starts with a slash"));
        }
        let mut parameters = Vec::new();
        for segment in segments(template) {
            match Piece::read(segment) {
                Some(Piece::Parameter(name)) => parameters.push(shared.text(name)),
                Some(Piece::Literal(_)) => {}
                None => return Err(self.wrong(3, explain(&Misfit::Malformed, &[]))),
            }
        }
        Ok(parameters.into())
    }

    fn operation(
        &self,
        index: OperationIndex,
        scopes: &ScopeNames,
        shared: &mut Shared<'a>,
    ) -> Result<Operation, TableError> {
        let product: Product = self.word(0)?;
        let verb: Verb = self.word(2)?;
        let effect: Effect = self.word(5)?;
        let parameters = self.parameters(shared)?;
        let (deprecated, experimental) = self.flags()?;
        let removal: Option<Date> = if self.cell(10).is_empty() { None } else { Some(self.word(10)?) };
        let names = self
            .cell(12)
            .split(' ')
            .filter(|name| !name.is_empty())
            .map(|name| name.parse().map_err(|error| self.wrong(12, format!("{name:?}: {error}"))))
            .collect::<Result<Box<[Naming]>, _>>()?;
        let (template, id) = (self.cell(3), self.cell(4));
        let (label, id_at) = match format!("{product}:") {
            label if id.is_empty() => (format!("{label}{verb} {template}"), u16::MAX),
            label => (format!("{label}{id}"), u16::try_from(label.len()).unwrap_or(u16::MAX)),
        };
        Ok(Operation {
            index,
            product,
            version: shared.text(self.cell(1)),
            verb,
            template: template.into(),
            parameters,
            label: label.into(),
            id_at,
            effect,
            classic: self.alternative(6, scopes, shared)?,
            granular: self.alternative(7, scopes, shared)?,
            permissions: self.list(8).map(|key| shared.text(key)).collect(),
            deprecated,
            experimental,
            removal,
            tag: shared.text(self.cell(11)),
            names,
            confined: self.word(13)?,
        })
    }
}

#[cfg(test)]
mod tests;
