//! Whether a grant works.

use serde_json::json;
use types::{GrantName, SiteName};

use crate::views::GrantCheck;
use crate::{Control, ControlError};

impl Control {
    /// Asks Atlassian who the grant is: on one site, or on every site of the grant.
    ///
    /// # Errors
    /// When there is no such grant. A grant that does not work is an answer, not an error.
    pub async fn check_grant(
        &self,
        name: &GrantName,
        site: Option<&SiteName>,
    ) -> Result<Vec<GrantCheck>, ControlError> {
        let grant = self.grant(name)?;
        let sites = site.map_or(grant.sites, |site| vec![site.clone()]);
        let mut checks = Vec::new();
        for site in sites {
            let report = self.parts().broker.check(name, &site).await;
            let verdict =
                json!(report).get("verdict").and_then(|word| word.as_str()).unwrap_or_default().to_owned();
            let steps = report.steps.iter().map(|step| format!("{}: {}", step.asked, step.answer)).collect();
            checks.push(GrantCheck {
                working: report.verdict.is_good(),
                grant: report.grant,
                site: report.site,
                verdict,
                words: report.words,
                steps,
            });
        }
        Ok(checks)
    }
}
