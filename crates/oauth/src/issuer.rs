use std::net::{IpAddr, SocketAddr};

use http::uri::Authority;
use http::{HeaderMap, Uri, header};

/// Who the authorization server is (RFC 8414 §2, `issuer`): scheme and authority of the gateway as its callers know it.
///
/// Its tokens say who issued them, proofs of possession and resources are for it, and metadata begins with it, so it is never
/// just what a request calls it: whoever picks the name a proof is for could use a proof that was made for somebody else.
#[derive(Clone, Debug)]
pub struct Issuer {
    /// What the settings say.
    public_origin: Option<String>,
    /// Whether the listener speaks TLS.
    tls: bool,
    /// Where that is.
    listening: SocketAddr,
}

impl Issuer {
    /// Without a public origin it has the names that mean this machine wherever they are looked up: `localhost`, loopback
    /// addresses, and the address it listens on, each with the port it listens on.
    #[must_use]
    pub const fn new(public_origin: Option<String>, tls: bool, listening: SocketAddr) -> Self {
        Self { public_origin, tls, listening }
    }

    /// What it is to whoever sends this request: the public origin, or the one of its names that the request calls it by, because
    /// libraries compare the issuer with the URL they asked. `None` when the request calls it by a name that is not its own.
    #[must_use]
    pub fn of(&self, headers: &HeaderMap, uri: &Uri) -> Option<String> {
        if let Some(origin) = &self.public_origin {
            return Some(origin.clone());
        }
        let host = Self::host(headers, uri)?;
        self.is_own(host).then(|| format!("{}://{}", self.scheme(), host.to_ascii_lowercase()))
    }

    fn is_own(&self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else { return false };
        let usual = if self.tls { 443 } else { 80 };
        let name = authority.host().trim_start_matches('[').trim_end_matches(']');
        // Neither a user nor a port that is none: the text goes into URLs as it stands.
        let plain = host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b));
        let port = match host.strip_prefix(authority.host()) {
            Some("") => Some(usual),
            _ => authority.port_u16(),
        };
        let own = |address: IpAddr| {
            let address = address.to_canonical();
            address.is_loopback() || address == self.listening.ip().to_canonical()
        };
        plain
            && port == Some(self.listening.port())
            && (name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(own))
    }

    /// Whether that host is a name of its own: the public origin's; without one, those of this machine, which no name server can
    /// be made to answer.
    #[must_use]
    pub fn is_called(&self, host: &str) -> bool {
        match &self.public_origin {
            Some(origin) => {
                let own = origin.split_once("://").map_or(origin.as_str(), |(_, authority)| authority);
                host.eq_ignore_ascii_case(own)
            }
            None => self.is_own(host),
        }
    }

    const fn scheme(&self) -> &'static str {
        if self.tls { "https" } else { "http" }
    }

    /// What the settings say, if they do.
    #[must_use]
    pub fn public_origin(&self) -> Option<&str> {
        self.public_origin.as_deref()
    }

    /// Whether browsers reach it by TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_origin.as_deref().map_or(self.tls, |origin| origin.starts_with("https://"))
    }

    /// The host a request names: HTTP/2 has it in the target, HTTP/1.1 in a header.
    #[must_use]
    pub fn host<'r>(headers: &'r HeaderMap, uri: &'r Uri) -> Option<&'r str> {
        match uri.authority() {
            Some(authority) => Some(authority.as_str()),
            None => headers.get(header::HOST)?.to_str().ok(),
        }
    }
}

#[cfg(test)]
mod tests;
