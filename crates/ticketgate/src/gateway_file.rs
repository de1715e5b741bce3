//! `gateway.json`: how commands on the same machine find a running gateway.
//!
//! The server writes it into the data directory when it answers and removes it when it stops. It holds the address and
//! an operator token made for this run, so only the owner may read it. After a crash the file stays behind; its token
//! is then worth nothing, because the next run makes another, and commands find out before they send it (`reach`).

use std::io;
use std::path::{Path, PathBuf};

use seal::token::Minted;
use serde::Deserialize;
use types::Secret;

use crate::private_file;

const NAME: &str = "gateway.json";

/// What the file says.
#[derive(Debug, Deserialize)]
pub(crate) struct GatewayFile {
    /// Base URL of the gateway.
    pub(crate) url: String,
    /// Operator token of this run.
    pub(crate) token: Secret,
    /// Certificate to trust when `url` is https with a private certificate.
    #[serde(default)]
    pub(crate) certificate: Option<PathBuf>,
}

/// Writes the file.
pub(crate) fn write(
    data_dir: &Path,
    url: &str,
    token: &Minted,
    certificate: Option<&Path>,
) -> io::Result<()> {
    let contents = serde_json::json!({ "url": url, "token": token.text.open(), "certificate": certificate });
    private_file::replace(&data_dir.join(NAME), contents.to_string().as_bytes())
}

/// Reads the file; `NotFound` when no gateway runs with this data directory.
pub(crate) fn read(data_dir: &Path) -> io::Result<GatewayFile> {
    let text = private_file::read(&data_dir.join(NAME))?;
    serde_json::from_str(&text).map_err(io::Error::from)
}

/// Whether there is a file, readable or not.
pub(crate) fn exists(data_dir: &Path) -> bool {
    data_dir.join(NAME).exists()
}

/// Removes the file; it may be gone already.
pub(crate) fn remove(data_dir: &Path) {
    if let Err(error) = std::fs::remove_file(data_dir.join(NAME))
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "gateway.json could not be removed; its token is void all the same");
    }
}
