//! What is kept: the store, the root key that opens what is sealed in it, the audit, the clients.

use std::path::Path;
use std::sync::Arc;

use audit::{Recorder, Writer};
use catalogue::Catalogue;
use clock::{Clock, random};
use control::keys;
use egress::Egress;
use oauth::{Clients, Outside};
use seal::{Fresh, Keyring, Sealed};
use store::{Store, StoreError};
use types::Secret;
use zeroize::Zeroizing;

use super::{events, way_out};
use crate::private_file;
use crate::problem::{Exit, Problem};
use crate::root_key::{self, Files, Origin};
use crate::settings::{self, Settings};

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

/// The gateway's own database, with custody where the settings say.
pub(super) async fn open_store(settings: &Settings) -> Result<Store, Problem> {
    let store = open_own(&settings.data_dir).await?;
    let Some(custody) = &settings.custody else { return Ok(store) };
    let store = store.with_custody_at(&shared_url(custody)?).await.map_err(|error| unshared(&error))?;
    match store.grants_here().list().await {
        Ok(left) if !left.is_empty() => tracing::warn!(
            grants = left.len(),
            "grants in this gateway's own database are not used while custody is shared; add them again with `ticketgate grant add`"
        ),
        _ => tracing::info!("custody is in the shared database"),
    }
    Ok(store)
}

/// The shared database's URL, from wherever it is.
pub(crate) fn shared_url(custody: &settings::Custody) -> Result<Secret, Problem> {
    let file = match custody {
        settings::Custody::Url(url) => return Ok(url.clone()),
        settings::Custody::File(file) => file,
    };
    let text = Zeroizing::new(private_file::read(file).map_err(|error| {
        Problem::new(Exit::Settings, format!("The URL in {} cannot be used.", file.display()))
            .because(error)
            .advise("Write it into a file that only the gateway can read (chmod 600).")
    })?);
    Ok(Secret::new(text.trim().to_owned()))
}

/// Why custody cannot be had where the settings say.
pub(crate) fn unshared(error: &StoreError) -> Problem {
    let advice = match error {
        StoreError::Newer => "Use the version that the other gateways have.",
        _ => {
            "Look at `custody.postgres`, and whether the server answers there; docs/operators.md, \"Several instances\", says what it needs."
        }
    };
    Problem::new(Exit::Data, "The shared database cannot be used.").because(error).advise(advice)
}

async fn open_own(data_dir: &Path) -> Result<Store, Problem> {
    let path = data_dir.join(DATABASE);
    Store::open(&path).await.map_err(|error| {
        Problem::new(Exit::Data, format!("The database {} cannot be used.", path.display()))
            .because(&error)
            .advise(match error {
                StoreError::InUse { .. } => "Stop the other gateway, or name another data directory with --data-dir.",
                StoreError::Damaged { .. } => "Nothing was changed. Bring the file back from a backup, or move the folder away to begin anew.",
                _ => "Look at the folder's owner, mode and free space.",
            })
    })
}

/// The root keys, once it is certain that they belong to this store, and to the shared database where there is one; and where they
/// are kept.
pub(super) async fn keyring(
    data_dir: &Path,
    store: &Store,
    clock: &Clock,
) -> Result<(Arc<Keyring>, Arc<Files>), Problem> {
    let failed = |error: &dyn std::fmt::Display| {
        Problem::new(Exit::Data, "The root key cannot be checked against the database.").because(error)
    };
    let own = store.meta().get(keys::CHECK).await.map_err(|error| failed(&error))?;
    let shared = store.custody_meta().get(keys::CHECK).await.map_err(|error| failed(&error))?;
    // A key of one's own beside a database of others would open nothing in it.
    let loaded = root_key::load(data_dir, own.is_none() && shared.is_none())?;
    let (origin, files) = (loaded.origin, Arc::new(loaded.files(data_dir)));
    let keyring = loaded.ring();
    let fresh = random::bytes().map_err(|error| failed(&error))?;
    let check = keyring.check_value(Fresh::from_bytes(fresh)).map_err(|error| failed(&error))?;
    // Both are looked at before anything is put: a wrong key leaves no trace. Of gateways that begin a shared database at once,
    // one settles which key belongs to it.
    let is_new = own.is_none();
    if let Some(own) = own {
        verify(&keyring, own, Place::Own)?;
    }
    if store.custody_is_shared() {
        let settled = store.custody_meta().settle(keys::CHECK, check.as_bytes()).await;
        verify(&keyring, settled.map_err(|error| failed(&error))?, Place::Shared)?;
    }
    store.meta().settle(keys::CHECK, check.as_bytes()).await.map_err(|error| failed(&error))?;
    if is_new {
        let first = keys::first_of_history(keyring.current(), clock.now());
        store.meta().put(keys::HISTORY, &first).await.map_err(|error| failed(&error))?;
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

/// Which database a key has to fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The gateway's own.
    Own,
    /// The one it shares with others.
    Shared,
}

/// Whether this keyring opens what the store holds.
pub(crate) fn verify(keyring: &Keyring, check: Vec<u8>, place: Place) -> Result<(), Problem> {
    let (database, whose) = match place {
        Place::Own => ("this database", "the root key with the id named above"),
        Place::Shared => {
            ("the shared database", "the root key of the other gateways, which has the id named above,")
        }
    };
    let wrong = |error: &dyn std::fmt::Display| {
        Problem::new(Exit::Data, format!("The root key does not belong to {database}. Nothing was changed."))
            .because(error)
            .advise(format!(
                "Put {whose} into {} or {}; one that was retired, into a file {}.ID or {}.",
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
    egress: &Egress,
) -> Result<(Recorder, Writer), Problem> {
    let settings = audit::Settings {
        queue_capacity: settings.audit.queue,
        anchor_file: Some(settings.anchor_file()),
        linger: settings.audit.linger,
        events: events::events(settings, egress)?,
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
    egress: Egress,
) -> Result<Clients, Problem> {
    let tokens =
        oauth::Settings::new(settings.limits.token_life, oauth::Settings::default().tokens_per_client())
            .map_err(|error| {
                Problem::new(Exit::Settings, "limits.token_life cannot be used.").because(error)
            })?;
    let outside = Outside {
        issuers: settings.issuers.clone(),
        strangers: Some(way_out::to_strangers(&egress, settings)),
        operators: Some(egress),
    };
    let (store, clock, keyring) = (store.clone(), clock.clone(), Arc::clone(keyring));
    Clients::load_among(store, clock, Arc::clone(catalogue), tokens, keyring, outside)
        .await
        .map_err(|error| Problem::new(Exit::Data, "The clients cannot be read.").because(error))
}
