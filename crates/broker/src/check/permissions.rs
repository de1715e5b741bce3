//! What the account of a grant may do at Jira, asked of Jira itself (`GET /rest/api/3/mypermissions`).

use std::collections::{BTreeMap, BTreeSet};

use http::StatusCode;
use serde::Deserialize;
use types::{Deployment, Site};
use url::form_urlencoded::Serializer;

use super::Asking;

/// How often it is asked again without the keys it says it does not know.
const ROUNDS: usize = 4;

/// What was asked, and what the account has of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// The permission keys it has: in the project, or in any where none is named.
    pub holds: BTreeSet<String>,
    /// The keys this Jira knows, of those that were asked about.
    pub known: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Answer {
    permissions: BTreeMap<String, One>,
}

#[derive(Deserialize)]
struct One {
    #[serde(rename = "havePermission")]
    has: bool,
}

/// Asks about `keys`, in a project if one is named. `Err`: half a sentence on why there is no answer.
pub(super) async fn ask(
    asking: &mut Asking<'_>,
    at: &Site,
    keys: &BTreeSet<String>,
    project: Option<&str>,
) -> Result<Holdings, String> {
    let base = match &at.deployment {
        Deployment::Cloud { cloud_id, api_origin, .. } => {
            format!("{api_origin}/ex/jira/{cloud_id}/rest/api/3")
        }
        Deployment::JiraDataCenter { base } => format!("{base}/rest/api/2"),
        Deployment::ConfluenceDataCenter { .. } => return Err("there is no Jira at this site".to_owned()),
    };
    let mut keys = keys.clone();
    for _ in 0..ROUNDS {
        let (parts, body) = asking.get(&format!("{base}/mypermissions?{}", query(&keys, project))).await?;
        if parts.status == StatusCode::BAD_REQUEST {
            // Jira refuses the whole question for one key it does not know, and names it.
            let said = String::from_utf8_lossy(&body).into_owned();
            let before = keys.len();
            keys.retain(|key| !names(&said, key));
            if keys.len() < before && !keys.is_empty() {
                continue;
            }
        }
        return read(parts.status, &body, &keys, project);
    }
    Err("Jira does not know too many of the permissions".to_owned())
}

fn query(keys: &BTreeSet<String>, project: Option<&str>) -> String {
    let list: Vec<_> = keys.iter().map(String::as_str).collect();
    let mut query = Serializer::new(String::new());
    query.append_pair("permissions", &list.join(","));
    query.extend_pairs(project.map(|project| ("projectKey", project)));
    query.finish()
}

/// Whether a text has the key as a word.
fn names(text: &str, key: &str) -> bool {
    text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).any(|word| word == key)
}

fn read(
    status: StatusCode,
    body: &[u8],
    keys: &BTreeSet<String>,
    project: Option<&str>,
) -> Result<Holdings, String> {
    match (status.as_u16(), project) {
        (200, _) => {}
        (404, Some(_)) => return Err("the account does not see this project".to_owned()),
        (401, _) if String::from_utf8_lossy(body).contains("scope does not match") => {
            return Err(
                "the grant lacks the scope to ask (read:jira-work, or read:permission:jira)".to_owned()
            );
        }
        (401 | 403, _) => return Err(format!("Jira answered {status}; see `ticketgate grant check`")),
        _ => return Err(format!("Jira answered {status}")),
    }
    let answer: Answer =
        serde_json::from_slice(body).map_err(|_| "Jira's answer is not a list of permissions".to_owned())?;
    // Data Center answers about all there are.
    let asked = answer.permissions.into_iter().filter(|(key, _)| keys.contains(key));
    let mut found = Holdings::default();
    for (key, one) in asked {
        if one.has {
            found.holds.insert(key.clone());
        }
        found.known.insert(key);
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
