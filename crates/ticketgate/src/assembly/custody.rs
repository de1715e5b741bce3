//! What is kept: the store, the root key that opens what is sealed in it, the audit, the clients.

use std::path::Path;
use std::sync::Arc;

use audit::{Recorder, Writer};
use catalogue::Catalogue;
use clock::{Clock, random};
use control::keys;
use oauth::{Clients, Outside};
use seal::{Fresh, Keyring, Sealed};
use store::Store;

use super::way_out;
use crate::private_file;
use crate::problem::{Exit, Problem};
use crate::root_key::{self, Files, Origin};
use crate::settings::Settings;

/// Name of the database file in the data directory.
pub(crate) const DATABASE: &str = "gateway.db";

/// Makes the data directory, or refuses one that others may use: whoever may write there can put another database or root
/// key in place of ours.
pub(super) fn data_dir(path: &Path) -> Result<(), Problem> {
    let unusable = |why: &dyn std::fmt::Display| {
        Problem::new(Exit::Data, format!("The data directory {} cannot be used.", path.display()))
            .because(why)
    };
    private_file::make_folder(path).map_err(|error| unusable(&error))?;
    match private_file::open_to_others(path).map_err(|error| unusable(&error))? {
        None => Ok(()),
        Some(mode) => Err(unusable(&format!("it is open to others (mode {mode:03o})"))
            .advise(format!("chmod 700 {}", path.display()))),
    }
}

pub(super) async fn open_store(data_dir: &Path) -> Result<Store, Problem> {
    let path = data_dir.join(DATABASE);
    Store::open(&path).await.map_err(|error| {
        Problem::new(Exit::Data, format!("The database {} cannot be used.", path.display()))
            .because(&error)
            .advise(match error {
                store::StoreError::InUse { .. } => "Stop the other gateway, or name another data directory with --data-dir.",
                store::StoreError::Damaged { .. } => "Nothing was changed. Bring the file back from a backup, or move the folder away to begin anew.",
                _ => "Look at the folder's owner, mode and free space.",
            })
    })
}

/// The root keys, once it is certain that they belong to this store, and where they are kept.
pub(super) async fn keyring(
    data_dir: &Path,
    store: &Store,
    clock: &Clock,
) -> Result<(Arc<Keyring>, Arc<Files>), Problem> {
    let failed = |error: &dyn std::fmt::Display| {
        Problem::new(Exit::Data, "The root key cannot be checked against the database.").because(error)
    };
    let check = store.meta().get(keys::CHECK).await.map_err(|error| failed(&error))?;
    let loaded = root_key::load(data_dir, check.is_none())?;
    let (origin, files) = (loaded.origin, Arc::new(loaded.files(data_dir)));
    let keyring = loaded.ring();
    match check {
        Some(bytes) => verify(&keyring, bytes)?,
        None => {
            let fresh = random::bytes().map_err(|error| failed(&error))?;
            let check = keyring.check_value(Fresh::from_bytes(fresh)).map_err(|error| failed(&error))?;
            store.meta().put(keys::CHECK, check.as_bytes()).await.map_err(|error| failed(&error))?;
            let first = keys::first_of_history(keyring.current(), clock.now());
            store.meta().put(keys::HISTORY, &first).await.map_err(|error| failed(&error))?;
        }
    }
    let path = data_dir.join(root_key::FILE);
    match origin {
        Origin::Made => tracing::warn!(
            file = %path.display(), id = %keyring.current(),
            "made a root key; keep a copy elsewhere: without it no grant in the database can be opened"
        ),
        Origin::File => tracing::info!(file = %path.display(), id = %keyring.current(), "root key"),
        Origin::Environment => tracing::info!(from = root_key::VARIABLE, id = %keyring.current(), "root key"),
    }
    for id in keyring.retired() {
        tracing::info!(%id, "retired root key; it opens what it sealed");
    }
    Ok((Arc::new(keyring), files))
}

/// Whether this keyring opens what the store holds.
pub(crate) fn verify(keyring: &Keyring, check: Vec<u8>) -> Result<(), Problem> {
    let wrong = |error: &dyn std::fmt::Display| {
        Problem::new(Exit::Data, "The root key does not belong to this database. Nothing was changed.")
            .because(error)
            .advise(format!(
                "Put the root key with the id named above into {} or {}; one that was retired, into a file {}.ID or {}.",
                root_key::FILE,
                root_key::VARIABLE,
                root_key::FILE,
                root_key::RETIRED_VARIABLE
            ))
    };
    let check = Sealed::from_bytes(check).map_err(|error| wrong(&error))?;
    keyring.verify_check(&check).map_err(|error| wrong(&error))
}

pub(super) async fn recorder(
    settings: &Settings,
    store: &Store,
    clock: &Clock,
) -> Result<(Recorder, Writer), Problem> {
    let settings = audit::Settings {
        queue_capacity: settings.audit.queue,
        anchor_file: Some(settings.anchor_file()),
        linger: settings.audit.linger,
        ..audit::Settings::default()
    };
    Recorder::start(store.clone(), clock.clone(), settings)
        .await
        .map_err(|error| Problem::new(Exit::Data, "The audit cannot be continued.").because(error))
}

pub(super) async fn clients(
    settings: &Settings,
    store: &Store,
    clock: &Clock,
    catalogue: &Arc<Catalogue>,
    keyring: &Arc<Keyring>,
) -> Result<Clients, Problem> {
    let tokens =
        oauth::Settings::new(settings.limits.token_life, oauth::Settings::default().tokens_per_client())
            .map_err(|error| {
                Problem::new(Exit::Settings, "limits.token_life cannot be used.").because(error)
            })?;
    let outside = Outside {
        issuers: settings.issuers.clone(),
        operators: Some(way_out::egress(&settings.upstream)?),
        strangers: Some(way_out::to_strangers(settings)?),
    };
    let (store, clock, keyring) = (store.clone(), clock.clone(), Arc::clone(keyring));
    Clients::load_among(store, clock, Arc::clone(catalogue), tokens, keyring, outside)
        .await
        .map_err(|error| Problem::new(Exit::Data, "The clients cannot be read.").because(error))
}
