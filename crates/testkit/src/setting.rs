//! What is written into a process's folder before it starts.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};

use crate::naive;
use crate::plan::Plan;
use crate::provider::{App, Consent, Provider};

/// Where a process says how it is reached.
pub(crate) const ANNOUNCED: &str = "ticketgate-data/gateway.json";

/// What the calls of a trial ask for.
pub(crate) const PATH: &str = "/rest/api/3/myself";

/// The client that calls with this grant.
pub(crate) fn client(grant: &str) -> String {
    grant.replace("grant", "client")
}

/// A lane's applications and consents.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) apps: Vec<App>,
    pub(crate) consents: Vec<Consent>,
}

fn private(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut file = fs::File::options().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    Ok(std::io::Write::write_all(&mut file, text.as_bytes())?)
}

fn cloud_id(facts: &Value) -> anyhow::Result<String> {
    let id = facts.pointer("/sites/0/cloud_id").and_then(Value::as_str);
    Ok(id.context("the stand-in does not say its site's id")?.to_owned())
}

/// Settings, manifests and secrets of a gateway.
pub(crate) async fn of_gateway(
    folder: &Path,
    plan: &Plan,
    provider: &Provider,
    given: &Given,
) -> anyhow::Result<()> {
    let origin = provider.origin();
    let facts = provider.steer(http::Method::GET, "/standin/facts", None).await?;
    let mut text = format!(
        "listen = \"127.0.0.1:0\"\n[sites.demo]\nurl = {origin:?}\napi_origin = {origin:?}\ncloud_id = {:?}\n\
         [custody]\nanswer_within = \"{}ms\"\n[log]\nlevel = \"warn\"\n[limits]\nclient_in_flight = 1024\n\
         grant_in_flight = 1024\nwaiting_per_client = 1024\ngateway_in_flight = 4096\n",
        cloud_id(&facts)?,
        plan.answer_within.as_millis(),
    );
    fs::DirBuilder::new().mode(0o700).create(folder.join("manifests"))?;
    for App { name, client_id, client_secret } in &given.apps {
        private(&folder.join(format!("{name}.secret")), client_secret)?;
        write!(
            text,
            "[apps.{name}]\nclient_id = {client_id:?}\nclient_secret_file = \"{name}.secret\"\n\
             token_url = \"{origin}/oauth/token\"\nauthorize_url = \"{origin}/authorize\"\n\
             api_origin = {origin:?}\nleeway = \"{}s\"\n",
            plan.leeway_seconds
        )?;
    }
    private(&folder.join("ticketgate.toml"), &text)?;
    for Consent { grant, .. } in &given.consents {
        let manifest = format!(
            "owner = \"trial\"\npurpose = \"trial\"\nsite = \"demo\"\ngrant = \"{grant}\"\n\
             scopes = [\"read:jira-user\"]\n[operations]\nids = [\"jira:getCurrentUser\"]\n"
        );
        fs::write(folder.join(format!("manifests/{}.toml", client(grant))), manifest)?;
    }
    Ok(())
}

/// What a naive way knows of the provider and the grants, which its processes share.
pub(crate) async fn of_naive(
    folder: &Path,
    shared: &Path,
    provider: &Provider,
    given: &Given,
) -> anyhow::Result<()> {
    let origin = provider.origin();
    let facts = provider.steer(http::Method::GET, "/standin/facts", None).await?;
    let grants: serde_json::Map<String, Value> = given
        .consents
        .iter()
        .filter_map(|consent| {
            let app = given.apps.iter().find(|app| app.name == consent.app)?;
            let grant = json!({
                "client_id": app.client_id,
                "client_secret": app.client_secret,
                "refresh_token": consent.refresh_token,
            });
            Some((consent.grant.clone(), grant))
        })
        .collect();
    let settings = json!({
        "token_url": format!("{origin}/oauth/token"),
        "api": format!("{origin}/ex/jira/{}", cloud_id(&facts)?),
        "shared": shared,
        "grants": grants,
    });
    fs::create_dir_all(shared)?;
    fs::create_dir_all(folder.join("ticketgate-data"))?;
    private(&folder.join(naive::SETTINGS), &settings.to_string())
}
