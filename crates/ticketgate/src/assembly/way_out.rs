//! The way to Atlassian: the outbound client, and the sites with their cloud ids.

use std::collections::BTreeMap;
use std::sync::Arc;

use control::sites::discover;
use egress::{Egress, Reach, Roots};
use store::{SiteFactsRow, Store};
use types::{CloudId, Site, SiteName};

use crate::problem::{Exit, Problem};
use crate::settings::{Settings, SiteKind, SiteSettings, Upstream};
use crate::vocabulary;

/// The outbound client, as the settings want it, to wherever an operator says.
pub(crate) fn egress(upstream: &Upstream) -> Result<Egress, Problem> {
    let settings = egress::Settings {
        extra_ca_pem: upstream.ca.clone(),
        roots: if upstream.native_roots { Roots::Native } else { Roots::WebPki },
        proxy: upstream.proxy.clone(),
        connect_timeout: upstream.connect_timeout,
        http2: upstream.http2,
        ..egress::Settings::default()
    };
    Egress::new(&settings).map_err(|error| {
        Problem::new(Exit::Settings, "The way out cannot be set up.")
            .because(error)
            .advise("Look at the section [upstream] of the settings.")
    })
}

/// The way to URLs that somebody else than the operator wrote.
pub(super) fn to_strangers(egress: &Egress, settings: &Settings) -> Egress {
    egress.reaching(Reach::Outward(settings.private_hosts.as_slice().into()))
}

/// Every site of the settings, complete. A Cloud site without an id is asked for it once; the answer is remembered for
/// as long as the site's URL stays the same.
pub(super) async fn sites(
    written: &BTreeMap<SiteName, SiteSettings>,
    store: &Store,
    egress: &Egress,
) -> Result<BTreeMap<SiteName, Arc<Site>>, Problem> {
    let mut sites = BTreeMap::new();
    for (name, settings) in written {
        let cloud_id = match (settings.kind, &settings.cloud_id) {
            (SiteKind::Cloud, None) => Some(find(name, settings, store, egress).await?),
            (_, written) => written.clone(),
        };
        if let Some(site) = vocabulary::site(name, settings, cloud_id) {
            tracing::info!(site = %name, url = settings.url, cloud_id = ?site.cloud_id(), "site");
            sites.insert(name.clone(), Arc::new(site));
        }
    }
    Ok(sites)
}

async fn find(
    name: &SiteName,
    settings: &SiteSettings,
    store: &Store,
    egress: &Egress,
) -> Result<CloudId, Problem> {
    let unknown = |why: &dyn std::fmt::Display| {
        Problem::new(Exit::Settings, format!("The cloud id of site {name} is not known."))
            .because(format!("{}: {why}", settings.url))
            .advise(format!(
                "Correct the site's url, or write its id into the settings: sites.{name}.cloud_id (the `cloudId` at {}/_edge/tenant_info).",
                settings.url
            ))
    };
    let remembered = store.sites().get(name).await.map_err(|error| unknown(&error))?;
    if let Some(row) = remembered.filter(|row| row.url == settings.url)
        && let Some(cloud_id) = row.cloud_id
    {
        return Ok(cloud_id);
    }
    let found = discover::cloud_id(egress, &settings.url).await.map_err(|why| unknown(&why))?;
    let row = SiteFactsRow {
        name: name.clone(),
        url: settings.url.clone(),
        cloud_id: Some(found.cloud_id.clone()),
    };
    store.sites().put(&row).await.map_err(|error| unknown(&error))?;
    Ok(found.cloud_id)
}
