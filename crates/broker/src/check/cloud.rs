//! What service accounts and API tokens have in common, and what becomes of a service account that is not let in.

use std::sync::Arc;

use serde::Deserialize;
use types::{CloudId, Site, SiteName};

use super::{Asking, Finding, Step, Verdict, api_token, unclear};
use crate::grant::Facts;
use crate::seen::Seen;

/// The API gateway, as words call it.
pub(super) const GATEWAY: &str = "Atlassian's API gateway";

/// How many sites words name.
pub(super) const NAMED: usize = 5;

/// Where a Cloud site is.
pub(super) struct Where<'a> {
    pub(super) name: &'a SiteName,
    pub(super) cloud_id: &'a CloudId,
    pub(super) origin: &'a str,
    pub(super) api_origin: &'a str,
    /// The gateway's other sites.
    pub(super) others: &'a [Arc<Site>],
}

impl Where<'_> {
    /// Where Jira says who is asking, at the site of any cloud id.
    pub(super) fn jira(&self, cloud_id: &CloudId) -> String {
        format!("{}/ex/jira/{cloud_id}/rest/api/3/myself", self.api_origin)
    }

    /// The same at the site's own host, which Atlassian has for people.
    pub(super) fn host(&self) -> String {
        format!("{}/rest/api/3/myself", self.origin)
    }

    fn confluence(&self) -> String {
        format!("{}/ex/confluence/{}/wiki/rest/api/user/current", self.api_origin, self.cloud_id)
    }
}

pub(super) async fn check(asking: &mut Asking<'_>, facts: &Facts, at: &Where<'_>) -> Finding {
    let unscoped = matches!(facts, Facts::ApiToken { scoped: false, .. });
    match asking.who(at.jira(at.cloud_id)).await {
        Seen::Account { id, name } if unscoped => known_at_the_site_too(asking, at, id, name).await,
        Seen::Account { id, name } => working(id, name, ""),
        Seen::ScopeMissing => confluence_instead(asking, at).await.unwrap_or_else(scope_missing),
        Seen::Forbidden => confluence_instead(asking, at).await.unwrap_or_else(no_permission),
        seen @ (Seen::Unknown | Seen::Anonymous) => not_let_in(asking, facts, at, seen).await,
        seen @ (Seen::NotHere | Seen::Outsider) => match confluence_instead(asking, at).await {
            Some(finding) => finding,
            None => not_let_in(asking, facts, at, seen).await,
        },
        other => unclear(GATEWAY, &other),
    }
}

/// No account came back: is it the credential, or the place?
async fn not_let_in(asking: &mut Asking<'_>, facts: &Facts, at: &Where<'_>, seen: Seen) -> Finding {
    match (facts, seen) {
        (Facts::ApiToken { scoped, .. }, seen) => api_token::not_let_in(asking, at, *scoped, seen).await,
        (_, Seen::Unknown) => wrong(facts),
        (_, Seen::Anonymous) => anonymous(),
        _ => not_here(asking, at).await,
    }
}

/// The gateway knows an unscoped token. The site's own host should as well; if it does not, the token has scopes.
async fn known_at_the_site_too(asking: &mut Asking<'_>, at: &Where<'_>, id: String, name: String) -> Finding {
    let note = match asking.who(at.host()).await {
        Seen::Unknown | Seen::Anonymous => {
            " The site's own host does not know it, so it was created with scopes: say so when you add it."
        }
        _ => "",
    };
    working(id, name, note)
}

/// Whether Confluence knows the credential that Jira does not let in.
async fn confluence_instead(asking: &mut Asking<'_>, at: &Where<'_>) -> Option<Finding> {
    match asking.who(at.confluence()).await {
        Seen::Account { id, name } => {
            let words = format!("Works for Confluence only, as {name} ({id}); Jira is not open to it.");
            Some((Verdict::ConfluenceOnly { account_id: id, display_name: name }, words))
        }
        _ => None,
    }
}

#[derive(Deserialize)]
struct Resource {
    id: String,
    #[serde(default)]
    url: String,
}

/// Jira and Confluence both have nothing to do with it: where is it at home? Bearer tokens can ask.
async fn not_here(asking: &mut Asking<'_>, at: &Where<'_>) -> Finding {
    let general = format!("The credential is not known at this site (cloud id {}).", at.cloud_id);
    let url = format!("{}/oauth/token/accessible-resources", at.api_origin);
    let asked = format!("GET {url}");
    let resources: Option<Vec<Resource>> = match asking.get(&url).await {
        Ok((_, body)) => serde_json::from_slice(&body).ok(),
        Err(_) => None,
    };
    let Some(resources) = resources else {
        asking.steps.push(Step { asked, answer: "no list".to_owned() });
        return (Verdict::WrongSite, general);
    };
    asking.steps.push(Step { asked, answer: format!("{} entries", resources.len()) });
    if resources.iter().any(|resource| resource.id.eq_ignore_ascii_case(at.cloud_id.as_str())) {
        return no_permission();
    }
    let mut urls: Vec<&str> = resources.iter().map(|resource| resource.url.as_str()).collect();
    urls.sort_unstable();
    urls.dedup();
    let home = match urls.as_slice() {
        [] => "no site at all".to_owned(),
        urls => urls.iter().take(NAMED).copied().collect::<Vec<_>>().join(", "),
    };
    (Verdict::WrongSite, format!("{general} It reaches {home}."))
}

fn working(id: String, name: String, note: &str) -> Finding {
    let words = format!("Works: Jira knows it as {name} ({id}).{note}");
    (Verdict::Working { account_id: id, display_name: name }, words)
}

pub(super) fn wrong(facts: &Facts) -> Finding {
    let what = match facts {
        Facts::ApiToken { .. } => "this e-mail address and token. Has the token expired, or been revoked?",
        _ => "the access token it was just asked about. Has the credential been revoked?",
    };
    (Verdict::Wrong, format!("{GATEWAY} does not know {what} Add the grant again with a new one."))
}

pub(super) fn anonymous() -> Finding {
    let words = "Wrong e-mail address or token. Jira does not say so: it takes the calls for nobody's and answers 200 \
                 with empty lists. Add the grant again with the address the token's account signs in with.";
    (Verdict::Anonymous, words.to_owned())
}

fn scope_missing() -> Finding {
    let words = "The credential is good, but lacks the scope to ask who it is (read:jira-user or read:me). Calls \
                 within its scopes work.";
    (Verdict::ScopeMissing, words.to_owned())
}

pub(super) fn no_permission() -> Finding {
    let words = "The credential is good and the site is right, but the account may not use Jira or Confluence there: \
                 give it product access.";
    (Verdict::NoPermission, words.to_owned())
}
