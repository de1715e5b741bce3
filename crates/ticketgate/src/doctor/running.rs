//! A running gateway, or the place where one would be.

use control::views::{GrantCheck, GrantView, Readiness, UnusedView, UsageView};
use serde_json::json;
use tokio::net::TcpListener;

use super::Finding;
use crate::gateway_file;
use crate::problem::Problem;
use crate::reach::Reach;
use crate::settings::Settings;

/// Being observed is for some days: 14 of them, in seconds.
const LONG: u64 = 14 * 86_400;

/// A gateway that runs with this data directory.
pub(super) struct Gateway(Reach);

/// The gateway `gateway.json` names, if it answers; what is wrong with the file, if there is one and it does not.
pub(super) async fn find(settings: &Settings) -> Result<Gateway, Option<Finding>> {
    if !gateway_file::exists(&settings.data_dir) {
        return Err(None);
    }
    let left = |problem: Problem| Some(Finding::warn("gateway", problem.what(), problem.advice()));
    let reach = Reach::by_data_dir(&settings.data_dir).map_err(left)?;
    reach.get::<serde_json::Value>("/api/v1/manifests").await.map_err(left)?;
    Ok(Gateway(reach))
}

/// Whether the address is free for one.
pub(super) async fn port(settings: &Settings) -> Finding {
    match TcpListener::bind(settings.listen).await {
        Ok(_) => Finding::ok("gateway", format!("not running; {} is free", settings.listen)),
        Err(error) => Finding::fail(
            "gateway",
            format!("not running here, and {} cannot be had: {error}", settings.listen),
            "Stop what listens there, or set another `listen`.",
        ),
    }
}

impl Gateway {
    pub(super) async fn examine(&self) -> Vec<Finding> {
        let mut findings = vec![Finding::ok("gateway", format!("running at {}", self.0.base()))];
        match self.0.get::<Readiness>("/api/v1/readiness").await {
            Ok(readiness) => {
                let wrong = readiness.checks.into_iter().filter(|check| !check.ok);
                findings.extend(wrong.map(|check| {
                    Finding::fail(
                        "ready",
                        format!("{}: {}", check.name, check.words),
                        "Look at the gateway's log.",
                    )
                }));
            }
            Err(problem) => {
                findings.push(Finding::fail("ready", problem.to_string(), "Look at the gateway's log."))
            }
        }
        let grants: Vec<GrantView> = self.0.get("/api/v1/grants").await.unwrap_or_default();
        if grants.is_empty() {
            findings.push(Finding::warn("grant", "none yet", "ticketgate grant add"));
        }
        for grant in grants {
            findings.extend(self.grant(&grant).await);
        }
        findings.extend(self.observed().await);
        findings
    }

    /// Clients that are observed: nothing of their manifests holds them.
    async fn observed(&self) -> Vec<Finding> {
        let path = format!("/api/v1/usage?unused_for={LONG}");
        let Ok(usage) = self.0.get::<UsageView>(&path).await else { return Vec::new() };
        let finding = |unused: UnusedView| {
            let (client, since) = (unused.client, unused.since);
            // Where nobody knows since when, it is long ago.
            let long = unused.given_since.is_none_or(|given| given <= since);
            let advice = "ticketgate manifest draft writes down what it does; publish that without `observe`";
            if long {
                Finding::fail(
                    "observe",
                    format!("{client} has been observed for 14 days or more: its manifest refuses nothing"),
                    advice,
                )
            } else {
                Finding::warn(
                    "observe",
                    format!("{client} is observed: its manifest refuses nothing"),
                    advice,
                )
            }
        };
        usage.unused.into_iter().filter(|unused| unused.observed).map(finding).collect()
    }

    async fn grant(&self, grant: &GrantView) -> Vec<Finding> {
        let path = format!("/api/v1/grants/{}/check", grant.name);
        match self.0.post::<Vec<GrantCheck>>(&path, &json!({})).await {
            Err(problem) => vec![Finding::fail("grant", problem.to_string(), "Look at the gateway's log.")],
            Ok(checks) => checks
                .into_iter()
                .map(|check| {
                    let words = format!("{} on {}: {}", check.grant, check.site, check.verdict);
                    if check.working {
                        Finding::ok("grant", words)
                    } else {
                        Finding::fail("grant", words, check.words)
                    }
                })
                .collect(),
        }
    }
}
