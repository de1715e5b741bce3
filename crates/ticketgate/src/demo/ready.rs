//! The ready file: what a test in any language has to know.

use serde_json::{Value, json};

use super::Story;

/// Addresses, sites, clients with their secrets, the operator's token.
pub(super) fn facts(story: &Story<'_>) -> Value {
    let sites: Vec<_> = story
        .standin
        .demo_facts()
        .sites
        .into_iter()
        .map(|site| json!({ "name": site.name, "cloud_id": site.cloud_id }))
        .collect();
    let clients: Vec<_> = story
        .secrets
        .iter()
        .map(
            |(client, secret)| json!({ "name": client, "client_id": client, "client_secret": secret.open() }),
        )
        .collect();
    json!({
        "gateway": story.url,
        "console": format!("{}/console", story.url),
        "token_url": format!("{}/oauth/token", story.url),
        "standin": story.standin.origin(),
        "sites": sites,
        "clients": clients,
        "operator_token": story.token.open(),
    })
}
