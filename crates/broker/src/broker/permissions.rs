//! What a grant's account may do at Jira.

use std::collections::BTreeSet;

use types::{GrantName, SiteName};

use super::{Broker, suits};
use crate::check::{self, Holdings};

impl Broker {
    /// Asks a site's Jira which of `keys` the account of a grant has: in a project, or in any where none is named.
    ///
    /// # Errors
    /// Half a sentence on why nobody knows. It is never taken for "no permission".
    pub async fn permissions(
        &self,
        name: &GrantName,
        site: &SiteName,
        keys: &BTreeSet<String>,
        project: Option<&str>,
    ) -> Result<Holdings, String> {
        let holding = self.holding(name).ok_or_else(|| format!("there is no grant {name}"))?;
        let at = self.0.sites.load().get(site).cloned();
        let at = at.filter(|_| holding.row.sites.contains(site));
        let at = at.ok_or_else(|| format!("the grant was not added for a site {site}"))?;
        match (&holding.facts, &holding.source) {
            (Some(facts), Some(source)) if suits(facts, &at) => {
                check::holdings(&self.0.means.egress, (facts, source), &at, keys, project).await
            }
            _ => Err("the stored grant cannot be used here; add it again".to_owned()),
        }
    }
}
