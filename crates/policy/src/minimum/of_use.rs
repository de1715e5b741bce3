//! The smallest set of scopes for what a client really does.

use std::collections::BTreeSet;

use catalogue::{Catalogue, Operation};

use super::of_manifest::{Asked, understand};
use super::why::Minimum;
use crate::compile::{self, Known, Library, Vocabulary};
use crate::diagnostic::Diagnostic;
use crate::operation_set::OperationSet;
use crate::selection::By;
use crate::source::{ManifestFile, Sources};

/// What is left of a manifest when it keeps what is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfUse {
    /// The smallest set of scopes for the operations that are used, and for those that stay in `operations.ids`.
    pub minimum: Minimum,
    /// The words of `operations.ids` of which no operation is used.
    pub unused_ids: Vec<String>,
}

/// The minimum of one manifest for the operations whose labels are in `used`. With `without_ids`, words of `operations.ids` nobody uses
/// are taken as gone; otherwise they have to be covered still, because an id that is not covered is an error.
///
/// Nothing that the manifest does not allow now is covered for having been used: a client that is observed does more.
///
/// # Errors
/// As for [`super::minimum`].
pub fn minimum_of_use<'s>(
    file: &ManifestFile,
    among: impl Into<Sources<'s>>,
    catalogue: &Catalogue,
    known: &Known<'_>,
    asked: Asked,
    (used, without_ids): (&BTreeSet<String>, bool),
) -> Result<OfUse, Vec<Diagnostic>> {
    let mut vocabulary = Vocabulary::new(catalogue, *known);
    let sources = among.into();
    let places = Library::sources(&sources);
    let library = compile::library(&sources, &places, &mut vocabulary)?;
    let mut understood = understand(file, (&library, &places), &mut vocabulary)?;
    let all = catalogue.operations();
    let is_used = |operation: &Operation| used.contains(operation.label());
    let mut kept = OperationSet::none(all.len());
    for operation in all.iter().filter(|operation| is_used(operation)) {
        kept.insert(operation.index());
    }
    let mut unused_ids = Vec::new();
    for choice in understood.lowered.allow.iter().filter(|choice| choice.value.by == By::Id) {
        let own = file.text.get(choice.span.clone()).is_some_and(|text| text.contains(&*choice.value.word));
        if choice.value.operations.meets(&kept) {
            continue;
        }
        if own {
            unused_ids.push(String::from(&*choice.value.word));
        }
        if !(own && without_ids) {
            kept.add(&choice.value.operations);
        }
    }
    // What is allowed now and not used is neither to be covered nor to be kept out: it may go, and does no harm if it stays.
    let mut gone = understood.wanted.clone();
    gone.remove(&kept);
    understood.wanted.remove(&gone);
    understood.chosen.remove(&gone);
    Ok(OfUse { minimum: Minimum::of(&understood, catalogue, asked), unused_ids })
}
