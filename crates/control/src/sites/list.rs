//! All sites.

use types::{Deployment, Site};

use crate::Control;
use crate::views::SiteView;

impl Control {
    /// The sites of the settings, by name.
    #[must_use]
    pub fn sites(&self) -> Vec<SiteView> {
        self.parts().sites.load().values().map(|site| view(site)).collect()
    }
}

fn view(site: &Site) -> SiteView {
    let (kind, url) = match &site.deployment {
        Deployment::Cloud { origin, .. } => ("cloud", origin),
        Deployment::JiraDataCenter { base } => ("jira-data-center", base),
        Deployment::ConfluenceDataCenter { base } => ("confluence-data-center", base),
    };
    SiteView {
        name: site.name.clone(),
        kind: kind.to_owned(),
        url: url.clone(),
        cloud_id: site.cloud_id().cloned(),
    }
}
