//! What a trial is to do.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::naive::Algorithm;

/// Who keeps the grants.
#[derive(Clone, Debug)]
pub enum Subject {
    /// `ticketgate serve`, built with the feature `failpoints`.
    Ticketgate {
        /// The program.
        program: PathBuf,
    },
    /// A naive way.
    Naive {
        /// This crate's own program.
        program: PathBuf,
        /// Which way.
        algorithm: Algorithm,
    },
}

impl Subject {
    /// What the report calls it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Ticketgate { .. } => "ticketgate",
            Self::Naive { algorithm: Algorithm::LockThatEnds, .. } => "a lock that ends",
            Self::Naive { algorithm: Algorithm::WrittenLater, .. } => "written later",
        }
    }
}

/// Where grants are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Store {
    /// In each process's own file.
    Sqlite,
    /// In a database that the processes share.
    Postgres,
}

/// What the provider does with a refresh token that comes again in its leeway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// A further pair; the first stays good.
    NewPair,
    /// A further pair, and the first dies.
    NewPairReplaces,
    /// The first pair once more.
    SamePair,
}

impl Retry {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::NewPairReplaces, Self::NewPair, Self::SamePair];
}

/// A trial.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Who is tried.
    pub subject: Subject,
    /// Where grants are kept.
    pub store: Store,
    /// Kills, all together.
    pub kills: u64,
    /// The trial stops killing after so long, whatever was reached.
    pub at_most: Duration,
    /// The same seed gives the same choices; what comes of them also depends on the machine.
    pub seed: u64,
    /// Independent settings side by side, each with a provider of its own.
    pub lanes: usize,
    /// Processes in each lane.
    pub processes: usize,
    /// Grants in each lane.
    pub grants: usize,
    /// How long an access token lives, in seconds.
    pub access_token_seconds: u64,
    /// How long a refresh token may be sent again, in seconds.
    pub leeway_seconds: u64,
    /// How long the gateway waits for the provider.
    pub answer_within: Duration,
    /// The longest a provider takes.
    pub slowest: Duration,
    /// The share of refreshes that something happens to.
    pub trouble: f64,
    /// What the provider does with repeats; in turns, lane by lane, when there is none.
    pub retry: Option<Retry>,
    /// The pause between two calls with one grant.
    pub pause: Duration,
    /// The longest a process runs before it is killed at a random moment.
    pub longest_run: Duration,
    /// Where the processes keep their files; a temporary folder when there is none. A folder in memory makes starts quick.
    pub folder: Option<PathBuf>,
    /// Whether lines say how far it is.
    pub progress: bool,
}

impl Plan {
    /// The usual sizes for one process, or for several that share a database.
    #[must_use]
    pub const fn new(subject: Subject, store: Store) -> Self {
        let shared = matches!(store, Store::Postgres);
        Self {
            subject,
            store,
            kills: 100,
            at_most: Duration::from_secs(600),
            seed: 1,
            lanes: 1,
            processes: if shared { 3 } else { 1 },
            grants: if shared { 90 } else { 24 },
            access_token_seconds: if shared { 30 } else { 8 },
            leeway_seconds: if shared { 120 } else { 40 },
            answer_within: Duration::from_secs(2),
            slowest: Duration::from_millis(400),
            trouble: 0.12,
            retry: None,
            pause: Duration::from_millis(400),
            longest_run: Duration::from_millis(1_500),
            folder: None,
            progress: false,
        }
    }
}
