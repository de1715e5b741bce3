//! What is in force.

use policy::Manifest;

use super::built_in;

use crate::Control;
use crate::views::{ManifestView, ManifestsStatus};

impl Control {
    /// The manifests in force, and what the last attempt to publish said.
    #[must_use]
    pub fn manifests(&self) -> ManifestsStatus {
        let rulebook = self.parts().rulebook.load();
        let published = self.published();
        let written = built_in::is_written(&published.sources.set().manifests);
        let mut manifests: Vec<_> = rulebook.manifests().map(manifest_view).collect();
        for manifest in &mut manifests {
            manifest.built_in = manifest.client.is_built_in() && !written;
        }
        manifests.sort_by(|a, b| a.client.cmp(&b.client));
        ManifestsStatus {
            directory: self.parts().manifests.display().to_string(),
            published_at: published.at,
            manifests,
            diagnostics: published.diagnostics.clone(),
            in_order: published.in_order,
            version: published.version,
            number: published.number,
            digest: published.sources.digest(),
        }
    }
}

pub(crate) fn manifest_view(manifest: &Manifest) -> ManifestView {
    ManifestView {
        client: manifest.client().clone(),
        file: manifest.file().to_owned(),
        grant: manifest.grant().clone(),
        sites: manifest.sites().iter().map(|site| site.name.clone()).collect(),
        expires: manifest.expires(),
        built_in: false,
    }
}
