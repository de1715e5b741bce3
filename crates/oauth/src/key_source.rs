//! Where the keys of a client, or of whoever vouches for it, come from.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use clock::{Clock, Tick};
use jose::{Header, JwkSet, Thumbprint};
use tokio::sync::Mutex;

use crate::digest;
use crate::outside::{Fetcher, Place, Trust};

/// The least time between two attempts to fetch one key set: anyone can name a key that is not in it.
const BETWEEN: Duration = Duration::from_secs(60);

/// How long keys are used on when they cannot be fetched anew: a publisher that is down for a while must not lock
/// clients out, and one that is kept from saying that a key was withdrawn must not keep it alive.
const GRACE: Duration = Duration::from_secs(3_600);

/// Keys, written down or published.
pub(crate) enum KeySource {
    /// In the client's registration.
    Listed(Arc<JwkSet>),
    /// At a URL.
    Published(Published),
}

impl KeySource {
    /// The keys a token with this header may be signed with; `None` when they cannot be had.
    pub(crate) async fn keys_for(
        &self,
        header: &Header,
        fetcher: &Fetcher,
        clock: &Clock,
    ) -> Option<Arc<JwkSet>> {
        match self {
            Self::Listed(keys) => Some(Arc::clone(keys)),
            Self::Published(published) => published.keys_for(header, fetcher, clock).await,
        }
    }

    /// The origins of tokens that are fetched with these keys. Each listed key is one, so that taking it away ends its
    /// tokens and no others; which keys are published is their publisher's affair, so together they are one.
    pub(crate) fn origins(&self) -> Vec<String> {
        match self {
            Self::Listed(keys) => keys.keys().iter().map(|key| listed(key.thumbprint())).collect(),
            Self::Published(published) => vec![published.origin()],
        }
    }

    /// The one of [`KeySource::origins`] for a token signed with this key.
    pub(crate) fn origin(&self, key: Thumbprint) -> String {
        match self {
            Self::Listed(_) => listed(key),
            Self::Published(published) => published.origin(),
        }
    }
}

fn listed(key: Thumbprint) -> String {
    format!("jwk:{key}")
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listed(keys) => write!(f, "{} keys", keys.keys().len()),
            Self::Published(published) => write!(f, "keys at {}", published.place.url()),
        }
    }
}

/// A key set that is fetched when it is needed, and kept.
pub(crate) struct Published {
    place: Place,
    trust: Trust,
    known: ArcSwapOption<Known>,
    /// When it was last tried; held while it is being tried.
    tried: Mutex<Option<Tick>>,
}

struct Known {
    keys: Arc<JwkSet>,
    at: Tick,
    fresh_for: Duration,
}

impl Published {
    pub(crate) fn new(place: Place, trust: Trust) -> Self {
        Self { place, trust, known: ArcSwapOption::empty(), tried: Mutex::default() }
    }

    fn origin(&self) -> String {
        format!("jwks:{}", digest::name(self.place.url().as_bytes()))
    }

    /// Fetched anew when they have grown old, or lack the key that is asked for; whoever asks meanwhile waits for that
    /// one attempt.
    async fn keys_for(&self, header: &Header, fetcher: &Fetcher, clock: &Clock) -> Option<Arc<JwkSet>> {
        let fitting = || {
            let known = self.known.load_full()?;
            let fresh = clock.tick().since(known.at) < known.fresh_for;
            (fresh && known.keys.knows(header)).then(|| Arc::clone(&known.keys))
        };
        if let Some(keys) = fitting() {
            return Some(keys);
        }
        let mut tried = self.tried.lock().await;
        if let Some(keys) = fitting() {
            return Some(keys);
        }
        let now = clock.tick();
        if tried.is_none_or(|at| now.since(at) >= BETWEEN) {
            *tried = Some(now);
            match fetcher.keys(&self.place, self.trust).await {
                Ok(fetched) => {
                    let keys = Arc::new(fetched.keys);
                    let known = Known { keys, at: now, fresh_for: fetched.fresh_for };
                    self.known.store(Some(Arc::new(known)));
                }
                Err(error) => tracing::warn!(url = self.place.url(), error, "a key set could not be fetched"),
            }
        }
        let known = self.known.load_full()?;
        let usable = now.since(known.at) < known.fresh_for.saturating_add(GRACE);
        usable.then(|| Arc::clone(&known.keys))
    }
}
