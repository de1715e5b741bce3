//! From manifests as written to the rulebook: all of them or none.

mod report;
mod vocabulary;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use catalogue::Catalogue;
use jiff::Timestamp;
use rustc_hash::FxHashMap;
use types::{ClientId, GrantName, Site, SiteName};

use crate::diagnostic::{Diagnostic, DiagnosticCode, Findings, Note};
use crate::lower::{self, Lowered};
use crate::rulebook::{Entry, Rulebook};
use crate::source::{ManifestFile, Source, Span};
use crate::{limits, lints, typed};
use report::Report;
pub(crate) use vocabulary::{Products, Vocabulary};

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
/// If any manifest has an error: every diagnostic of all of them, warnings too, in the order of files and lines.
pub fn compile(
    files: &[ManifestFile],
    catalogue: &Catalogue,
    known: &Known<'_>,
) -> Result<Compiled, Vec<Diagnostic>> {
    let mut report = Report::default();
    let mut vocabulary = Vocabulary::new(catalogue, *known);
    let mut clients: FxHashMap<ClientId, Arc<Entry>> =
        FxHashMap::with_capacity_and_hasher(files.len(), rustc_hash::FxBuildHasher);
    if let Some(beyond) = files.get(limits::MANIFESTS) {
        report.take(too_many(beyond, files.len()));
        return Err(report.everything());
    }
    for file in files {
        let source = Source::new(file);
        let mut findings = Findings::new(&source);
        if let Some(entry) = one(file, &mut vocabulary, &mut findings) {
            let client = entry.manifest.client.clone();
            match clients.get(&client) {
                Some(first) => duplicate(first, &mut findings),
                None => drop(clients.insert(client, Arc::new(entry))),
            }
        }
        report.take(findings.finish());
    }
    if report.has_errors() {
        return Err(report.everything());
    }
    Ok(Compiled { rulebook: Rulebook::new(clients, catalogue, known.sites), warnings: report.everything() })
}

/// `None` when there was an error, which is among the findings then.
fn one(
    file: &ManifestFile,
    vocabulary: &mut Vocabulary<'_>,
    findings: &mut Findings<'_, '_>,
) -> Option<Entry> {
    if let Some(why) = file.trouble() {
        findings.add(DiagnosticCode::Unreadable, &START, || {
            Note::new(format!("the manifest cannot be read: {why}"))
                .suggest("correct it, or take it out of the folder: until then nothing is published")
        });
        return None;
    }
    let typed = typed::read(&file.text, findings)?;
    let lowered = lower::lower(&typed, vocabulary, findings)?;
    if findings.has_errors() {
        return None;
    }
    let Lowered { manifest, allow, deny, .. } = &lowered;
    let allow_lines = allow.iter().map(|choice| findings.source.line(choice.span.start)).collect();
    let deny_lines = deny.iter().map(|choice| findings.source.line(choice.span.start)).collect();
    let selection = vocabulary.selection(allow.iter().map(|at| &at.value), deny.iter().map(|at| &at.value));
    let covered = vocabulary.covered(&manifest.scopes);
    lints::run(&lints::Subject::new(&lowered, &selection, &covered, vocabulary), findings);
    Some(Entry::new(lowered.manifest, selection, allow_lines, deny_lines))
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

fn too_many(file: &ManifestFile, count: usize) -> Vec<Diagnostic> {
    let source = Source::new(file);
    let mut findings = Findings::new(&source);
    findings.add(DiagnosticCode::TooLarge, &START, || {
        Note::new(format!("there are {count} manifests; a set may have {}", limits::MANIFESTS))
    });
    findings.finish()
}
