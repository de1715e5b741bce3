//! The two answers the gateway makes itself, in Atlassian's shapes: which sites there are, and who is asking.

use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::{Request, Response};
use hyper::body::Incoming;
use oauth::Caller;
use policy::Manifest;
use serde_json::{Value, json};
use types::{Code, Deployment, Refusal, Verb};

use audit::Ended;

use crate::ledger::Ledger;
use crate::manner::Manner;
use crate::respond::{REQUEST_ID, id_value};
use crate::{Body, Gateway, Peer, arrive};

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    /// `/oauth/token/accessible-resources`: the sites the caller's manifest reaches, with the gateway's URLs.
    AccessibleResources,
    /// `/me`: the client, as the account it would be; the user, where calls go out as the user.
    Me,
}

impl Page {
    pub(crate) fn at(path: &str) -> Option<Self> {
        match path {
            "/oauth/token/accessible-resources" => Some(Self::AccessibleResources),
            "/me" => Some(Self::Me),
            _ => None,
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::AccessibleResources => "ticketgate:accessible-resources",
            Self::Me => "ticketgate:me",
        }
    }
}

/// Answers it, after arriving and authenticating like every call.
pub(crate) async fn answer(
    gateway: &Gateway,
    page: Page,
    request: Request<Incoming>,
    peer: &Peer,
    mut ledger: Ledger,
    manner: Manner,
) -> Response<Body> {
    match make(gateway, page, request, peer, &mut ledger).await {
        Err(refusal) => manner.refuse(ledger, &refusal),
        Ok(document) => {
            let text = Bytes::from(document.to_string());
            ledger.answered(page.label(), 200);
            ledger.closed(Ended::Complete, text.len() as u64);
            let mut response = Response::new(if manner.is_head() { Body::empty() } else { Body::full(text) });
            let headers = response.headers_mut();
            headers.insert(REQUEST_ID, id_value(manner.id()));
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json;charset=UTF-8"));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
    }
}

async fn make(
    gateway: &Gateway,
    page: Page,
    request: Request<Incoming>,
    peer: &Peer,
    ledger: &mut Ledger,
) -> Result<Value, Refusal> {
    let now = gateway.0.clock.now();
    let arrived = arrive::arrive(request, peer, &gateway.0.settings, now);
    let arrival = arrived.map_err(|astray| ledger.astray(*astray))?;
    ledger.arrived(&arrival);
    let caller =
        gateway.0.clients.authenticate(arrival.approach()).await.map_err(|away| ledger.turned_away(away))?;
    ledger.authenticated(&caller);
    if arrival.verb != Verb::Get {
        return Err(Code::OperationUnknown.into());
    }
    let rulebook = gateway.0.rulebook.load();
    let manifest = rulebook.manifest_at(caller.client(), caller.account(), now).ok_or(Code::NoManifest)?;
    if manifest.expired(now) {
        return Err(Code::ManifestExpired.into());
    }
    Ok(match page {
        Page::AccessibleResources => resources(gateway, manifest, &caller, &arrival.origin),
        Page::Me => me(manifest, &caller),
    })
}

/// Two entries with one id for a Cloud site that is reached with scopes of both products, as Atlassian does it. Data
/// Center sites have no cloud id and are left out.
fn resources(gateway: &Gateway, manifest: &Manifest, caller: &Caller, origin: &str) -> Value {
    let held =
        caller.scopes().map_or(*manifest.scopes(), |narrowed| narrowed.intersection(manifest.scopes()));
    let names = held.iter().map(|scope| gateway.0.catalogue.scope_name(scope));
    let (confluence, jira): (Vec<&str>, Vec<&str>) = names.partition(|name| name.contains("confluence"));
    let mut entries = Vec::new();
    let narrowed = caller.sites();
    for site in manifest.sites().iter().filter(|site| narrowed.is_empty() || narrowed.contains(&site.name)) {
        let Deployment::Cloud { cloud_id, .. } = &site.deployment else { continue };
        for scopes in [&jira, &confluence].into_iter().filter(|scopes| !scopes.is_empty()) {
            entries.push(json!({
                "id": cloud_id,
                "url": format!("{origin}/sites/{}", site.name),
                "name": site.name,
                "scopes": scopes,
                "avatarUrl": "",
            }));
        }
    }
    Value::Array(entries)
}

fn me(manifest: &Manifest, caller: &Caller) -> Value {
    let user = caller.account().filter(|_| manifest.acts_as_user());
    json!({
        "account_type": if user.is_some() { "atlassian" } else { "app" },
        "account_id": user.unwrap_or(manifest.client().as_str()),
        "account_status": "active",
        "name": manifest.client(),
        "nickname": manifest.client(),
        "email": null,
        "picture": "",
        "zoneinfo": "Etc/UTC",
        "locale": "en-US",
        "extended_profile": { "job_title": manifest.purpose(), "organization": manifest.owner() },
    })
}
