//! The root key's file: made at first start, readable by its owner only, never replaced.

use std::io;
use std::path::Path;

use clock::random;
use seal::RootKey;
use types::Secret;
use zeroize::Zeroizing;

use crate::private_file;
use crate::problem::{Exit, Problem};

/// Name of the file in the data directory.
pub(crate) const FILE: &str = "root.key";

/// Holds the key in place of the file.
pub(crate) const VARIABLE: &str = "TICKETGATE_ROOT_KEY";

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

/// The root key from the environment, or from the file.
///
/// A missing file is made only when `may_make` says that nothing was sealed yet: a new key beside an old database
/// would open nothing, and would hide that the old key is what is missing.
///
/// # Errors
/// When the key cannot be read, is not one, or could be read by others.
pub(crate) fn load(data_dir: &Path, may_make: bool) -> Result<(RootKey, Origin), Problem> {
    if let Ok(text) = std::env::var(VARIABLE) {
        let key = RootKey::parse(&Secret::new(text)).map_err(|error| {
            Problem::new(Exit::Data, format!("{VARIABLE} does not hold a root key."))
                .because(error)
                .advise("Give the whole text, from tgk_ on.")
        })?;
        return Ok((key, Origin::Environment));
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
    private_file::create(path, text.open().as_bytes()).map_err(|error| failed(&error))?;
    Ok(key)
}

#[cfg(test)]
mod tests;
