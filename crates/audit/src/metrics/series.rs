use std::sync::{Arc, PoisonError, RwLock};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;
use rustc_hash::FxHashMap;
use types::SiteName;

use super::labels::{CallLabels, Named, StatusClass};

/// What tells calls apart that are counted differently.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) call: CallLabels,
    /// When Atlassian answered.
    pub(super) upstream: Option<Answered>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Answered {
    pub(super) site: Option<Named<SiteName>>,
    pub(super) class: StatusClass,
}

/// The members of the families that calls of one [`Key`] count in.
pub(super) struct Series {
    pub(super) requests: Counter,
    pub(super) duration: Histogram,
    pub(super) upstream: Option<(Histogram, Option<Counter>)>,
}

/// Every series that occurred, found by one hash instead of one for each family. No more than the families hold, and made of
/// the same closed sets.
#[derive(Default)]
pub(super) struct All(RwLock<FxHashMap<Key, Arc<Series>>>);

impl All {
    pub(super) fn of(&self, key: &Key, make: impl FnOnce() -> Series) -> Arc<Series> {
        // A panic while it was held leaves a map in which a series is missing, which is made again.
        let found = self.0.read().unwrap_or_else(PoisonError::into_inner).get(key).map(Arc::clone);
        found.unwrap_or_else(|| {
            let made = Arc::new(make());
            let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(key.clone()).or_insert(made))
        })
    }
}
