//! The proof that a request is an operation.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::naming::{Kind, Place};
use crate::operation::Operation;
use crate::path::{CanonicalPath, decoded};
use crate::trie::Captures;

/// A request recognised as an operation, with the values of its path parameters.
///
/// Only [`Catalogue::recognise`](crate::Catalogue::recognise) makes one: whoever holds a `Call` knows that the path
/// is canonical and which operation it is.
#[derive(Clone)]
pub struct Call {
    operation: Arc<Operation>,
    path: CanonicalPath,
    captures: Captures,
}

impl Call {
    pub(crate) const fn new(operation: Arc<Operation>, path: CanonicalPath, captures: Captures) -> Self {
        Self { operation, path, captures }
    }

    /// What is asked for.
    #[must_use]
    pub fn operation(&self) -> &Operation {
        &self.operation
    }

    /// The same, shared.
    #[must_use]
    pub const fn operation_arc(&self) -> &Arc<Operation> {
        &self.operation
    }

    /// The path as it was recognised and will be sent.
    #[must_use]
    pub const fn path(&self) -> &CanonicalPath {
        &self.path
    }

    /// The decoded value of the path parameter `name`.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<Cow<'_, str>> {
        self.parameters().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Every path parameter with its decoded value, in the order of the path.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        self.operation.parameters().iter().zip(&self.captures).map(|(name, span)| {
            (&**name, self.path.as_str().get(span.range()).map(decoded).unwrap_or_default())
        })
    }

    /// What the path names, with the decoded names, in the order of the table: for `.../issue/ABC-1/comment/7` an
    /// issue and a comment. What the query and the body name is not known here.
    pub fn named(&self) -> impl Iterator<Item = (Kind, Cow<'_, str>)> {
        let names = self.operation.names().iter().filter(|naming| naming.place == Place::Path);
        names.filter_map(|naming| Some((naming.kind, self.parameter(&naming.parameter)?)))
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "call of {} at {}", self.operation.label(), self.path)
    }
}
