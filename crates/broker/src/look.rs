//! Reading something at a site with a grant, for the gateway itself and not for a client.

use http::{Request, StatusCode, header};
use types::{Face, GrantName, SiteName};

use crate::Broker;

use std::time::Duration;

/// How long one question may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// The longest answer that is read, in bytes: 4 MiB.
const LONGEST: usize = 4 << 20;

/// What was found there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looked {
    /// Something, as JSON.
    Found(serde_json::Value),
    /// Nothing, or nothing that this grant sees.
    Nothing,
}

impl Broker {
    /// Reads one path of Jira's REST API, with the grant. The path and its query are the caller's own and hold nothing anybody sent
    /// without a check.
    ///
    /// # Errors
    /// Why it cannot be told, half a sentence: no such grant or site, Atlassian refuses the grant, cannot be reached, or answers
    /// something else than JSON.
    pub async fn look(&self, grant: &GrantName, site: &SiteName, path: &str) -> Result<Looked, String> {
        let inner = &self.0;
        let holding = self.holding(grant).ok_or_else(|| format!("there is no grant {grant}"))?;
        let at =
            inner.sites.load().get(site).cloned().ok_or_else(|| format!("no site {site} is configured"))?;
        if !holding.row.sites.contains(site) {
            return Err(format!("the grant {grant} was not added for the site {site}"));
        }
        let source = holding.source.as_ref().ok_or_else(|| format!("the grant {grant} cannot be used"))?;
        let face = at.face(false).filter(|face| matches!(face, Face::JiraCloud | Face::JiraDataCenter));
        let base = face.and_then(|face| inner.bases.of(&at, face));
        let base = base.ok_or_else(|| format!("there is no Jira at the site {site}"))?;
        let (authorization, ticket) = source
            .authorization()
            .await
            .map_err(|refusal| refusal.detail().trim_end_matches('.').to_owned())?;
        let request = Request::get(format!("{}{}{path}", base.origin(), base.prefix()))
            .header(header::AUTHORIZATION, authorization)
            .header(header::ACCEPT, "application/json")
            .header(header::USER_AGENT, crate::USER_AGENT)
            .body(egress::RequestBody::empty())
            .map_err(|_| "its address is not a URL".to_owned())?;
        let fetched = inner.means.egress.fetch(request, ANSWER_WITHIN, LONGEST).await;
        let (head, body) = fetched.map_err(|error| error.to_string())?;
        match head.status {
            StatusCode::OK => serde_json::from_slice(&body)
                .map(Looked::Found)
                .map_err(|_| "the answer is not JSON".to_owned()),
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(Looked::Nothing),
            status => {
                // So that the next one asks with another token.
                let _ = self.rejected(&ticket, status);
                Err(format!("{site} answered {status}"))
            }
        }
    }
}
