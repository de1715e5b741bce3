//! From a manifest to what its scopes have to do.

use catalogue::{Catalogue, Operation};

use super::problem::{self, Prefer, Problem};
use super::why::Minimum;
use crate::compile::{self, Known, Library, Vocabulary};
use crate::diagnostic::{Diagnostic, DiagnosticCode, Findings, Severity};
use crate::lower::{self, Lowered};
use crate::operation_set::OperationSet;
use crate::selection::By;
use crate::source::{ManifestFile, Source, Sources, Span};
use crate::typed::{self, Table, Typed};

/// What is asked of a set of scopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// What comes first when sets are compared.
    pub prefer: Prefer,
    /// Whether all that `[operations]` chooses is to be covered, and not only what `scopes` covers now.
    pub everything: bool,
    /// How many nodes to look at; 0 stands for [`WORK`](super::WORK).
    pub work: usize,
}

/// The minimum of one manifest, with the fragments and guardrails it stands among.
///
/// # Errors
/// Its diagnostics, when it has an error other than scopes that are missing: those are what is sought.
pub fn minimum<'s>(
    file: &ManifestFile,
    among: impl Into<Sources<'s>>,
    catalogue: &Catalogue,
    known: &Known<'_>,
    asked: Asked,
) -> Result<Minimum, Vec<Diagnostic>> {
    let mut vocabulary = Vocabulary::new(catalogue, *known);
    let sources = among.into();
    let places = Library::sources(&sources);
    let library = compile::library(&sources, &places, &mut vocabulary)?;
    let understood = understand(file, (&library, &places), &mut vocabulary)?;
    Ok(Minimum::of(&understood, catalogue, asked))
}

/// A manifest, and the sets of operations that matter for its scopes.
pub(crate) struct Understood {
    pub(crate) lowered: Lowered,
    /// Where its grant stands.
    pub(crate) grant: Span,
    /// Where its list of scopes stands.
    pub(crate) scopes: Span,
    /// Chosen, not denied, at its sites.
    pub(crate) chosen: OperationSet,
    /// What of it has to be covered.
    pub(crate) wanted: OperationSet,
}

/// Reads a manifest whose scopes may not suffice.
pub(crate) fn understand<'i>(
    file: &'i ManifestFile,
    (library, places): (&Library<'i>, &[Source<'i>]),
    vocabulary: &mut Vocabulary<'_>,
) -> Result<Understood, Vec<Diagnostic>> {
    let source = Source::new(file);
    let mut findings = Findings::among(&source, places);
    if compile::unreadable(file, "the manifest", &mut findings) {
        return Err(findings.finish());
    }
    let fields = typed::read(Table::Manifest, &file.text, &mut findings);
    let typed = fields.map(|mut fields| {
        library.extend(&mut fields, &mut findings);
        Typed::of(fields)
    });
    let guard = &library.guard;
    let lowered = typed.as_ref().and_then(|typed| lower::lower(typed, guard, vocabulary, &mut findings));
    let said = findings.finish();
    let hinders =
        |one: &Diagnostic| one.severity == Severity::Error && one.code != DiagnosticCode::ScopeNotCovered;
    let (Some(lowered), Some(typed)) = (lowered, typed) else { return Err(said) };
    if said.iter().any(hinders) {
        return Err(said);
    }
    let allow = lowered.allow.iter().map(|at| &at.value);
    let deny = lowered.deny.iter().chain(&guard.deny).map(|at| &at.value);
    let selection = vocabulary.selection(allow, deny);
    let mut chosen = selection.allowed();
    chosen.keep(&lowered.reachable);
    let covered = vocabulary.covered(&lowered.manifest.scopes);
    let mut wanted = chosen.clone();
    wanted.keep(&covered);
    // An id of which nothing works yet is to work.
    for choice in lowered.allow.iter().filter(|choice| choice.value.by == By::Id) {
        let mut here = choice.value.operations.clone();
        here.keep(&chosen);
        if !here.meets(&wanted) {
            wanted.add(&here);
        }
    }
    let (grant, scopes) = (typed.grant.value(), typed.scopes.value());
    let (grant, scopes) =
        (grant.map_or(0..0, |at| at.span.clone()), scopes.map_or(0..0, |at| at.span.clone()));
    Ok(Understood { lowered, grant, scopes, chosen, wanted })
}

impl Understood {
    /// The operations that are to be covered.
    pub(super) fn required<'c>(&self, catalogue: &'c Catalogue, asked: Asked) -> Vec<&'c Operation> {
        members(if asked.everything { &self.chosen } else { &self.wanted }, catalogue)
    }

    /// What is chosen and shall not come in by the way.
    pub(super) fn unwanted<'c>(&self, catalogue: &'c Catalogue, asked: Asked) -> Vec<&'c Operation> {
        if asked.everything {
            return Vec::new();
        }
        let mut rest = self.chosen.clone();
        rest.remove(&self.wanted);
        members(&rest, catalogue)
    }

    /// The problem to solve.
    pub(super) fn problem(&self, catalogue: &Catalogue, asked: Asked) -> Problem {
        Problem {
            required: problem::needs(self.required(catalogue, asked)),
            unwanted: problem::needs(self.unwanted(catalogue, asked)),
            world: problem::needs(catalogue.operations().iter().map(|one| &**one)),
            granular: problem::granular(catalogue),
            prefer: asked.prefer,
        }
    }
}

fn members<'c>(set: &OperationSet, catalogue: &'c Catalogue) -> Vec<&'c Operation> {
    let all = catalogue.operations();
    set.iter().filter_map(|index| all.get(index)).map(|one| &**one).collect()
}
