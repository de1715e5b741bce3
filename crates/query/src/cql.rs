//! Confluence's query language.

use crate::language::Language;
use crate::language::sealed::{Row, Rules};
use crate::operator::Operator;
use crate::reach::Reaching::{Account, Container, Item, Property};
use crate::tree;

/// CQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cql;

/// A CQL query.
pub type Query = tree::Query<Cql>;
/// Something a CQL query asks for.
pub type Clause = tree::Clause<Cql>;
/// A comparison.
pub type Term = tree::Term<Cql>;

impl Language for Cql {}

impl Rules for Cql {
    const NAME: &'static str = "CQL";
    const JIRA: bool = false;
    // Atlassian's own examples write dates and wildcards without quotation marks.
    const PART_OF_A_WORD: &'static str = "*/@+%?";
    const FIELDS: &'static [Row] = FIELDS;
    const FUNCTIONS: &'static [Row] = FUNCTIONS;

    fn nothing() -> Clause {
        let page = |operator| Clause::term("type", operator, Some(tree::Value::Text("page".to_owned())));
        page(Operator::Equals).and(page(Operator::NotEquals))
    }
}

/// Source: Atlassian's "CQL fields".
const FIELDS: &[Row] = &[
    (&["title"], None),
    (&["text"], None),
    (&["sitesearch"], None),
    (&["type"], None),
    (&["label"], None),
    (&["created"], None),
    (&["lastmodified"], None),
    (&["creator"], None),
    (&["contributor"], None),
    (&["mention"], None),
    (&["watcher"], None),
    (&["macro"], None),
    (&["user", "user.accountid", "user.userkey"], None),
    (&["user.fullname"], None),
    (&["id", "content"], Some(Item)),
    (&["ancestor"], Some(Item)),
    (&["parent"], Some(Item)),
    (&["container"], Some(Item)),
    (&["space", "space.key"], Some(Container)),
    (&["space.title"], Some(Container)),
    (&["space.category"], Some(Container)),
    (&["space.type"], Some(Container)),
    (&["favourite", "favorite"], Some(Account)),
    (&["content.property"], Some(Property)),
];

/// Source: Atlassian's "CQL functions".
const FUNCTIONS: &[Row] = &[
    (&["now"], None),
    (&["currentuser"], None),
    (&["currentspace"], None),
    (&["startofday", "startofweek", "startofmonth", "startofyear"], None),
    (&["endofday", "endofweek", "endofmonth", "endofyear"], None),
    (&["favouritespaces", "favoritespaces"], Some(Account)),
    (&["recentlyviewedcontent", "recentlyviewedspaces"], Some(Account)),
];

#[cfg(test)]
mod tests;
