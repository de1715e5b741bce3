//! From manifests as written to the rulebook: all of them or none.

mod library;
mod report;
mod vocabulary;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use catalogue::Catalogue;
use jiff::Timestamp;
use rustc_hash::FxHashMap;
use types::{ClientId, GrantName, Site, SiteName};

use crate::diagnostic::{Diagnostic, DiagnosticCode, Findings, Note, Severity};
use crate::elevation::{Elevated, Elevation};
use crate::lower::{self, Lowered};
use crate::rulebook::{Entry, Rulebook};
use crate::selection::{Choice, Selection};
use crate::source::{At, ManifestFile, Source, Sources, Span, Spot};
use crate::typed::{Fields, Table, Typed};
use crate::{limits, lints, typed};
pub(crate) use library::Library;
use report::Report;
pub(crate) use vocabulary::{Pattern, Products, Vocabulary};

/// What manifests can name that is not in the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Known<'k> {
    /// The sites of the settings.
    pub sites: &'k BTreeMap<SiteName, Arc<Site>>,
    /// The grants the gateway holds; `None` when nobody can say (a check far from the gateway): then any name will do.
    pub grants: Option<&'k BTreeSet<GrantName>>,
    /// The time, for warnings about expiry and removal. It decides nothing: decisions are told the time themselves.
    pub now: Timestamp,
}

/// A set of manifests without errors.
#[derive(Debug)]
pub struct Compiled {
    /// What the gateway asks.
    pub rulebook: Rulebook,
    /// What is worth a look, at most [`limits::DIAGNOSTICS`], in the order of files and lines.
    pub warnings: Vec<Diagnostic>,
}

/// Compiles a set of manifests. The checker and the gateway call this same function, so they cannot disagree.
///
/// # Errors
/// If any file has an error: every diagnostic of all of them, warnings too, in the order of files and lines.
pub fn compile<'s>(
    sources: impl Into<Sources<'s>>,
    catalogue: &Catalogue,
    known: &Known<'_>,
) -> Result<Compiled, Vec<Diagnostic>> {
    let sources = sources.into();
    let files = sources.manifests;
    let mut report = Report::default();
    let mut vocabulary = Vocabulary::new(catalogue, *known);
    let mut clients: FxHashMap<ClientId, Arc<Entry>> =
        FxHashMap::with_capacity_and_hasher(files.len(), rustc_hash::FxBuildHasher);
    let elevations = sources.elevations;
    for (beyond, count, most, what) in [
        (files.get(limits::MANIFESTS), files.len(), limits::MANIFESTS, "manifests"),
        (sources.fragments.get(limits::FRAGMENTS), sources.fragments.len(), limits::FRAGMENTS, "fragments"),
        (
            elevations.get(limits::ELEVATIONS).map(|beyond| &beyond.file),
            elevations.len(),
            limits::ELEVATIONS,
            "elevations",
        ),
    ] {
        if let Some(beyond) = beyond {
            report.take(&beyond.path, too_many(beyond, count, most, what));
            return Err(report.everything());
        }
    }
    let places = Library::sources(&sources);
    let library = Library::read(&sources, &places, &mut vocabulary, &mut report);
    for file in files {
        let source = Source::new(file);
        let mut findings = Findings::among(&source, &places);
        if let Some(entry) = one(file, &library, &mut vocabulary, &mut findings) {
            let client = entry.manifest.client.clone();
            match clients.get(&client) {
                Some(first) => duplicate(first, &mut findings),
                None => drop(clients.insert(client, Arc::new(entry))),
            }
        }
        report.take(&file.path, findings.finish());
    }
    let elevated = elevated(&sources, &places, &clients, &library, &mut vocabulary, &mut report);
    if report.has_errors() {
        return Err(report.everything());
    }
    let guardrails = library.guard.published(catalogue.operations().len());
    let rulebook = Rulebook::new(clients, guardrails, catalogue, known.sites).with_elevated(elevated);
    Ok(Compiled { rulebook, warnings: report.everything() })
}

/// `None` when there was an error, which is among the findings then.
fn one(
    file: &ManifestFile,
    library: &Library<'_>,
    vocabulary: &mut Vocabulary<'_>,
    findings: &mut Findings<'_, '_>,
) -> Option<Entry> {
    if unreadable(file, "the manifest", findings) {
        return None;
    }
    let mut fields = typed::read(Table::Manifest, &file.text, findings)?;
    library.extend(&mut fields, findings);
    let Understood { lowered, selection, spots } = understood(fields, library, vocabulary, findings)?;
    let covered = vocabulary.covered(&lowered.manifest.scopes);
    lints::run(&lints::Subject::new(&lowered, &selection, &covered, vocabulary), findings);
    Some(Entry::new(lowered.manifest, selection, spots, Arc::clone(&library.names)))
}

