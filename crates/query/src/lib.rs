//! JQL and CQL: read into a tree, narrowed by a node of the tree, judged, and printed.
//!
//! **Promises.**
//! - A query is understood whole or refused: [`ParseError`] has the line and the column. Nothing is guessed, skipped or
//!   repaired. What Atlassian's grammars reserve is refused outside quotation marks, as there.
//! - [`Query::constrain`] gives a tree with the constraint and the whole of the query side by side under one AND. What is
//!   sent is printed from that tree and never cut out of the text that came in, so no text can reach out of its node.
//! - What is printed parses to the same tree. Every text that is more than a plain word is printed in quotation marks.
//! - No character is taken for another: typographic quotation marks, wide brackets, Cyrillic letters and blanks beyond
//!   ASCII are ordinary characters of a word, as in Jira. Only when names are *compared* ([`Field::is`]) do they count as
//!   equal to whatever Jira's case folding may take them for.
//! - Bounded: [`TEXT_MAX`] bytes and [`DEPTH_MAX`] levels; neither parsing, printing nor dropping can exhaust the stack.
//! - Pure: no clock, no randomness, no I/O, no async.
//!
//! **Deliberately absent.** Fields' types, whether names exist, and what a query finds: that is Atlassian's knowledge.
//! Comments: neither language has them. Which constructs a bounded client may use is the caller's decision:
//! [`Query::reaches_beyond`] lists those that can tell about what lies beyond a constraint.
//!
//! The grammar of JQL is Atlassian's own: the one of Jira Data Center and the one its Cloud editor is built from agree on
//! everything that is accepted here. CQL's is documented only in prose; what is not documented is refused.

pub mod cql;
mod error;
mod field;
pub mod jql;
mod language;
mod lexer;
mod literal;
mod operator;
mod parser;
mod print;
mod reach;
mod reserved;
mod tree;
mod walk;

pub use error::{ParseError, Span};
pub use field::{Field, Property};
pub use language::Language;
pub use operator::{Moment, Operator};
pub use parser::{DEPTH_MAX, TEXT_MAX};
pub use reach::{Reach, Reaching, Remedy};
pub use tree::{Clause, Direction, Function, Predicate, Query, Sort, Term, Value};
