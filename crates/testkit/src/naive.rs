//! Naive ways to keep grants, as small gateways: what the trial has to find fault with.
//!
//! They answer the same call as the gateway, find the grant by the user name of Basic, and keep pairs in files that the
//! processes of a lane share. A refresh token the provider refuses ends the grant for them, as it does for most programs.

mod kept;
mod lock_that_ends;
mod points;
mod serve;
mod written_later;

use std::path::PathBuf;

use clap::ValueEnum;
use serde::Deserialize;

pub use serve::serve;

/// The file in the working directory that says what there is to keep.
pub(crate) const SETTINGS: &str = "naive.json";

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Algorithm {
    /// Whoever refreshes takes a lock first, which ends by itself after a while, because its holder may have died. A provider may be
    /// slower than that.
    LockThatEnds,
    /// Whoever refreshes uses the new pair at once and writes it down later, together with others.
    WrittenLater,
}

impl Algorithm {
    /// As an argument.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::LockThatEnds => "lock-that-ends",
            Self::WrittenLater => "written-later",
        }
    }
}

#[derive(Debug, Deserialize)]
struct Settings {
    token_url: String,
    api: String,
    shared: PathBuf,
    grants: std::collections::BTreeMap<String, Consented>,
}

#[derive(Clone, Debug, Deserialize)]
struct Consented {
    client_id: String,
    client_secret: String,
    refresh_token: String,
}

/// Why there is no token.
#[derive(Debug)]
enum Without {
    /// None this time.
    ForNow,
    /// The provider refused the refresh token.
    ForGood,
}
