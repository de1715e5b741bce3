//! Every Atlassian operation, and the recogniser that tells which one a request is.
//!
//! **Promises.**
//! - A path has one spelling. [`CanonicalPath`] is either the one way to write what the client meant, or a
//!   [`PathRefusal`] with the reason; what is recognised is, byte for byte, what is sent.
//! - A [`Call`] exists only when face, verb and canonical path are an operation of the [`Catalogue`]: it is the proof
//!   of the stage "recognise", and only [`Catalogue::recognise`] makes one.
//! - A path that Atlassian's REST framework may route to another operation, because it takes `.json` and its like off the
//!   end, is none: neither what it says nor what it may come to is recognised.
//! - Every operation says how a client bounded to projects or spaces is kept within them ([`Confinement`]); a table in
//!   which one does not say so is none.
//! - Every operation recognises to itself and to nothing else; a test walks all of them.
//! - Pure: no clock, no randomness, no I/O, no async. Recognising a call allocates nothing.
//!
//! **Deliberately absent.** Whether a caller *may* make the call (crate `policy`), what its body says, and what lies
//! behind the names in it: that `ABC-1` has moved to another project is Atlassian's knowledge, not the catalogue's.
//! Nothing here reads files: the table is part of the program, and [`import`] turns texts into texts.

mod call;
mod catalogue;
mod confinement;
mod ending;
pub mod import;
mod issue_body;
mod latest;
mod listing;
mod naming;
mod operation;
mod path;
mod scope;
mod table;
mod template;
mod trie;

pub use call::Call;
pub use catalogue::Catalogue;
pub use confinement::{Confinement, RENDERED_BODIES, Why};
pub use issue_body::IssueBody;
pub use listing::Listing;
pub use naming::{Kind, Naming, Place, UnknownWord};
pub use operation::{Date, NotADate, Operation, OperationIndex};
pub use path::{CanonicalPath, PathRefusal};
pub use scope::{ScopeId, ScopeSet, UnknownScope};
pub use table::TableError;
