//! What manifests build on: the fragments of `shared/`, the guardrails and the elevations, each read once for the whole set.

use std::collections::HashMap;
use std::sync::Arc;

use super::report::Report;
use super::{Vocabulary, unreadable};
use crate::diagnostic::{DiagnosticCode, Findings, Note, quoted};
use crate::limits;
use crate::lower::{self, Guard};
use crate::nearest::nearest;
use crate::source::{At, ManifestSet, Source, Sources, base};
use crate::typed::{self, Fields, Guardrails, Table, Word};

/// One fragment as typed.
struct Fragment<'i> {
    fields: Fields<'i>,
    extends: Vec<Word<'i>>,
}

pub(crate) struct Library<'i> {
    /// By name, which is the file's without `.toml`; `None`: it has been complained about.
    fragments: HashMap<&'i str, Option<Fragment<'i>>>,
    pub(crate) guard: Guard,
    /// In the order of the sources; `None`: it has been complained about.
    elevations: Vec<Option<Fields<'i>>>,
    /// What each of the files is called in labels.
    pub(super) names: Arc<[Box<str>]>,
}

impl<'i> Library<'i> {
    /// The shared files by number: the fragments, then the guardrails, then the elevations.
    pub(crate) fn sources(sources: &Sources<'i>) -> Vec<Source<'i>> {
        let all = sources.fragments.iter().chain(sources.guardrails);
        let all = all.chain(sources.elevations.iter().map(|elevation| &elevation.file));
        (0..).zip(all).map(|(number, file)| Source::at(file, base(number))).collect()
    }

    pub(super) fn read(
        sources: &Sources<'i>,
        places: &[Source<'i>],
        vocabulary: &mut Vocabulary<'_>,
        report: &mut Report,
    ) -> Self {
        let mut fragments = HashMap::with_capacity(sources.fragments.len());
        let mut guard = Guard::default();
        let mut elevations = Vec::with_capacity(sources.elevations.len());
        let own = sources.fragments.len() + usize::from(sources.guardrails.is_some());
        for (number, source) in (0..).zip(places) {
            let mut findings = Findings::new(source);
            let file = source.file;
            if number < sources.fragments.len() {
                let fragment = fragment(source, &mut findings);
                if fragments.insert(file.stem(), fragment).is_some() {
                    findings.add(DiagnosticCode::DuplicateClient, &findings.start(), || {
                        Note::new(format!("there are two fragments {}", quoted(file.stem())))
                            .suggest("keep one of them")
                    });
                }
            } else if number >= own {
                elevations.push(typed::read(Table::Elevation, &file.text, &mut findings));
            } else if !unreadable(file, "the guardrails", &mut findings)
                && let Some(fields) = typed::read(Table::Guardrails, &file.text, &mut findings)
            {
                guard = lower::guardrails(&Guardrails::of(fields), vocabulary, &mut findings);
            }
            report.take(&source.file.path, findings.finish());
        }
        let names = places.iter().map(|source| label(source, sources)).collect();
        let library = Self { fragments, guard, elevations, names };
        for source in places.iter().take(sources.fragments.len()) {
            let mut findings = Findings::new(source);
            library.check_ways(source.file.stem(), &mut findings);
            report.take(&source.file.path, findings.finish());
        }
        library
    }

    /// Says which of a fragment's own `extends` lead nowhere, back to itself, or too far.
    fn check_ways(&self, name: &str, findings: &mut Findings<'_, '_>) {
        let Some(Some(fragment)) = self.fragments.get(name) else { return };
        for word in &fragment.extends {
            if !self.knows(word, findings) {
                continue;
            }
            let mut way = vec![name];
            if self.leads_back(&word.value, name, &mut way) {
                way.push(name);
                findings.add(DiagnosticCode::Cycle, &word.span, || {
                    Note::new(format!("the fragment {name:?} extends itself: {}", way.join(" extends ")))
                        .suggest("break the circle at one of them")
                });
            }
        }
    }

    /// Whether following `extends` from one fragment comes to another, and by which way. Each is looked at once.
    fn leads_back<'w>(&'w self, from: &'w str, to: &str, way: &mut Vec<&'w str>) -> bool {
        let mut seen: HashMap<&str, &str> = HashMap::new();
        let mut next = vec![from];
        while let Some(name) = next.pop() {
            if name == to {
                let mut back = Vec::new();
                let mut at = seen.get(name).copied();
                while let Some(step) = at.filter(|step| *step != from && back.len() < limits::FRAGMENTS) {
                    back.push(step);
                    at = seen.get(step).copied();
                }
                if from != to {
                    back.push(from);
                }
                way.extend(back.into_iter().rev());
                return true;
            }
            for word in self.extends(name) {
                if !seen.contains_key(&*word.value) {
                    seen.insert(&word.value, name);
                    next.push(&word.value);
                }
            }
        }
        false
    }

    fn extends(&self, name: &str) -> &[Word<'i>] {
        self.fragments.get(name).and_then(Option::as_ref).map_or(&[], |fragment| &fragment.extends)
    }

    /// Whether there is such a fragment; else that is said.
    fn knows(&self, word: &Word<'_>, findings: &mut Findings<'_, '_>) -> bool {
        let known = self.fragments.contains_key(&*word.value);
        if !known {
            findings.add(DiagnosticCode::UnknownFragment, &word.span, || {
                let note = Note::new(format!("there is no fragment {}", quoted(&word.value)))
                    .suggest(format!("fragments are files such as {}/team-base.toml", ManifestSet::SHARED));
                note.did_you_mean(nearest(&word.value, self.fragments.keys().copied()), |near| {
                    format!("{near:?}")
                })
            });
        }
        known
    }

    /// Takes into a manifest what it extends: the first named first, and what that extends before the second. Each
    /// fragment counts once, however many ways lead to it.
    pub(crate) fn extend(&self, fields: &mut Fields<'i>, findings: &mut Findings<'_, '_>) {
        let own = fields.extends();
        let mut taken: Vec<&str> = Vec::new();
        for At { value, span } in &own {
            if !self.knows(&At { value: value.clone(), span: span.clone() }, findings) {
                continue;
            }
            let mut next: Vec<(&str, usize)> = vec![(value, 1)];
            while let Some((name, depth)) = next.pop() {
                if taken.contains(&name) {
                    continue;
                }
                if depth > limits::DEPTH || taken.len() >= limits::EXTENDS {
                    findings.add(DiagnosticCode::TooLarge, span, || {
                        Note::new(format!(
                            "{} fragments in {} steps are the most a manifest can build on",
                            limits::EXTENDS,
                            limits::DEPTH
                        ))
                    });
                    break;
                }
                let Some((name, Some(fragment))) = self.fragments.get_key_value(name) else { continue };
                taken.push(name);
                fields.unite(&fragment.fields, span, findings);
                next.extend(self.extends(name).iter().rev().map(|word| (&*word.value, depth + 1)));
            }
        }
    }

    /// Takes into a manifest, with what it extends, what an elevation adds to it; `None`: the elevation has been complained about.
    pub(super) fn elevate(
        &self,
        elevation: usize,
        fields: &mut Fields<'i>,
        findings: &mut Findings<'_, '_>,
    ) -> Option<()> {
        let more = self.elevations.get(elevation)?.as_ref()?;
        // They are the last of the shared files.
        let at = base(self.names.len() - self.elevations.len() + elevation);
        fields.elevate(more, &(at..at), findings);
        Some(())
    }
}

fn fragment<'i>(source: &Source<'i>, findings: &mut Findings<'_, '_>) -> Option<Fragment<'i>> {
    if unreadable(source.file, "the fragment", findings) {
        return None;
    }
    let mut fields = typed::read(Table::Fragment, &source.file.text, findings)?;
    let extends = fields.extends();
    Some(Fragment { fields, extends })
}

/// `shared/team-base.toml`, `guardrails.toml`.
fn label(source: &Source<'_>, sources: &Sources<'_>) -> Box<str> {
    let is_guardrails = sources.guardrails.is_some_and(|file| std::ptr::eq(file, source.file));
    if is_guardrails { ManifestSet::GUARDRAILS.into() } else { source.file.label().into() }
}
