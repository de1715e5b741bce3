//! An API token that is not let in: a wrong credential, one taken for nobody's, or a good one at the wrong site.
//!
//! Unlike an access token, an API token cannot be asked where it is at home, and the API gateway refuses it with the
//! same 401 whether it is wrong or its account has nothing to do with the site. So the places are compared: the id the
//! site itself names, the gateway's other sites, and for a token without scopes the site's own host.

use types::{CloudId, Deployment, Site};

use super::cloud::{GATEWAY, NAMED, Where, anonymous, wrong};
use super::{Asking, Finding, Verdict};
use crate::grant::Facts;
use crate::seen::Seen;

pub(super) async fn not_let_in(asking: &mut Asking<'_>, at: &Where<'_>, scoped: bool, seen: Seen) -> Finding {
    let named = asking.named_cloud_id(at.origin).await;
    if let Some(named) = named.as_ref().filter(|named| *named != at.cloud_id) {
        return another_id(asking, at, named).await;
    }
    if let Some(finding) = at_home_elsewhere(asking, at).await {
        return finding;
    }
    match (seen, scoped) {
        (Seen::Outsider, _) => outsider(at),
        (Seen::Anonymous, _) => anonymous(),
        (seen, false) => at_the_host(asking, at, seen, named.is_some()).await,
        (Seen::NotHere, true) => not_here(at),
        (_, true) => refused(at),
    }
}

/// The settings and the site disagree about the site's id. Is the credential good where the site says it is?
async fn another_id(asking: &mut Asking<'_>, at: &Where<'_>, named: &CloudId) -> Finding {
    let wrong_id = format!(
        "The gateway uses the cloud id {}, but {} says that it is {named}: correct sites.{}.cloud_id.",
        at.cloud_id, at.origin, at.name
    );
    match asking.who(at.jira(named)).await {
        Seen::Account { id, name } => {
            (Verdict::WrongSite, format!("The credential is good, as {name} ({id}). {wrong_id}"))
        }
        Seen::Unknown | Seen::Anonymous => {
            let words = format!(
                "{GATEWAY} does not know this e-mail address and token there either. Add the grant again with a new one."
            );
            (Verdict::Wrong, format!("{wrong_id} {words}"))
        }
        _ => (Verdict::WrongSite, format!("{wrong_id} Whether the credential is good shows after that.")),
    }
}

/// Whether another site of this gateway knows the credential. Only sites behind the same API gateway are asked: it has
/// seen the credential already, so nobody new is shown it.
async fn at_home_elsewhere(asking: &mut Asking<'_>, at: &Where<'_>) -> Option<Finding> {
    let cloud_id = |site: &Site| match &site.deployment {
        Deployment::Cloud { cloud_id, api_origin, .. } if api_origin == at.api_origin => {
            Some(cloud_id.clone()).filter(|id| id != at.cloud_id)
        }
        _ => None,
    };
    let others = at.others.iter().filter_map(|site| Some((&site.name, cloud_id(site)?)));
    for (site, cloud_id) in others.take(NAMED) {
        match asking.who(at.jira(&cloud_id)).await {
            Seen::Account { id, name } => {
                let words = format!(
                    "The credential is good, as {name} ({id}), at the site {site} and not here. Add the grant for {site}, or \
                     give the account access to {}.",
                    at.name
                );
                return Some((Verdict::WrongSite, words));
            }
            // The others would be as silent.
            Seen::Silence(_) => return None,
            _ => {}
        }
    }
    None
}

/// A token without scopes is known at the site's own host as well. There a wrong one is taken for nobody's: worth
/// telling, because programs that used it there got empty lists instead of an error.
async fn at_the_host(asking: &mut Asking<'_>, at: &Where<'_>, seen: Seen, id_is_right: bool) -> Finding {
    match asking.who(at.host()).await {
        Seen::Account { id, name } if id_is_right => (
            Verdict::Unclear,
            format!(
                "The site's own host knows the token as {name} ({id}), {GATEWAY} does not, although the cloud id is \
                 right. Calls go through the API gateway: are API tokens restricted at this site?"
            ),
        ),
        Seen::Account { id, name } => (
            Verdict::WrongSite,
            format!(
                "The site's own host knows the token as {name} ({id}), {GATEWAY} does not at {}. Is the site's \
                 cloud id right?",
                at.cloud_id
            ),
        ),
        Seen::Anonymous => anonymous(),
        Seen::Outsider => outsider(at),
        _ if seen == Seen::NotHere => not_here(at),
        _ => wrong(&Facts::ApiToken { email: String::new(), scoped: false }),
    }
}

fn outsider(at: &Where<'_>) -> Finding {
    let words = format!(
        "The credential is good, but its account has nothing to do with the site {}. Was another site meant? If not, give \
         the account access to it.",
        at.name
    );
    (Verdict::WrongSite, words)
}

fn not_here(at: &Where<'_>) -> Finding {
    let words = format!(
        "{GATEWAY} finds nothing for this credential at the site {} (cloud id {}). Is the cloud id right, and does the \
         account have access?",
        at.name, at.cloud_id
    );
    (Verdict::WrongSite, words)
}

/// Of a token with scopes nothing more can be found out: the site's own host knows none of them.
fn refused(at: &Where<'_>) -> Finding {
    let (verdict, words) = wrong(&Facts::ApiToken { email: String::new(), scoped: true });
    (verdict, format!("{words} If it is new and works elsewhere, its account lacks access to {}.", at.name))
}
