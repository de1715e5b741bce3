//! What the gateway speaks about: manifests and sites.

use clock::Clock;
use control::sites::discover;
use jiff::Timestamp;
use policy::{Known, Verdict, compile};

use super::Finding;
use crate::assembly::egress;
use crate::output::counted;
use crate::settings::{Settings, SiteKind};
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
    let words = format!("{} in {}", counted(files.len(), "manifest"), settings.manifests.display());
    match Verdict::of(&diagnostics) {
        Verdict::Clean => Finding::ok(about, words),
        Verdict::Warnings => {
            Finding::warn(about, format!("{words}, with warnings"), "ticketgate manifest check")
        }
        Verdict::Errors => Finding::fail(about, format!("{words}, with errors"), "ticketgate manifest check"),
    }
}

/// Whether each Cloud site answers, is the one the settings mean, and agrees about the time.
pub(super) async fn sites(settings: &Settings) -> Vec<Finding> {
    let (Ok(egress), Ok(clock)) = (egress(&settings.upstream), Clock::system()) else {
        return vec![Finding::fail(
            "upstream",
            "the way out cannot be set up",
            "Look at the section [upstream].",
        )];
    };
    let mut findings = Vec::new();
    for (name, site) in settings.sites.iter().filter(|(_, site)| site.kind == SiteKind::Cloud) {
        let (finding, drifted) = match discover::cloud_id(&egress, &site.url).await {
            Err(why) => {
                let advice = format!(
                    "Look at sites.{name}.url, and at [upstream] if a proxy or a private authority is in the way."
                );
                (Finding::fail("site", format!("{name}: {why}"), advice), None)
            }
            Ok(found) if site.cloud_id.as_ref().is_some_and(|written| *written != found.cloud_id) => {
                let words = format!("{name}: its cloud id is {}, the settings say otherwise", found.cloud_id);
                (Finding::fail("site", words, format!("Correct sites.{name}.cloud_id.")), None)
            }
            Ok(found) => {
                let drifted = found.date.and_then(|date| drift(&date, clock.now()));
                (Finding::ok("site", format!("{name} answers, cloud id {}", found.cloud_id)), drifted)
            }
        };
        findings.push(finding);
        findings.extend(drifted);
    }
    findings
}

fn drift(date: &str, now: Timestamp) -> Option<Finding> {
    let ahead = discover::ahead(date, now)?;
    let words = format!("this machine's differs by {ahead} s from the site's");
    (ahead.abs() > DRIFT).then(|| Finding::warn("clock", words, "Set the machine's clock; switch on NTP."))
}
