//! Whom the gateway asks about clients that have no secret.

use std::time::Duration;

use egress::{Egress, RequestBody};
use http::{HeaderMap, Request, StatusCode, header};
use jose::JwkSet;
use tokio::sync::Semaphore;

/// How long fetching a key set may take.
const WITHIN: Duration = Duration::from_secs(5);

/// How many key sets are fetched at once.
const AT_ONCE: usize = 8;

/// How long a key set is good when its publisher does not say, and the bounds of what it may say: shorter, and every
/// token request would be a request to its publisher; longer, and a key that was withdrawn would live on.
const FRESH: Duration = Duration::from_secs(600);
const FRESH_BOUNDS: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(24 * 3_600));

/// The ways out to those who publish keys. Without one, such keys are as good as absent.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// To URLs in the registrations of clients: whoever wrote one may have had a machine in mind that only the gateway
    /// reaches, so this one should be made with [`egress::Reach::Outward`].
    pub strangers: Option<Egress>,
}

/// Fetches key sets, not too many at once.
pub(crate) struct Fetcher {
    outside: Outside,
    room: Semaphore,
}

/// Whose word a URL is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Of whoever described a client.
    Stranger,
}

/// A key set, and for how long it is good.
pub(crate) struct Fetched {
    pub(crate) keys: JwkSet,
    pub(crate) fresh_for: Duration,
}

impl Fetcher {
    pub(crate) const fn new(outside: Outside) -> Self {
        Self { outside, room: Semaphore::const_new(AT_ONCE) }
    }

    /// The key set at a URL. Redirects are not followed: they would lead to where nobody has looked.
    pub(crate) async fn keys(&self, url: &str, trust: Trust) -> Result<Fetched, String> {
        let (headers, body) = self.get(url, trust, JwkSet::MAX_BYTES).await?;
        let text = std::str::from_utf8(&body).map_err(|_| "the key set is not text".to_owned())?;
        let keys = JwkSet::parse(text).map_err(|error| error.to_string())?;
        Ok(Fetched { keys, fresh_for: fresh_for(&headers) })
    }

    async fn get(&self, url: &str, trust: Trust, most: usize) -> Result<(HeaderMap, bytes::Bytes), String> {
        let egress = match trust {
            Trust::Stranger => self.outside.strangers.as_ref(),
        };
        let egress = egress.ok_or("there is no way out to it")?;
        let request = Request::get(url)
            .header(header::ACCEPT, "application/jwk-set+json, application/json")
            .body(RequestBody::empty())
            .map_err(|_| "the URL cannot be asked".to_owned())?;
        let _room = self.room.acquire().await.map_err(|error| error.to_string())?;
        let (parts, body) = egress.fetch(request, WITHIN, most).await.map_err(|error| error.to_string())?;
        match parts.status {
            StatusCode::OK => Ok((parts.headers, body)),
            other => Err(format!("the answer was {other}")),
        }
    }
}

/// `max-age` of `Cache-Control` (RFC 9111 §5.2.2.1), within bounds.
fn fresh_for(headers: &HeaderMap) -> Duration {
    let said = headers.get_all(header::CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let mut directives = said.flat_map(|value| value.split(',')).map(str::trim);
    let age = directives.find_map(|directive| {
        let (name, seconds) = directive.split_once('=')?;
        name.eq_ignore_ascii_case("max-age").then(|| seconds.trim_matches('"').parse().ok())?
    });
    age.map_or(FRESH, Duration::from_secs).clamp(FRESH_BOUNDS.0, FRESH_BOUNDS.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_publisher_says_how_long_its_keys_are_good_within_bounds() {
        let said = |value: &'static str| {
            let value = http::HeaderValue::from_static(value);
            fresh_for(&HeaderMap::from_iter([(header::CACHE_CONTROL, value)])).as_secs()
        };
        assert_eq!(said("public, max-age=300"), 300);
        assert_eq!(said("Max-Age=0"), 60);
        assert_eq!(said("max-age=99999999"), 86_400);
        assert_eq!(said("no-store"), 600);
        assert_eq!(said("max-age=soon"), 600);
        assert_eq!(fresh_for(&HeaderMap::new()).as_secs(), 600);
    }
}
