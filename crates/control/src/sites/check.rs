//! Whether sites answer and are what the settings say.

use types::{Deployment, Site, SiteName};

use super::knock::Standing;
use super::{discover, knock};
use crate::views::SiteCheck;
use crate::{Control, ControlError, Kind};

/// How far clocks may differ before someone should look: access tokens live an hour, and Atlassian's edge is within a second.
const DRIFT: i64 = 30;

impl Control {
    /// Asks one site, or all of them one after another.
    ///
    /// # Errors
    /// When there is no such site.
    pub async fn check_sites(&self, which: Option<&SiteName>) -> Result<Vec<SiteCheck>, ControlError> {
        let sites = self.parts().sites.load_full();
        if let Some(name) = which.filter(|name| !sites.contains_key(*name)) {
            return Err(ControlError::new(
                Kind::Missing,
                format!("There is no site {name}."),
                "List the sites with `ticketgate site list`.",
            ));
        }
        let mut checks = Vec::new();
        for site in sites.values().filter(|site| which.is_none_or(|name| site.name == *name)) {
            checks.push(self.check_site(site).await);
        }
        Ok(checks)
    }

    async fn check_site(&self, site: &Site) -> SiteCheck {
        let seen = match &site.deployment {
            Deployment::Cloud { cloud_id, origin, .. } => {
                discover::cloud_id(&self.parts().egress, origin).await.map(|found| {
                    let same = found.cloud_id == *cloud_id;
                    let words = if same {
                        format!("answers, cloud id {cloud_id}")
                    } else {
                        format!("says its cloud id is {}, but the gateway uses {cloud_id}", found.cloud_id)
                    };
                    (same, words, found.date)
                })
            }
            Deployment::JiraDataCenter { base } | Deployment::ConfluenceDataCenter { base } => {
                knock::data_center(&self.parts().egress, base)
                    .await
                    .map(|answered| (answered.standing != Standing::Troubled, answered.words, answered.date))
            }
        };
        let (in_order, words, date) = seen.unwrap_or_else(|why| (false, why, None));
        let ahead = date.and_then(|date| discover::ahead(&date, self.parts().clock.now()));
        let drifted = ahead.is_some_and(|seconds| seconds.abs() > DRIFT);
        let words = match ahead {
            Some(seconds) if drifted => {
                format!("{words}; its clock is {seconds} s ahead of this machine's: set this machine's clock")
            }
            _ => words,
        };
        SiteCheck {
            site: site.name.clone(),
            in_order: in_order && !drifted,
            words,
            clock_ahead_seconds: ahead,
        }
    }
}
