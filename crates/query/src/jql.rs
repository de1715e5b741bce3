//! Jira's query language.

mod fields;
mod functions;

use crate::language::Language;
use crate::language::sealed::{Row, Rules};
use crate::operator::Operator;
use crate::tree;

/// JQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Jql;

/// A JQL query.
pub type Query = tree::Query<Jql>;
/// Something a JQL query asks for.
pub type Clause = tree::Clause<Jql>;
/// A comparison.
pub type Term = tree::Term<Jql>;

impl Language for Jql {}

impl Rules for Jql {
    const NAME: &'static str = "JQL";
    const JIRA: bool = true;
    const PART_OF_A_WORD: &'static str = "";
    const FIELDS: &'static [Row] = fields::FIELDS;
    const FUNCTIONS: &'static [Row] = functions::FUNCTIONS;

    fn nothing() -> Clause {
        // Every issue has a project.
        let project = |operator| Clause::term("project", operator, Some(tree::Value::Empty));
        project(Operator::Is).and(project(Operator::IsNot))
    }
}

#[cfg(test)]
mod tests;
