//! One key in place of another on disk, so that at no moment a key is missing that something is sealed with.

use std::path::{Path, PathBuf};
use std::{fs, io};

use control::keys::{KeyFiles, Origin};
use seal::{KeyId, RootKey};
use types::Secret;

use super::FILE;
use crate::private_file;

/// The keys of a data directory, and those the environment holds.
#[derive(Debug)]
pub(crate) struct Files {
    data_dir: PathBuf,
    environment: Vec<KeyId>,
}

impl Files {
    pub(super) fn new(data_dir: &Path, environment: Vec<KeyId>) -> Self {
        Self { data_dir: data_dir.to_owned(), environment }
    }

    fn current(&self) -> PathBuf {
        self.data_dir.join(FILE)
    }

    fn read_current(&self) -> io::Result<(KeyId, Secret)> {
        let text = Secret::new(private_file::read(&self.current())?);
        let key = RootKey::parse(&text).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        Ok((key.id(), text))
    }

    /// First step of a rotation: the current key is a retired one too. A crash after it leaves a file too many, which says
    /// nothing new.
    pub(super) fn keep_retired(&self, id: KeyId) -> io::Result<()> {
        let (found, _) = self.read_current()?;
        if found != id {
            // Nothing was sealed with that one yet, or it would be what this process seals with.
            let kept = self.data_dir.join(retired_name(id));
            return if kept.exists() {
                Ok(())
            } else {
                Err(io::Error::other(format!("root.key holds {found}, not {id}")))
            };
        }
        let text = private_file::read(&self.current())?;
        private_file::replace_durably(&self.data_dir.join(retired_name(id)), text.as_bytes())
    }

    /// Second step: the new key is the current one.
    pub(super) fn put_new(&self, new: &RootKey) -> io::Result<()> {
        private_file::replace_durably(&self.current(), new.render().open().as_bytes())
    }
}

impl KeyFiles for Files {
    fn origin(&self, id: KeyId) -> Option<Origin> {
        if self.environment.contains(&id) {
            return Some(Origin::Environment);
        }
        let kept = self.data_dir.join(retired_name(id)).exists();
        let current = || self.read_current().is_ok_and(|(found, _)| found == id);
        (kept || current()).then_some(Origin::File)
    }

    fn put_current(&self, old: KeyId, new: &RootKey) -> io::Result<()> {
        self.keep_retired(old)?;
        self.put_new(new)
    }

    fn remove_retired(&self, id: KeyId) -> io::Result<()> {
        let path = self.data_dir.join(retired_name(id));
        fs::remove_file(&path)?;
        private_file::sync_folder_of(&path)
    }
}

fn retired_name(id: KeyId) -> String {
    format!("{FILE}.{id}")
}

/// The files of retired keys, by name.
pub(super) fn retired(data_dir: &Path) -> io::Result<Vec<(KeyId, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(data_dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let id = name.to_str().and_then(|name| name.strip_prefix(FILE)?.strip_prefix('.')?.parse().ok());
        found.extend(id.map(|id| (id, entry.path())));
    }
    found.sort();
    Ok(found)
}
