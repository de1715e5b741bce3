//! What lies on this machine's disk.

use control::keys::CHECK;
use store::Store;

use super::Finding;
use crate::assembly::{DATABASE, verify};
use crate::output::counted;
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
    match root_key::load(&settings.data_dir, false) {
        Ok(keys) => {
            let keyring = keys.ring();
            match verify(&keyring, check) {
                Ok(()) => Finding::ok("root key", format!("{} opens the database", keyring.current())),
                Err(problem) => {
                    Finding::fail("root key", problem.why(), "Put back the key the database wants.")
                }
            }
        }
        Err(problem) => Finding::fail("root key", problem.to_string(), "See above."),
    }
}
