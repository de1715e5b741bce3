//! What lies on this machine's disk, and in the database it shares with others.

use control::keys::CHECK;
use store::Store;

use super::Finding;
use crate::assembly::{DATABASE, Place, shared_url, unshared, verify};
use crate::output::counted;
use crate::problem::Problem;
use crate::settings::{Loaded, Settings};
use crate::{private_file, root_key};

pub(super) fn settings(loaded: &Loaded) -> Finding {
    let sites = loaded.settings.sites.len();
    let words = match &loaded.file {
        Some(file) => format!("{} is in order, {}", file.display(), counted(sites, "site")),
        None => format!("no settings file, defaults and environment only, {}", counted(sites, "site")),
    };
    if sites == 0 {
        return Finding::warn("settings", words, "Add a section [sites.NAME] with the url of your site.");
    }
    Finding::ok("settings", words)
}

/// The data directory, the root key in it, and whether the two belong together.
pub(super) async fn data(settings: &Settings) -> Vec<Finding> {
    let dir = &settings.data_dir;
    if !dir.exists() {
        let words = format!("{} is not there yet; it is made at first start", dir.display());
        return vec![Finding::ok("data", words)];
    }
    let mut findings = vec![match private_file::open_to_others(dir) {
        Ok(None) => Finding::ok("data", format!("{} is private", dir.display())),
        Ok(Some(mode)) => Finding::fail(
            "data",
            format!("{} is open to others (mode {mode:03o})", dir.display()),
            format!("chmod 700 {}", dir.display()),
        ),
        Err(error) => {
            Finding::fail("data", format!("{}: {error}", dir.display()), "Look at its owner and mode.")
        }
    }];
    if dir.join(DATABASE).exists() {
        findings.push(belonging(settings).await);
    }
    findings
}

async fn belonging(settings: &Settings) -> Finding {
    let path = settings.data_dir.join(DATABASE);
    let store = match Store::open_read_only(&path).await {
        Ok(store) => store,
        Err(error) => {
            let advice = "Bring the file back from a backup; the gateway will not start with it.";
            return Finding::fail("database", format!("{}: {error}", path.display()), advice);
        }
    };
    let check = store.meta().get(CHECK).await;
    store.close().await;
    let check = match check {
        Ok(Some(check)) => check,
        Ok(None) => return Finding::ok("database", "readable, nothing sealed in it yet"),
        Err(error) => {
            return Finding::fail("database", error.to_string(), "Bring the file back from a backup.");
        }
    };
    fitting(settings, check, Place::Own)
}

/// Whether the root key opens what is kept in a database.
fn fitting(settings: &Settings, check: Vec<u8>, place: Place) -> Finding {
    let (about, opens, advice) = match place {
        Place::Own => ("root key", "opens the database", "Put back the key the database wants."),
        Place::Shared => {
            ("custody", "opens the shared database, which answers", "Use the root key of the other gateways.")
        }
    };
    match root_key::load(&settings.data_dir, false) {
        Ok(keys) => {
            let keyring = keys.ring();
            match verify(&keyring, check, place) {
                Ok(()) => Finding::ok(about, format!("{} {opens}", keyring.current())),
                Err(problem) => Finding::fail(about, problem.why(), advice),
            }
        }
        Err(problem) => Finding::fail(about, problem.to_string(), "See above."),
    }
}

/// The database that gateways share, where the settings name one.
pub(super) async fn custody(settings: &Settings) -> Option<Finding> {
    let failed = |problem: Problem| Finding::fail("custody", problem.why(), problem.advice());
    let url = match shared_url(settings.custody.as_ref()?) {
        Ok(url) => url,
        Err(problem) => return Some(failed(problem)),
    };
    // What is only looked at needs a store of its own to hang on.
    let seen = async { Store::in_memory().await?.with_custody_seen_at(&url).await };
    let store = match seen.await {
        Ok(Some(store)) => store,
        Ok(None) => {
            let words = "the shared database answers; nothing is in it yet, tables are made at first start";
            return Some(Finding::ok("custody", words));
        }
        Err(error) => return Some(failed(unshared(&error))),
    };
    let check = store.custody_meta().get(CHECK).await;
    store.close().await;
    Some(match check {
        Ok(Some(check)) => fitting(settings, check, Place::Shared),
        Ok(None) => Finding::ok("custody", "the shared database answers; nothing is sealed in it yet"),
        Err(error) => failed(unshared(&error)),
    })
}
