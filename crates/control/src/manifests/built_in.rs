//! The manifest of what signed-in people do themselves, where nobody has written one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use catalogue::Catalogue;
use policy::ManifestFile;
use types::{ClientId, Deployment, Effect, GrantName, Site, SiteName};

/// How its file is called in messages and lists; it is nowhere on disk.
const PATH: &str = "built in/people.toml";

/// What the gateway knows of the people who sign in.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// What they consent to, by name; the classic scopes of reading and writing when empty.
    pub scopes: Vec<String>,
}

/// Whether one of the files is the manifest of people.
pub(super) fn is_written(files: &[ManifestFile]) -> bool {
    let name = |file: &ManifestFile| file.path.rsplit('/').next().unwrap_or_default().to_owned();
    files.iter().any(|file| name(file).strip_suffix(".toml") == Some(ClientId::PEOPLE))
}

/// Whether a diagnostic is about it.
pub(super) fn is_about(diagnostic: &policy::Diagnostic) -> bool {
    &*diagnostic.path == PATH
}

/// Reading and writing at every Cloud site, as whoever calls. `None` where there is no such site.
pub(super) fn manifest(
    people: &People,
    catalogue: &Catalogue,
    sites: &BTreeMap<SiteName, Arc<Site>>,
) -> Option<ManifestFile> {
    let cloud = |site: &&Arc<Site>| matches!(site.deployment, Deployment::Cloud { .. });
    let sites: Vec<&str> = sites.values().filter(cloud).map(|site| site.name.as_str()).collect();
    // A consent can have scopes no operation needs (`offline_access`, `read:me`).
    let wanted = people.scopes.iter().map(String::as_str).filter(|name| catalogue.scope(name).is_some());
    let mut scopes: BTreeSet<&str> = wanted.collect();
    if people.scopes.is_empty() {
        scopes = classic(catalogue);
    }
    let scopes: Vec<_> = scopes.into_iter().collect();
    let text = format!(
        "owner = \"whoever calls\"\n\
         purpose = \"What signed-in people do themselves, each in their own name\"\n\
         sites = {sites:?}\ngrant = {:?}\nscopes = {scopes:?}\n\n[operations]\neffects = [\"read\", \"write\"]\n",
        GrantName::USER,
    );
    let scopes_are_few = scopes.len() <= policy::limits::LIST_ENTRIES && sites.len() <= policy::limits::SITES;
    (!sites.is_empty() && scopes_are_few).then(|| ManifestFile::built_in(PATH, text))
}

/// The classic scopes that operations of Cloud need which read or write.
fn classic(catalogue: &Catalogue) -> BTreeSet<&str> {
    let operations = catalogue.operations().iter();
    let fit = operations.filter(|one| matches!(one.effect(), Effect::Read | Effect::Write));
    let sets = fit.filter_map(|one| one.classic());
    sets.flat_map(|set| set.iter()).map(|scope| catalogue.scope_name(scope)).collect()
}

#[cfg(test)]
mod tests;
