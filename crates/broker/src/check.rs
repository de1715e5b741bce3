//! Who a grant is at a site, asked on an operator's behalf: the difference between working, wrong, anonymous and the
//! wrong site, which Atlassian's answers hide well.

mod api_token;
mod cloud;
mod data_center;
mod permissions;
mod verdict;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use egress::{Egress, RequestBody};
use http::request::Builder;
use http::{HeaderValue, Request, header};
use serde::Deserialize;
use types::{CloudId, Deployment, GrantName, Site};

pub use permissions::Holdings;
pub use verdict::{CheckReport, Step, Verdict};

use crate::grant::Facts;
use crate::life::Cause;
use crate::seen::{self, Seen};
use crate::sources::Source;

/// How long one question may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// The longest answer that is read, in bytes.
const LONGEST: usize = 256 * 1_024;

/// Asks, and writes down what was asked and answered.
struct Asking<'a> {
    egress: &'a Egress,
    authorization: HeaderValue,
    steps: Vec<Step>,
}

/// The conclusion, before it is put into a report.
type Finding = (Verdict, String);

/// `others` are the gateway's other sites: where a credential may turn out to be at home.
pub(crate) async fn run(
    egress: &Egress,
    (grant, facts, source): (&GrantName, &Facts, &Source),
    at: &Site,
    others: &[Arc<Site>],
) -> CheckReport {
    let mut asking = Asking { egress, authorization: HeaderValue::from_static(""), steps: Vec::new() };
    let (verdict, words) = match asking.take(facts, source).await {
        Ok(()) => match &at.deployment {
            Deployment::Cloud { cloud_id, origin, api_origin } => {
                let at = cloud::Where { name: &at.name, cloud_id, origin, api_origin, others };
                cloud::check(&mut asking, facts, &at).await
            }
            Deployment::JiraDataCenter { base } => data_center::jira(&mut asking, base).await,
            Deployment::ConfluenceDataCenter { base } => data_center::confluence(&mut asking, base).await,
        },
        Err(finding) => finding,
    };
    CheckReport { grant: grant.clone(), site: at.name.clone(), verdict, words, steps: asking.steps }
}

/// What the account of a grant may do at a site's Jira, of `keys`. `Err`: half a sentence on why nobody knows.
pub(crate) async fn holdings(
    egress: &Egress,
    (facts, source): (&Facts, &Source),
    at: &Site,
    keys: &BTreeSet<String>,
    project: Option<&str>,
) -> Result<Holdings, String> {
    let mut asking = Asking { egress, authorization: HeaderValue::from_static(""), steps: Vec::new() };
    asking.take(facts, source).await.map_err(|(_, words)| words)?;
    permissions::ask(&mut asking, at, keys, project).await
}

impl Asking<'_> {
    /// Takes the credential in hand; a service account has to fetch a token first.
    async fn take(&mut self, facts: &Facts, source: &Source) -> Result<(), Finding> {
        let renewed = match source {
            Source::Fixed(fixed) => {
                self.authorization = fixed.authorization().clone();
                return Ok(());
            }
            Source::Renewed(renewed) => renewed,
        };
        let (asked, got) = match facts {
            Facts::ServiceAccount { token_url, .. } => {
                (format!("POST {token_url}"), renewed.fetch_now().await)
            }
            // Looking must not spend a refresh token.
            _ => ("its access token".to_owned(), renewed.present().await),
        };
        match got {
            Ok((value, _)) => {
                self.authorization = value;
                self.steps.push(Step { asked, answer: "an access token".to_owned() });
                Ok(())
            }
            Err(trouble) => Err(match trouble.cause {
                Cause::Rejected(error) => {
                    self.steps.push(Step { asked, answer: error.to_owned() });
                    let words = format!(
                        "The token endpoint refuses the service account's client id and secret ({error}). Was the \
                         credential deleted or its secret renewed? Add the grant again with a new one."
                    );
                    (Verdict::Wrong, words)
                }
                Cause::Ended(end) => {
                    self.steps.push(Step { asked, answer: end.as_str().to_owned() });
                    let words = format!("It has to be connected again: {}.", end.words());
                    (Verdict::Wrong, words)
                }
                Cause::NotKept => {
                    self.steps.push(Step { asked, answer: "none".to_owned() });
                    let words = "The gateway's store cannot keep a new token, so none is asked for.";
                    (Verdict::Unreachable, words.to_owned())
                }
                Cause::Unavailable { why, .. } => {
                    let words =
                        format!("The token endpoint gave no token: {why}. The credential may be good.");
                    self.steps.push(Step { asked, answer: why });
                    (Verdict::Unreachable, words)
                }
            }),
        }
    }

    /// "Who am I?" at one place.
    async fn who(&mut self, url: String) -> Seen {
        let seen = match self.get(&url).await {
            Ok((parts, body)) => seen::read(parts.status, &parts.headers, &body),
            Err(silence) => Seen::Silence(silence),
        };
        self.steps.push(Step { asked: format!("GET {url}"), answer: seen.to_string() });
        seen
    }

    /// The cloud id a site's own host names to everyone, asked without the credential; `None` when it names none.
    async fn named_cloud_id(&mut self, origin: &str) -> Option<CloudId> {
        #[derive(Deserialize)]
        struct TenantInfo {
            #[serde(rename = "cloudId")]
            cloud_id: CloudId,
        }
        let url = format!("{origin}/_edge/tenant_info");
        let info: Option<TenantInfo> = match self.send(Request::get(&url)).await {
            Ok((parts, body)) if parts.status.is_success() => serde_json::from_slice(&body).ok(),
            _ => None,
        };
        let named = info.map(|info| info.cloud_id);
        let answer = named.as_ref().map_or("no cloud id".to_owned(), |id| format!("cloud id {id}"));
        self.steps.push(Step { asked: format!("GET {url}"), answer });
        named
    }

    async fn get(&self, url: &str) -> Result<(http::response::Parts, bytes::Bytes), String> {
        self.send(Request::get(url).header(header::AUTHORIZATION, &self.authorization)).await
    }

    async fn send(&self, request: Builder) -> Result<(http::response::Parts, bytes::Bytes), String> {
        let request = request
            .header(header::ACCEPT, "application/json")
            .header(header::USER_AGENT, crate::USER_AGENT)
            .body(RequestBody::empty())
            .map_err(|_| "its address is not a URL".to_owned())?;
        self.egress.fetch(request, ANSWER_WITHIN, LONGEST).await.map_err(|error| error.to_string())
    }
}

/// What all places have in common: answers that say nothing about the credential.
fn unclear(place: &str, seen: &Seen) -> Finding {
    match seen {
        Seen::Silence(why) => (Verdict::Unreachable, format!("{place} cannot be reached: {why}.")),
        Seen::Busy(status) => {
            (Verdict::Unreachable, format!("{place} answered {status} and cannot tell now; try again later."))
        }
        Seen::Odd(status) => (
            Verdict::Unclear,
            format!("{place} answered {status}, which no Atlassian API does here; is the site's URL right?"),
        ),
        other => (Verdict::Unclear, format!("{place} gave an answer that fits nothing: {other}.")),
    }
}

#[cfg(test)]
mod tests;
