//! Whether calls can be served.

use std::time::Duration;

use crate::Control;
use crate::views::{Readiness, ReadinessCheck};

/// How long an answer holds.
const HOLDS: Duration = Duration::from_secs(1);

/// The check that is told but does not decide by itself.
const MANIFESTS: &str = "manifests";

/// Where the store is asked to write, to see whether it can.
const KEY: &str = "readiness.asked";

impl Control {
    /// Looks at the store (by writing to it), the root key and the manifests.
    ///
    /// The root key needs no look: the gateway does not start with a wrong one. What was found holds for a second,
    /// because anyone may ask, and each look is a write to the disk.
    pub async fn readiness(&self) -> Readiness {
        let mut last = self.0.readiness.lock().await;
        let tick = self.parts().clock.tick();
        if let Some((_, readiness)) = last.as_ref().filter(|(at, _)| tick.since(*at) < HOLDS) {
            return readiness.clone();
        }
        let readiness = self.look().await;
        *last = Some((tick, readiness.clone()));
        readiness
    }

    async fn look(&self) -> Readiness {
        let now = self.parts().clock.now().to_string();
        let written = self.parts().store.meta().put(KEY, now.as_bytes()).await;
        let manifests = self.manifests();
        let checks = vec![
            check(
                "store",
                written.is_ok(),
                written.map_or_else(|error| error.to_string(), |()| "writable".into()),
            ),
            check("root key", true, "fits the store".into()),
            check(
                MANIFESTS,
                manifests.in_order,
                match manifests.in_order {
                    true => format!("{} in force", manifests.manifests.len()),
                    false => format!(
                        "the last attempt to publish failed, {} stay in force; see `ticketgate apply`",
                        manifests.manifests.len()
                    ),
                },
            ),
        ];
        // A publish that failed leaves the rulebook as it was, and calls go on: somebody's typo must not take every instance out
        // of its load balancer. Only a gateway with nothing in force has nothing to serve.
        let serves = manifests.in_order || !manifests.manifests.is_empty();
        let ready = serves && checks.iter().all(|check| check.ok || check.name == MANIFESTS);
        Readiness { ready, checks }
    }
}

fn check(name: &str, ok: bool, words: String) -> ReadinessCheck {
    ReadinessCheck { name: name.to_owned(), ok, words }
}
