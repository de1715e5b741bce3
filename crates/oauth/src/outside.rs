//! Whom the gateway asks about clients that have no secret.

use std::time::Duration;

use egress::{Egress, RequestBody};
use http::{HeaderMap, Request, StatusCode, header};
use jose::JwkSet;
use serde::Deserialize;
use tokio::sync::Semaphore;

use crate::issuers::Issuer;

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
    /// Who vouches for workloads.
    pub issuers: Vec<Issuer>,
    /// To these issuers: an operator has named them, wherever they are.
    pub operators: Option<Egress>,
    /// To URLs in the registrations of clients: whoever wrote one may have had a machine in mind that only the gateway
    /// reaches, so this one should be made with [`egress::Reach::Outward`].
    pub strangers: Option<Egress>,
}

/// Fetches key sets, not too many at once.
pub(crate) struct Fetcher {
    strangers: Option<Egress>,
    operators: Option<Egress>,
    room: Semaphore,
}

/// Whose word a URL is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Of whoever described a client.
    Stranger,
    /// Of an operator.
    Operator,
}

/// Where a key set is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// At this URL.
    At(Box<str>),
    /// Where the OpenID configuration of this issuer says.
    ToldBy(Box<str>),
}

impl Place {
    /// The URL it is known by.
    pub(crate) fn url(&self) -> &str {
        match self {
            Self::At(url) | Self::ToldBy(url) => url,
        }
    }
}

/// What is read of an OpenID configuration (OpenID Connect Discovery §3).
#[derive(Deserialize)]
struct Configuration {
    issuer: String,
    jwks_uri: String,
}

/// The longest OpenID configuration that is read, in bytes.
const LONGEST_CONFIGURATION: usize = 64 * 1_024;

/// A key set, and for how long it is good.
pub(crate) struct Fetched {
    pub(crate) keys: JwkSet,
    pub(crate) fresh_for: Duration,
}

impl Fetcher {
    pub(crate) const fn new(strangers: Option<Egress>, operators: Option<Egress>) -> Self {
        Self { strangers, operators, room: Semaphore::const_new(AT_ONCE) }
    }

    /// The key set at a place. Redirects are not followed: they would lead to where nobody has looked.
    pub(crate) async fn keys(&self, place: &Place, trust: Trust) -> Result<Fetched, String> {
        let url = match place {
            Place::At(url) => url.to_string(),
            Place::ToldBy(issuer) => self.told_by(issuer, trust).await?,
        };
        let (headers, body) = self.get(&url, trust, JwkSet::MAX_BYTES).await?;
        let text = std::str::from_utf8(&body).map_err(|_| "the key set is not text".to_owned())?;
        let keys = JwkSet::parse(text).map_err(|error| error.to_string())?;
        Ok(Fetched { keys, fresh_for: fresh_for(&headers) })
    }

    /// Where an issuer's keys are, by its own configuration (OpenID Connect Discovery §4.3: which has to say it is that
    /// issuer's).
    async fn told_by(&self, issuer: &str, trust: Trust) -> Result<String, String> {
        let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let (_, body) = self.get(&url, trust, LONGEST_CONFIGURATION).await?;
        let told: Configuration = serde_json::from_slice(&body)
            .map_err(|_| "the OpenID configuration cannot be read, or names no jwks_uri".to_owned())?;
        if told.issuer == issuer {
            Ok(told.jwks_uri)
        } else {
            Err("the OpenID configuration is another issuer's".to_owned())
        }
    }

    async fn get(&self, url: &str, trust: Trust, most: usize) -> Result<(HeaderMap, bytes::Bytes), String> {
        let egress = match trust {
            Trust::Stranger => self.strangers.as_ref(),
            Trust::Operator => self.operators.as_ref(),
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
