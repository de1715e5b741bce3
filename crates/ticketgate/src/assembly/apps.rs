//! The apps people consent to, complete: secrets read, addresses that follow from others filled in.

use std::collections::BTreeMap;
use std::sync::Arc;

use broker::{App, Apps, CustodySettings, Provider};
use types::{AppName, Deployment, Secret, Site, SiteName};

use crate::private_file;
use crate::problem::{Exit, Problem};
use crate::settings::{AppSettings, Settings};

/// Where people come back to.
const CALLBACK: &str = "/auth/callback";

/// Atlassian's authorization server.
const ATLASSIAN: &str = "https://auth.atlassian.com";

type Sites = BTreeMap<SiteName, Arc<Site>>;

pub(super) fn custody(settings: &Settings, reached_at: &str) -> CustodySettings {
    CustodySettings { answer_within: settings.answer_within, reconnect_at: Some(reached_at.to_owned()) }
}

pub(super) fn apps(settings: &Settings, sites: &Sites, reached_at: &str) -> Result<Apps, Problem> {
    let apps = settings.apps.iter().map(|(name, written)| {
        let secret = secret(name, written)?;
        Ok((name.clone(), Arc::new(app(name, written, (secret, sites, reached_at))?)))
    });
    apps.collect()
}

fn secret(name: &AppName, written: &AppSettings) -> Result<Secret, Problem> {
    if let Some(secret) = &written.client_secret {
        return Ok(secret.clone());
    }
    let Some(file) = &written.client_secret_file else {
        return Err(Problem::new(Exit::Settings, format!("The app {name} has no secret.")));
    };
    let text = private_file::read(file).map_err(|error| {
        let what = format!("The secret of the app {name} in {} cannot be read.", file.display());
        Problem::new(Exit::Settings, what).because(error)
    })?;
    Ok(Secret::new(text.trim().to_owned()))
}

fn app(
    name: &AppName,
    written: &AppSettings,
    (client_secret, sites, reached_at): (Secret, &Sites, &str),
) -> Result<App, Problem> {
    let wrong = |what: &str| Problem::new(Exit::Settings, format!("[apps.{name}] {what}"));
    let site = match &written.data_center {
        None => None,
        Some(site) => match sites.get(site).map(|site| &site.deployment) {
            Some(Deployment::JiraDataCenter { base } | Deployment::ConfluenceDataCenter { base }) => {
                Some((site.clone(), base.clone()))
            }
            _ => return Err(wrong("names a site that is no Data Center")),
        },
    };
    let beside = |rest: &str| match &site {
        Some((_, base)) => format!("{base}/rest/oauth2/latest/{rest}"),
        None if rest == "token" => format!("{ATLASSIAN}/oauth/token"),
        None => format!("{ATLASSIAN}/{rest}"),
    };
    let uri = |text: String| text.parse().map_err(|_| wrong("has an address that is no URL"));
    let redirect_uri = written.redirect_uri.clone().unwrap_or_else(|| format!("{reached_at}{CALLBACK}"));
    if !redirect_uri.ends_with(CALLBACK) {
        tracing::warn!(app = %name, redirect_uri, "people come back from this app to an address the gateway does not answer, unless a proxy makes it {CALLBACK}");
    }
    let provider = match &site {
        None => Provider::Cloud { api_origin: written.api_origin.clone() },
        Some((site, _)) => Provider::DataCenter { site: site.clone(), revoke_url: uri(beside("revoke"))? },
    };
    Ok(App {
        name: name.clone(),
        client_id: written.client_id.clone(),
        client_secret,
        authorize_url: written.authorize_url.clone().unwrap_or_else(|| beside("authorize")),
        token_url: uri(written.token_url.clone().unwrap_or_else(|| beside("token")))?,
        redirect_uri,
        scopes: written.scopes.clone(),
        provider,
        leeway: written.leeway,
        inactivity: written.inactivity,
    })
}
