//! Every change an operator can make, one file each, and every question an operator can ask.
//!
//! **Promises.**
//! - Command line, control API and console cannot differ, because all of them come through here.
//! - A change is recorded, durably and with what was before and after, *before* it takes effect; when it cannot be
//!   recorded it is not made. A change that then fails leaves a record of what was tried.
//! - A change that was asked for is carried through ([`Control::carry_through`]), also when whoever asked hangs up.
//! - A change takes effect at once: the rulebook is swapped as a whole, clients and grants are told in memory.
//! - Manifests are published all together or not at all: a broken file in the folder cannot take the rulebook away from a gateway
//!   that starts again.
//! - What is in force is a version in the store: it is kept before it takes effect, and is in force again after a restart. A change
//!   that widens what is permitted, where the settings want that, takes effect only with a yes that is bound to this very change
//!   and counts at that moment; nobody's own yes counts.
//! - No answer contains a secret, but the ones that make a client's secret or an operator's token, once.
//! - A new root key is on disk before anything is sealed with it, and what older keys sealed is sealed anew row by row: it can
//!   be cut off anywhere, and nothing that is replaced meanwhile is overwritten.
//! - An operator's token that was revoked or has ended is refused from the next request on.
//!
//! **Deliberately absent.** HTTP, and what an operator may do: `api` says which role each of its routes needs, and asks here
//! only who holds a token. Where root keys are kept ([`keys::KeyFiles`]). Settings: sites are read at start.

pub mod audit_log;
mod by;
pub mod clients;
pub mod elevations;
mod error;
mod explain;
pub mod grants;
pub mod keys;
pub mod manifests;
pub mod operators;
mod readiness;
pub mod repeats;
mod replay;
mod schemas;
pub mod sites;
mod under_way;
pub(crate) mod usage;
mod vending;
pub mod views;

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use arc_swap::ArcSwap;
use audit::{Change, Recorder, Text};
use broker::Broker;
use catalogue::Catalogue;
use clock::{Clock, Tick};
use egress::Egress;
use jiff::Timestamp;
use oauth::{Clients, Passes};
use policy::Rulebook;
use seal::Keyring;
use serde_json::Value;
use store::Store;
use types::{OperatorName, Site, SiteName};

pub use by::By;
pub use error::{ControlError, Kind};
pub use oauth::Stopped;

/// Who the gateway itself is, in records of what it does unasked.
pub const ITSELF: &str = "gateway";

/// The sites by name, as the rest of the gateway sees them.
pub type Sites = Arc<ArcSwap<BTreeMap<SiteName, Arc<Site>>>>;

/// What changes are made to.
#[derive(Clone)]
pub struct Parts {
    /// Where things are kept.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// The operations manifests speak about.
    pub catalogue: Arc<Catalogue>,
    /// What happened.
    pub recorder: Recorder,
    /// The rulebook in force.
    pub rulebook: Arc<ArcSwap<Rulebook>>,
    /// The sites.
    pub sites: Sites,
    /// Who may call.
    pub clients: Clients,
    /// What Atlassian gave us.
    pub broker: Broker,
    /// What everything is sealed with.
    pub keyring: Arc<Keyring>,
    /// Where its keys are kept.
    pub key_files: Arc<dyn keys::KeyFiles>,
    /// The way out, for asking sites.
    pub egress: Egress,
    /// Who may make changes.
    pub operators: operators::Roster,
    /// What people are sent out with to consent, and come back with.
    pub passes: Passes,
    /// Where manifests are read from.
    pub manifests: PathBuf,
    /// Which changes of manifests need whose approval.
    pub approval: manifests::Approval,
    /// Where people sign in: what is known of them.
    pub people: Option<manifests::People>,
}

/// The one way to change the gateway. Cheap to clone.
#[derive(Clone)]
pub struct Control(Arc<Inner>);

struct Inner {
    resealer: keys::Resealer,
    parts: Parts,
    published: Mutex<manifests::Published>,
    readiness: tokio::sync::Mutex<Option<(Tick, views::Readiness)>>,
    /// One change at a time: two operators cannot publish over each other, and before and after are true.
    turn: tokio::sync::Mutex<()>,
    /// Idempotency keys whose change is being made, by their places.
    under_way: Mutex<HashSet<[u8; 32]>>,
    /// Who asks for more just now, and which ends of elevations are still to be noted.
    elevating: elevations::UnderWay,
    /// What became of consents that were asked for.
    waiting: grants::authorize::Waiting,
    /// What tickets said when they were last read.
    watching: Mutex<manifests::Watching>,
    /// What grants covered when they were last looked at.
    seen: Mutex<grants::watch::Seen>,
    /// What Jira said lately about what accounts may do.
    held: Mutex<grants::permissions::Held>,
}

impl Control {
    /// Takes the parts. Nothing is published yet: [`Control::publish_at_start`] does that.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Inner {
            resealer: keys::Resealer::new(parts.store.clone(), Arc::clone(&parts.keyring)),
            parts,
            published: Mutex::default(),
            readiness: tokio::sync::Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            watching: Mutex::default(),
            seen: Mutex::default(),
            held: Mutex::default(),
            under_way: Mutex::default(),
            elevating: elevations::UnderWay::default(),
            waiting: grants::authorize::Waiting::default(),
        }))
    }

    /// The time the gateway goes by.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.parts().clock.now()
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.0.parts
    }

    /// Records a change before it is made.
    pub(crate) async fn record(
        &self,
        operator: &OperatorName,
        (action, target): (&'static str, &str),
        before: Value,
        after: Value,
    ) -> Result<(), ControlError> {
        let text = |value: Value| (!value.is_null()).then(|| Text::long(&value.to_string()));
        let change = Change {
            operator: operator.clone(),
            action: action.into(),
            target: Text::untrusted(target),
            before: text(before),
            after: text(after),
        };
        match self.parts().recorder.change(change).await {
            Ok(_receipt) => Ok(()),
            Err(refusal) => Err(ControlError::new(
                Kind::Unavailable,
                format!("The change could not be recorded, so it was not made. {}", refusal.detail()),
                refusal.advice(),
            )),
        }
    }
}

impl std::fmt::Debug for Control {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Control").field("manifests", &self.parts().manifests).finish_non_exhaustive()
    }
}
