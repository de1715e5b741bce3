//! Advice about manifests that are in order: what takes more work to find than a publication should wait for, or what only a running
//! gateway knows. One file each.
//!
//! Like the lints, advice changes nothing. `ticketgate manifest check` gives it; the gateway, which compiles thousands of manifests at its start,
//! does not.

mod grant_has_more;
mod grant_lacks_scope;
mod larger_than_minimum;

use std::collections::BTreeMap;

use catalogue::{Catalogue, ScopeSet};
use types::GrantName;

use crate::compile::{self, Known, Library, Vocabulary};
use crate::diagnostic::{Diagnostic, Findings};
use crate::limits;
use crate::minimum::{Understood, understand};
use crate::source::{ManifestFile, Source, Sources};

/// What grants cover, as far as Atlassian has said; a grant that is not in it is not spoken about.
pub type Granted = BTreeMap<GrantName, Vec<String>>;

/// How many nodes of the search for a minimum a manifest is worth here.
const WORK: usize = 2_000;

/// One manifest, and what it is compared with.
struct Subject<'a> {
    understood: &'a Understood,
    catalogue: &'a Catalogue,
    /// What its grant covers; `None`: nobody knows.
    granted: Option<ScopeSet>,
    /// Of its grant: the scopes that no manifest has, if this is the place to say so.
    spare: Option<ScopeSet>,
}

/// The advice about a set of manifests, at most [`limits::DIAGNOSTICS`], in the order of files and lines. Manifests with an error are passed over:
/// [`compile`](crate::compile()) has said what is wrong with them.
#[must_use]
pub fn advise<'s>(
    among: impl Into<Sources<'s>>,
    catalogue: &Catalogue,
    known: &Known<'_>,
    granted: &Granted,
) -> Vec<Diagnostic> {
    let mut vocabulary = Vocabulary::new(catalogue, *known);
    let sources = among.into();
    let places = Library::sources(&sources);
    let Ok(library) = compile::library(&sources, &places, &mut vocabulary) else { return Vec::new() };
    let mut read = |file| Some((file, understand(file, (&library, &places), &mut vocabulary).ok()?));
    let understood = sources.manifests.iter().filter_map(&mut read);
    let understood: Vec<_> = understood.take(limits::MANIFESTS).collect();
    let mut spare = spare(&understood, catalogue, granted);
    let mut all = Vec::new();
    for (file, understood) in &understood {
        let grant = &understood.lowered.manifest.grant;
        let subject = Subject {
            understood,
            catalogue,
            granted: granted.get(grant).map(|names| set(names, catalogue)),
            // Said once, where the grant is first named.
            spare: spare.remove(grant),
        };
        let source = Source::new(file);
        let mut findings = Findings::among(&source, &places);
        larger_than_minimum::advise(&subject, &mut findings);
        grant_lacks_scope::advise(&subject, &mut findings);
        grant_has_more::advise(&subject, &mut findings);
        all.extend(findings.finish());
    }
    all.truncate(limits::DIAGNOSTICS);
    all
}

/// Of each grant the scopes that no manifest with it has: nothing it lets through can need them.
fn spare(
    understood: &[(&ManifestFile, Understood)],
    catalogue: &Catalogue,
    granted: &Granted,
) -> BTreeMap<GrantName, ScopeSet> {
    let mut spare: BTreeMap<_, _> =
        granted.iter().map(|(grant, names)| (grant.clone(), set(names, catalogue))).collect();
    for (_, understood) in understood {
        let manifest = &understood.lowered.manifest;
        if let Some(left) = spare.get_mut(&manifest.grant) {
            *left = left.difference(&manifest.scopes);
        }
    }
    spare
}

/// The scopes that operations need; others, such as `offline_access`, open nothing.
fn set(names: &[String], catalogue: &Catalogue) -> ScopeSet {
    names.iter().filter_map(|name| catalogue.scope(name)).collect()
}

impl Subject<'_> {
    /// Scopes as a person would list them.
    fn names(&self, scopes: &ScopeSet) -> String {
        crate::denial::listed(scopes.iter().map(|scope| self.catalogue.scope_name(scope)))
    }
}
