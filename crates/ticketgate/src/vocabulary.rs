//! What the manifests may speak about: operations from the catalogue, sites from the settings.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use catalogue::Catalogue;
use types::{CloudId, Deployment, Site, SiteName};

use crate::cli::Global;
use crate::problem::{Exit, Problem};
use crate::settings::{self, SiteKind, SiteSettings};

/// The table the settings name, or the one built in.
pub(crate) fn catalogue(file: Option<&Path>) -> Result<Catalogue, Problem> {
    let Some(file) = file else {
        return Catalogue::builtin().map_err(|error| {
            Problem::new(Exit::Failed, "The built-in table of operations cannot be read.").because(error)
        });
    };
    let unusable = |error: &dyn std::fmt::Display| {
        Problem::new(Exit::Settings, format!("The table of operations {} cannot be used.", file.display()))
            .because(error)
            .advise("Make it again with `ticketgate scopes import`, or remove `catalogue` from the settings.")
    };
    let text = std::fs::read_to_string(file).map_err(|error| unusable(&error))?;
    Catalogue::parse(&text).map_err(|error| unusable(&error))
}

/// The same for commands that need no other setting.
pub(crate) fn catalogue_of(global: &Global) -> Result<Catalogue, Problem> {
    catalogue(settings::load(global.config.as_deref())?.settings.catalogue.as_deref())
}

/// A site as the other crates know it; `cloud_id` is what a Cloud site's settings say, or what was discovered.
pub(crate) fn site(name: &SiteName, written: &SiteSettings, cloud_id: Option<CloudId>) -> Option<Site> {
    let base = written.url.clone();
    let deployment = match written.kind {
        SiteKind::JiraDataCenter => Deployment::JiraDataCenter { base },
        SiteKind::ConfluenceDataCenter => Deployment::ConfluenceDataCenter { base },
        SiteKind::Cloud => {
            Deployment::Cloud { cloud_id: cloud_id?, origin: base, api_origin: written.api_origin.clone() }
        }
    };
    Some(Site { name: name.clone(), deployment })
}

/// The sites of the settings for commands that only check: a cloud id nobody wrote down does not matter to them.
pub(crate) fn sites_unasked(sites: &BTreeMap<SiteName, SiteSettings>) -> BTreeMap<SiteName, Arc<Site>> {
    let stand_in: Option<CloudId> = "not-asked".parse().ok();
    let known = |(name, written): (&SiteName, &SiteSettings)| {
        let cloud_id = written.cloud_id.clone().or_else(|| stand_in.clone());
        Some((name.clone(), Arc::new(site(name, written, cloud_id)?)))
    };
    sites.iter().filter_map(known).collect()
}
