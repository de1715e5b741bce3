//! The root keys' files: `root.key`, made at first start, and beside it one for each retired key, `root.key.ID`. Readable by
//! their owner only. Variables of the environment can hold all of them instead.

mod files;

use std::io;
use std::path::Path;

use clock::random;
use control::keys;
use seal::{KeyId, Keyring, RootKey};
use types::Secret;
use zeroize::Zeroizing;

use crate::private_file;
use crate::problem::{Exit, Problem};

/// Name of the file in the data directory.
pub(crate) const FILE: &str = "root.key";

/// Holds the key in place of the file.
pub(crate) const VARIABLE: &str = "TICKETGATE_ROOT_KEY";

/// Holds retired keys beside their files, with blanks, commas or line ends between them.
pub(crate) const RETIRED_VARIABLE: &str = "TICKETGATE_RETIRED_ROOT_KEYS";

pub(crate) use files::Files;

/// The root keys that are there.
#[derive(Debug)]
pub(crate) struct Keys {
    current: RootKey,
    /// Where the current one came from.
    pub(crate) origin: Origin,
    retired: Vec<(RootKey, keys::Origin)>,
}

impl Keys {
    /// Where the keys are from now on.
    pub(crate) fn files(&self, data_dir: &Path) -> Files {
        let of_environment = |(key, origin): &(RootKey, keys::Origin)| {
            (*origin == keys::Origin::Environment).then(|| key.id())
        };
        let mut environment: Vec<KeyId> = self.retired.iter().filter_map(of_environment).collect();
        environment.extend((self.origin == Origin::Environment).then(|| self.current.id()));
        Files::new(data_dir, environment)
    }

    /// What seals and opens with them.
    pub(crate) fn ring(self) -> Keyring {
        Keyring::new(self.current, self.retired.into_iter().map(|(key, _)| key).collect())
    }
}

/// Where the key came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The environment variable.
    Environment,
    /// The file, which was there.
    File,
    /// The file, made just now.
    Made,
}

/// The root keys: the current one from the environment or from the file, the retired ones from both.
///
/// A missing file is made only when `may_make` says that nothing was sealed yet: a new key beside an old database
/// would open nothing, and would hide that the old key is what is missing.
///
/// # Errors
/// When a key cannot be read, is not one, or could be read by others.
pub(crate) fn load(data_dir: &Path, may_make: bool) -> Result<Keys, Problem> {
    // In this order: a rotation under way keeps a key among the retired ones before it puts another in its place.
    let (current, origin) = current(data_dir, may_make)?;
    Ok(Keys { current, origin, retired: retired(data_dir)? })
}

fn current(data_dir: &Path, may_make: bool) -> Result<(RootKey, Origin), Problem> {
    if let Ok(text) = std::env::var(VARIABLE) {
        return Ok((of_variable(VARIABLE, text)?, Origin::Environment));
    }
    let path = data_dir.join(FILE);
    match private_file::read(&path) {
        Ok(text) => parse(&path, &Secret::new(text)).map(|key| (key, Origin::File)),
        Err(error) if error.kind() == io::ErrorKind::NotFound && may_make => {
            make(&path).map(|key| (key, Origin::Made))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(Problem::new(Exit::Data, format!("The root key file {} is missing.", path.display()))
                .because("The database beside it holds things sealed with it.")
                .advise(format!("Bring the file back from where you keep it, or set {VARIABLE}.")))
        }
        Err(error) => {
            Err(Problem::new(Exit::Data, format!("The root key file {} cannot be used.", path.display()))
                .because(error)
                .advise("It must be readable by the gateway's own user and nobody else: mode 600."))
        }
    }
}

fn of_variable(name: &str, text: String) -> Result<RootKey, Problem> {
    RootKey::parse(&Secret::new(text)).map_err(|error| {
        Problem::new(Exit::Data, format!("{name} does not hold a root key."))
            .because(error)
            .advise("Give the whole text, from tgk_ on.")
    })
}

fn retired(data_dir: &Path) -> Result<Vec<(RootKey, keys::Origin)>, Problem> {
    let mut found = Vec::new();
    let text = Zeroizing::new(std::env::var(RETIRED_VARIABLE).unwrap_or_default());
    for text in text.split([' ', ',', '\t', '\r', '\n']).filter(|text| !text.is_empty()) {
        let key = of_variable(RETIRED_VARIABLE, text.to_owned())?;
        if found.iter().all(|(other, _): &(RootKey, _)| other.id() != key.id()) {
            found.push((key, keys::Origin::Environment));
        }
    }
    let listed = files::retired(data_dir).map_err(|error| {
        Problem::new(Exit::Data, format!("The data directory {} cannot be read.", data_dir.display()))
            .because(error)
    })?;
    for (id, path) in listed {
        let text = private_file::read(&path).map_err(|error| {
            Problem::new(Exit::Data, format!("The retired root key {} cannot be used.", path.display()))
                .because(error)
                .advise("It must be readable by the gateway's own user and nobody else: mode 600.")
        })?;
        let key = parse(&path, &Secret::new(text))?;
        if key.id() != id {
            return Err(Problem::new(
                Exit::Data,
                format!("{} holds the root key {}.", path.display(), key.id()),
            )
            .advise("Name the file after the key it holds."));
        }
        if found.iter().all(|(other, _)| other.id() != id) {
            found.push((key, keys::Origin::File));
        }
    }
    Ok(found)
}

fn parse(path: &Path, text: &Secret) -> Result<RootKey, Problem> {
    RootKey::parse(text).map_err(|error| {
        Problem::new(Exit::Data, format!("{} does not hold a root key.", path.display()))
            .because(error)
            .advise("Bring the file back from where you keep it.")
    })
}

fn make(path: &Path) -> Result<RootKey, Problem> {
    let failed = |error: &dyn std::fmt::Display| {
        Problem::new(Exit::Data, format!("The root key file {} cannot be made.", path.display()))
            .because(error)
    };
    let bytes = random::bytes::<32>().map_err(|error| failed(&error))?;
    let key = RootKey::from_bytes(Zeroizing::new(bytes));
    let text = key.render();
    let made = private_file::create(path, text.open().as_bytes());
    // Its name must be on disk before the database that needs it is.
    made.and_then(|()| private_file::sync_folder_of(path)).map_err(|error| failed(&error))?;
    Ok(key)
}

/// Makes a root key in a new file, for whoever keeps keys elsewhere.
///
/// # Errors
/// When the file exists or cannot be written.
pub(crate) fn make_at(path: &Path) -> Result<KeyId, Problem> {
    make(path).map(|key| key.id())
}

#[cfg(test)]
mod tests;