/// The manifests of clients that have more for a time, with what they have.
fn elevated<'i>(
    sources: &Sources<'i>,
    places: &[Source<'i>],
    clients: &FxHashMap<ClientId, Arc<Entry>>,
    library: &Library<'i>,
    vocabulary: &mut Vocabulary<'_>,
    report: &mut Report,
) -> FxHashMap<ClientId, Vec<Elevated>> {
    let mut all: FxHashMap<ClientId, Vec<Elevated>> = FxHashMap::default();
    if sources.elevations.is_empty() {
        return all;
    }
    let own: FxHashMap<&str, &'i ManifestFile> =
        sources.manifests.iter().map(|file| (file.stem(), file)).collect();
    for (number, elevation) in sources.elevations.iter().enumerate() {
        // Nobody has more than nothing, and what is wrong with a manifest by itself has been said.
        let Some(file) = own.get(elevation.client.as_str()).copied() else { continue };
        if !clients.contains_key(&elevation.client) {
            continue;
        }
        let source = Source::new(file);
        let mut findings = Findings::among(&source, places);
        if let Some(entry) = with_more(file, number, library, vocabulary, &mut findings) {
            let entry = entry.with_elevation(elevation.file.stem());
            let Elevation { account, until, .. } = elevation.clone();
            let held = all.entry(elevation.client.clone()).or_default();
            held.push(Elevated { account, until, entry: Arc::new(entry) });
        }
        // So have the warnings.
        let errors = findings.finish().into_iter().filter(|one| one.severity == Severity::Error).collect();
        report.take(&file.path, errors);
    }
    all
}

fn with_more<'i>(
    file: &'i ManifestFile,
    elevation: usize,
    library: &Library<'i>,
    vocabulary: &mut Vocabulary<'_>,
    findings: &mut Findings<'_, '_>,
) -> Option<Entry> {
    let mut fields = typed::read(Table::Manifest, &file.text, findings)?;
    library.extend(&mut fields, findings);
    library.elevate(elevation, &mut fields, findings)?;
    let Understood { lowered, selection, spots } = understood(fields, library, vocabulary, findings)?;
    Some(Entry::new(lowered.manifest, selection, spots, Arc::clone(&library.names)))
}

/// What a manifest means, and which operations it chooses by which lines.
struct Understood {
    lowered: Lowered,
    selection: Arc<Selection>,
    spots: [Box<[Spot]>; 2],
}

fn understood(
    fields: Fields<'_>,
    library: &Library<'_>,
    vocabulary: &mut Vocabulary<'_>,
    findings: &mut Findings<'_, '_>,
) -> Option<Understood> {
    let typed = Typed::of(fields);
    let guard = &library.guard;
    let lowered = lower::lower(&typed, guard, vocabulary, findings)?;
    if findings.has_errors() {
        return None;
    }
    let Lowered { allow, deny, .. } = &lowered;
    let spots = |choices: &mut dyn Iterator<Item = &At<Arc<Choice>>>| -> Box<[Spot]> {
        choices.map(|choice| findings.spot(&choice.span)).collect()
    };
    let all_deny = || deny.iter().chain(&guard.deny);
    let spots = [spots(&mut allow.iter()), spots(&mut all_deny())];
    let selection = vocabulary.selection(allow.iter().map(|at| &at.value), all_deny().map(|at| &at.value));
    Some(Understood { lowered, selection, spots })
}

/// What manifests share, read for somebody who looks at them one by one.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn library<'i>(
    sources: &Sources<'i>,
    places: &[Source<'i>],
    vocabulary: &mut Vocabulary<'_>,
) -> Result<Library<'i>, Vec<Diagnostic>> {
    let mut report = Report::default();
    let library = Library::read(sources, places, vocabulary, &mut report);
    if report.has_errors() { Err(report.everything()) } else { Ok(library) }
}

/// Whether a file cannot be read, which is said.
pub(crate) fn unreadable(file: &ManifestFile, what: &str, findings: &mut Findings<'_, '_>) -> bool {
    let Some(why) = file.trouble() else { return false };
    findings.add(DiagnosticCode::Unreadable, &findings.start(), || {
        Note::new(format!("{what} cannot be read: {why}"))
            .suggest("correct it, or take it out of the folder: until then nothing is published")
    });
    true
}

const START: Span = 0..0;

fn duplicate(first: &Entry, findings: &mut Findings<'_, '_>) {
    findings.add(DiagnosticCode::DuplicateClient, &START, || {
        Note::new(format!(
            "the client {} already has a manifest, also called {}",
            first.manifest.client, first.manifest.file
        ))
        .suggest("keep one of them: a client has one manifest")
    });
}

fn too_many(file: &ManifestFile, count: usize, most: usize, what: &str) -> Vec<Diagnostic> {
    let source = Source::new(file);
    let mut findings = Findings::new(&source);
    findings.add(DiagnosticCode::TooLarge, &START, || {
        Note::new(format!("there are {count} {what}; a set may have {most}"))
    });
    findings.finish()
}
