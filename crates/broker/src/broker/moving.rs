//! Grants on their way to another installation, or from one.

use seal::export::{Item, NotAnExport, PackError, UnpackError};
use seal::{Export, ImportKey, Sealed};
use serde::{Deserialize, Serialize};
use types::{GrantName, Secret, SiteName};
use zeroize::Zeroizing;

use super::{Broker, binding};
use crate::family::pair::Pair;
use crate::grant::{Facts, GrantError, Material, NewGrant};

/// The clear part of a line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Clear {
    name: GrantName,
    sites: Vec<SiteName>,
    facts: Facts,
}

/// Why grants were not moved. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// A grant of the export cannot be opened here.
    #[error("the stored grant {0} cannot be opened")]
    Damaged(GrantName),
    /// Nothing could be sealed.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The file is none.
    #[error("this is no file of grants: {0}")]
    Read(#[from] NotAnExport),
    /// The file does not open here.
    #[error("the file does not open: {0}")]
    Unpack(#[from] UnpackError),
    /// It opened, and what is in it means nothing to this version.
    #[error("entry {place} of the file holds no grant of a kind this version knows")]
    Unknown {
        /// Counted from 1.
        place: usize,
    },
    /// One name twice.
    #[error("the file holds the grant {0} twice")]
    Twice(GrantName),
    /// No such grant, or one that cannot be right here.
    #[error(transparent)]
    Grant(#[from] GrantError),
}

impl Broker {
    /// Seals grants to another installation's key. They stay in custody here.
    ///
    /// # Errors
    /// When there is none of a name, one cannot be opened, or nothing can be sealed to the key.
    pub fn pack(&self, names: &[GrantName], to: ImportKey) -> Result<Export, MoveError> {
        let items = names.iter().map(|name| self.item(name)).collect::<Result<Vec<_>, _>>()?;
        Ok(Export::seal(to, &items)?)
    }

    fn item(&self, name: &GrantName) -> Result<Item, MoveError> {
        let holding = self.holding(name).ok_or_else(|| GrantError::Missing(name.clone()))?;
        let damaged = || MoveError::Damaged(name.clone());
        let keyring = &self.0.means.keyring;
        let secret = if let Some((_, family)) = holding.family() {
            let pair = Pair::open(keyring, &family.row()).ok_or_else(damaged)?;
            Zeroizing::new(pair.refresh.open().as_bytes().to_vec())
        } else {
            let sealed = Sealed::from_bytes(holding.row.sealed.clone()).map_err(|_| damaged())?;
            keyring.open(&sealed, &binding(name)).map_err(|_| damaged())?
        };
        let facts = holding.facts.clone().ok_or_else(damaged)?;
        let clear = Clear { name: name.clone(), sites: holding.row.sites.clone(), facts };
        Ok((serde_json::to_string(&clear).map_err(|_| damaged())?, secret))
    }

    /// Opens a file of grants that was sealed to this installation: all of it, each grant one that could be taken into
    /// custody here, or nothing. Takes nothing into custody.
    ///
    /// # Errors
    /// [`MoveError`] says what is wrong with the file.
    pub fn unpack(&self, file: &str) -> Result<Vec<NewGrant>, MoveError> {
        let items = self.0.means.keyring.unpack(&Export::parse(file)?)?;
        let mut grants: Vec<NewGrant> = Vec::with_capacity(items.len());
        for (place, (clear, secret)) in items.iter().enumerate() {
            let unknown = || MoveError::Unknown { place: place + 1 };
            let clear: Clear = serde_json::from_str(clear).map_err(|_| unknown())?;
            let secret = Secret::new(std::str::from_utf8(secret).map_err(|_| unknown())?.to_owned());
            if grants.iter().any(|grant| grant.name == clear.name) {
                return Err(MoveError::Twice(clear.name));
            }
            let material = material(clear.facts, secret);
            self.check_sites(&self.facts(&material)?, &clear.sites)?;
            material.check_secret()?;
            grants.push(NewGrant { name: clear.name, sites: clear.sites, material });
        }
        Ok(grants)
    }
}

fn material(facts: Facts, secret: Secret) -> Material {
    match facts {
        Facts::ServiceAccount { client_id, token_url } => {
            Material::ServiceAccount { client_id, client_secret: secret, token_url }
        }
        Facts::ApiToken { email, scoped } => Material::ApiToken { email, token: secret, scoped },
        Facts::PersonalAccessToken {} => Material::PersonalAccessToken { token: secret },
        Facts::ThreeLegged { app, account, account_name, .. } => {
            Material::ThreeLegged { app, account, account_name, refresh_token: secret }
        }
    }
}
