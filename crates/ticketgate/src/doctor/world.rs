//! What the gateway speaks about: manifests and sites.

use clock::Clock;
use control::sites::discover;
use control::sites::knock::{self, Standing};
use egress::Egress;
use jiff::Timestamp;
use policy::{Known, Verdict, compile};
use types::SiteName;

use super::Finding;
use crate::assembly;
use crate::output::counted;
use crate::settings::{Settings, SiteKind, SiteSettings};
use crate::vocabulary;

/// How far clocks may differ.
const DRIFT: i64 = 30;

pub(super) fn manifests(settings: &Settings) -> Finding {
    let about = "manifests";
    let files = match control::manifests::read_folder(&settings.manifests) {
        Ok(files) => files,
        Err(error) => return Finding::fail(about, error.to_string(), "Make the folder, or set `manifests`."),
    };
    let (Ok(catalogue), Ok(clock)) = (vocabulary::catalogue(settings.catalogue.as_deref()), Clock::system())
    else {
        return Finding::fail(
            about,
            "the table of operations cannot be read",
            "Remove `catalogue` from the settings.",
        );
    };
    let sites = vocabulary::sites_unasked(&settings.sites);
    let known = Known { sites: &sites, grants: None, now: clock.now() };
    let diagnostics = match compile(&files, &catalogue, &known) {
        Ok(compiled) => compiled.warnings,
        Err(diagnostics) => diagnostics,
    };
    let words = format!("{} in {}", counted(files.manifests.len(), "manifest"), settings.manifests.display());
    match Verdict::of(&diagnostics) {
        Verdict::Clean => Finding::ok(about, words),
        Verdict::Warnings => {
            Finding::warn(about, format!("{words}, with warnings"), "ticketgate manifest check")
        }
        Verdict::Errors => Finding::fail(about, format!("{words}, with errors"), "ticketgate manifest check"),
    }
}

/// Whether each site answers, is the one the settings mean, and agrees about the time.
pub(super) async fn sites(settings: &Settings) -> Vec<Finding> {
    let (Ok(egress), Ok(clock)) = (assembly::egress(&settings.upstream), Clock::system()) else {
        return vec![Finding::fail(
            "upstream",
            "the way out cannot be set up",
            "Look at the section [upstream].",
        )];
    };
    let mut findings = Vec::new();
    for (name, site) in &settings.sites {
        let (finding, date) = match site.kind {
            SiteKind::Cloud => cloud(&egress, name, site).await,
            SiteKind::JiraDataCenter | SiteKind::ConfluenceDataCenter => {
                data_center(&egress, name, site).await
            }
        };
        findings.push(finding);
        findings.extend(date.and_then(|date| drift(name, &date, clock.now())));
    }
    findings
}

/// A finding, and the site's `Date` header where its clock can be believed.
type Seen = (Finding, Option<String>);

async fn cloud(egress: &Egress, name: &SiteName, site: &SiteSettings) -> Seen {
    match discover::cloud_id(egress, &site.url).await {
        Err(why) => (unreachable(name, &why), None),
        Ok(found) if site.cloud_id.as_ref().is_some_and(|written| *written != found.cloud_id) => {
            let words = format!("{name}: its cloud id is {}, the settings say otherwise", found.cloud_id);
            (Finding::fail("site", words, format!("Correct sites.{name}.cloud_id.")), None)
        }
        Ok(found) => {
            (Finding::ok("site", format!("{name} answers, cloud id {}", found.cloud_id)), found.date)
        }
    }
}

async fn data_center(egress: &Egress, name: &SiteName, site: &SiteSettings) -> Seen {
    let answered = match knock::data_center(egress, &site.url).await {
        Ok(answered) => answered,
        Err(why) => return (unreachable(name, &why), None),
    };
    let words = format!("{name} {}", answered.words);
    let finding = match answered.standing {
        Standing::Running => Finding::ok("site", words),
        Standing::Unsaid => Finding::warn(
            "site",
            words,
            format!(
                "Look whether sites.{name}.url is its base URL, context path included; a proxy that hides /status is fine."
            ),
        ),
        Standing::Troubled => Finding::fail("site", words, "Look at its own log; calls fail until it runs."),
    };
    (finding, answered.date)
}

fn unreachable(name: &SiteName, why: &str) -> Finding {
    let advice = format!(
        "Look at sites.{name}.url, and at [upstream] if a proxy or a private authority is in the way."
    );
    Finding::fail("site", format!("{name}: {why}"), advice)
}

fn drift(name: &SiteName, date: &str, now: Timestamp) -> Option<Finding> {
    let ahead = discover::ahead(date, now)?;
    let words = format!("this machine's differs by {ahead} s from that of {name}");
    (ahead.abs() > DRIFT).then(|| Finding::warn("clock", words, "Set the machine's clock; switch on NTP."))
}
