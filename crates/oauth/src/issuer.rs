use http::{HeaderMap, Uri, header};

/// Who the authorization server is (RFC 8414 §2, `issuer`): scheme and authority of the gateway as its callers know it.
#[derive(Clone, Debug)]
pub struct Issuer {
    /// What the settings say.
    public_origin: Option<String>,
    /// Whether the listener speaks TLS.
    tls: bool,
}

impl Issuer {
    /// Without a public origin it is the scheme of the listener and the host of each request.
    #[must_use]
    pub const fn new(public_origin: Option<String>, tls: bool) -> Self {
        Self { public_origin, tls }
    }

    /// What it is to whoever sends this request; `None` when the request names no usable host.
    #[must_use]
    pub fn of(&self, headers: &HeaderMap, uri: &Uri) -> Option<String> {
        if let Some(origin) = &self.public_origin {
            return Some(origin.clone());
        }
        let host = Self::host(headers, uri)?;
        let plain = host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b));
        let scheme = if self.tls { "https" } else { "http" };
        (plain && !host.is_empty()).then(|| format!("{scheme}://{host}"))
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
