//! The demo's stage: settings, manifests, sites, the grant, the clients.

use std::net::SocketAddr;
use std::path::Path;

use broker::{Material, NewGrant};
use control::views::RegisterClient;
use standin::Standin;
use types::{ClientId, Secret};

use super::{CLIENTS, GRANT, SITE};
use crate::assembly::Assembly;
use crate::private_file;
use crate::problem::{Exit, Problem};
use crate::settings::{self, Mode, Settings, SiteKind, SiteSettings};

/// The manifests, as they stand in the repository.
const MANIFESTS: [(&str, &str); 3] = [
    ("release-automation.toml", include_str!("../../demo/manifests/release-automation.toml")),
    ("data-analytics.toml", include_str!("../../demo/manifests/data-analytics.toml")),
    ("partner-integrations.toml", include_str!("../../demo/manifests/partner-integrations.toml")),
];

/// Defaults and environment; no file, so that the demo is the same wherever it is started. Its own words are the
/// story, so the log says only what fails unless it is told otherwise.
pub(super) fn settings(listen: SocketAddr) -> Result<Settings, Problem> {
    let mut settings = settings::from_environment()?;
    if !settings.from_environment.iter().any(|variable| variable == "TICKETGATE_LOG_LEVEL") {
        settings.settings.log.level = "error".to_owned();
    }
    let mut settings = settings.settings;
    settings.listen = listen;
    settings.sites.clear();
    settings.mode = Mode::Clients;
    Ok(settings)
}

pub(super) fn write_manifests(folder: &Path) -> Result<(), Problem> {
    private_file::make_folder(folder)?;
    for (name, text) in MANIFESTS {
        std::fs::write(folder.join(name), text)?;
    }
    Ok(())
}

/// The stand-in's Cloud sites, with ids, so that nothing has to be discovered.
pub(super) fn add_sites(settings: &mut Settings, standin: &Standin) -> Result<(), Problem> {
    let facts = standin.demo_facts();
    for site in facts.sites {
        let name = site.name.parse().map_err(unforeseen)?;
        let written = SiteSettings {
            kind: SiteKind::Cloud,
            url: site.origin,
            cloud_id: Some(site.cloud_id.parse().map_err(unforeseen)?),
            api_origin: facts.api_origin.clone(),
        };
        settings.sites.insert(name, written);
    }
    Ok(())
}

/// Adds the grant, registers the clients, publishes the manifests: what an operator would do, in the same order.
pub(super) async fn furnish(
    gateway: &Assembly,
    standin: &Standin,
) -> Result<Vec<(ClientId, Secret)>, Problem> {
    let (control, operator) = (&gateway.control, &gateway.operator);
    let facts = standin.demo_facts();
    let Some(account) = facts.service_account("wide") else {
        return Err(Problem::new(Exit::Failed, "The stand-in has no service account."));
    };
    let grant = NewGrant {
        name: GRANT.parse().map_err(unforeseen)?,
        sites: vec![SITE.parse().map_err(unforeseen)?],
        material: Material::ServiceAccount {
            client_id: account.client_id.clone(),
            client_secret: account.client_secret.clone(),
            token_url: format!("{}/oauth/token", facts.api_origin),
        },
    };
    control.add_grant(operator, grant).await.map_err(unforeseen)?;
    let mut secrets = Vec::new();
    for (client, purpose) in CLIENTS {
        let client: ClientId = client.parse().map_err(unforeseen)?;
        let asked = RegisterClient {
            owner: Some(format!("team {client}")),
            purpose: Some(purpose.to_owned()),
            ..RegisterClient::of(client.clone())
        };
        let made = control.register_client(operator, asked).await.map_err(unforeseen)?;
        let secret = made.secret.ok_or_else(|| unforeseen("no secret was made"))?;
        secrets.push((client, secret));
    }
    control.publish_at_start(operator).await.map_err(unforeseen)?;
    Ok(secrets)
}

pub(super) fn unforeseen(error: impl std::fmt::Display) -> Problem {
    Problem::new(Exit::Failed, "The demo cannot be set up.").because(error)
}
