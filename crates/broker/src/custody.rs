//! What token families are kept with.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clock::{Clock, Tick, random};
use store::Store;

/// How redemptions are made, and by whom.
#[derive(Clone, Debug)]
pub struct CustodySettings {
    /// How long the provider may take to answer. Long: an answer that comes late is still worth more than asking again.
    pub answer_within: Duration,
    /// Where people go to connect a grant again: the gateway's own address.
    pub reconnect_at: Option<String>,
}

impl Default for CustodySettings {
    fn default() -> Self {
        Self { answer_within: Duration::from_secs(30), reconnect_at: None }
    }
}

/// How long a holder may take besides waiting for the provider: to write down what it got, on a slow disk.
const TO_COMMIT: Duration = Duration::from_secs(10);

/// For how long a shared store may be silent before tokens read from it count for nothing: another instance may have refreshed
/// them meanwhile. Well inside the ten minutes an old access token lives on.
const LONGEST_SILENCE: Duration = Duration::from_secs(120);

/// The store, and who this process is to the others that use it.
#[derive(Clone)]
pub(crate) struct Custody(Arc<Inner>);

struct Inner {
    store: Store,
    instance: String,
    alone: bool,
    settings: CustodySettings,
    /// When the shared store was last read, unless there is none.
    seen: Mutex<Option<Tick>>,
    /// Redemptions under way.
    redeeming: AtomicU64,
}

impl Custody {
    pub(crate) fn new(
        store: Store,
        alone: bool,
        settings: CustodySettings,
    ) -> Result<Self, random::NoRandomness> {
        let drawn = u64::from_le_bytes(random::bytes()?);
        Ok(Self(Arc::new(Inner {
            store,
            instance: format!("{drawn:016x}"),
            alone,
            settings,
            seen: Mutex::default(),
            redeeming: AtomicU64::new(0),
        })))
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    /// This process: another one after each start.
    pub(crate) fn instance(&self) -> &str {
        &self.0.instance
    }

    /// Whether nobody else can have the store open.
    pub(crate) fn is_alone(&self) -> bool {
        self.0.alone
    }

    /// Where a person goes to give, or give again, what calls in their name go out with.
    pub(crate) fn where_to_sign_in(&self) -> String {
        match &self.settings().reconnect_at {
            Some(at) => format!("Sign in again at {at}/auth/login."),
            None => "Sign in at the gateway again.".to_owned(),
        }
    }

    pub(crate) fn settings(&self) -> &CustodySettings {
        &self.0.settings
    }

    /// How long one redemption takes at most, the provider and the store together.
    pub(crate) fn patience(&self) -> Duration {
        self.0.settings.answer_within + TO_COMMIT
    }

    /// The shared store was read.
    pub(crate) fn heard(&self, clock: &Clock) {
        *self.0.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(clock.tick());
    }

    /// Whether what was read from the shared store may be out of date.
    pub(crate) fn is_deaf(&self, clock: &Clock) -> bool {
        // Calls come through here: with a store of one's own there is nothing to lock and no time to read.
        if self.0.alone {
            return false;
        }
        let seen = *self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.is_none_or(|seen| clock.tick().since(seen) >= LONGEST_SILENCE)
    }

    /// Counts a redemption as under way until the answer is dropped.
    pub(crate) fn redeeming(&self) -> Redeeming {
        self.0.redeeming.fetch_add(1, Ordering::AcqRel);
        Redeeming(self.clone())
    }

    /// How many redemptions are under way.
    pub(crate) fn under_way(&self) -> u64 {
        self.0.redeeming.load(Ordering::Acquire)
    }
}

/// One redemption under way.
pub(crate) struct Redeeming(Custody);

impl Drop for Redeeming {
    fn drop(&mut self) {
        self.0.0.redeeming.fetch_sub(1, Ordering::AcqRel);
    }
}
