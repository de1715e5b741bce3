//! JQL, as much of it as programs use: read here, checked and evaluated against one site's issues.

pub(crate) mod check;
pub(crate) mod evaluate;
pub(crate) mod lexer;
pub(crate) mod order;
pub(crate) mod parser;
pub(crate) mod past;
pub(crate) mod time;

use serde_json::json;

use crate::jira::access;
use crate::jira::model::Issue;
use crate::reply::Reply;
use crate::turn::Turn;
use parser::{Clause, Query};

/// Longest query that is read, in bytes.
pub(crate) const LENGTH_MAX: usize = 20_000;

/// A query that cannot be read or names what is not there: Jira's sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused(pub(crate) Vec<String>);

impl Refused {
    /// With one sentence.
    pub(crate) fn one(sentence: impl Into<String>) -> Self {
        Self(vec![sentence.into()])
    }
}

impl From<Refused> for Reply {
    fn from(refused: Refused) -> Self {
        Self::with(http::StatusCode::BAD_REQUEST, &json!({"errorMessages": refused.0, "errors": {}}))
    }
}

/// Reads a query.
pub(crate) fn parse(text: &str) -> Result<Query, Refused> {
    if text.len() > LENGTH_MAX {
        return Err(Refused::one("The JQL query is too long."));
    }
    parser::query(&lexer::words(text)?)
}

/// The ids of the issues that a query finds for the caller, in its order.
pub(crate) fn find(turn: &Turn<'_>, text: &str) -> Result<Vec<u64>, Refused> {
    run(turn, &parse(text)?)
}

/// The same for a query already read.
pub(crate) fn run(turn: &Turn<'_>, query: &Query) -> Result<Vec<u64>, Refused> {
    among(turn, access::visible(turn), query)
}

/// Those of these issues that a query finds, in its order.
fn among<'a>(
    turn: &'a Turn<'_>,
    issues: impl Iterator<Item = &'a Issue>,
    query: &Query,
) -> Result<Vec<u64>, Refused> {
    let test = query.clause.as_ref().map(|clause: &Clause| check::compile(turn, clause)).transpose()?;
    let mut found: Vec<_> =
        issues.filter(|issue| test.as_ref().is_none_or(|test| evaluate::holds(turn, test, issue))).collect();
    order::sort(turn, &mut found, &query.order)?;
    Ok(found.into_iter().map(|issue| issue.id).collect())
}

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod tests;
