use http::header::{self, HeaderValue};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Request, Uri};

use crate::{EgressError, Kind};

/// Where a request goes. Connections are kept by this.
#[derive(Clone, Debug)]
pub(crate) struct Destination {
    https: bool,
    authority: Authority,
}

impl Destination {
    /// # Errors
    /// When the URL is not absolute, or of another scheme.
    pub(crate) fn of(uri: &Uri) -> Result<Self, EgressError> {
        let https = uri.scheme() == Some(&Scheme::HTTPS);
        match uri.authority() {
            Some(authority) if https || uri.scheme() == Some(&Scheme::HTTP) => {
                Ok(Self { https, authority: authority.clone() })
            }
            _ => Err(EgressError::new(Kind::Unreachable, false, "not an absolute URL of http or https")),
        }
    }

    /// As it was written: two ways to write one host are two destinations.
    pub(crate) fn authority(&self) -> &str {
        self.authority.as_str()
    }

    pub(crate) const fn is_https(&self) -> bool {
        self.https
    }

    /// What to connect to.
    pub(crate) fn root(&self) -> Uri {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(if self.https { Scheme::HTTPS } else { Scheme::HTTP });
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(PathAndQuery::from_static("/"));
        // These three together are always a URL.
        Uri::from_parts(parts).unwrap_or_default()
    }

    /// Makes of a request to `uri` what HTTP/1.1 sends to a server (RFC 9112 §3.2.1): the path alone, and the host in a
    /// header, without a port that goes without saying (RFC 9110 §4.2).
    pub(crate) fn in_origin_form<B>(&self, request: &mut Request<B>, uri: &Uri) {
        *request.uri_mut() = uri.path_and_query().map_or_else(Uri::default, |path| Uri::from(path.clone()));
        if let header::Entry::Vacant(entry) = request.headers_mut().entry(header::HOST)
            && let Ok(host) = HeaderValue::from_str(self.host())
        {
            entry.insert(host);
        }
    }

    fn host(&self) -> &str {
        let text = self.authority.as_str();
        let text = text.rsplit_once('@').map_or(text, |(_user, host)| host);
        text.strip_suffix(if self.https { ":443" } else { ":80" }).unwrap_or(text)
    }
}

#[cfg(test)]
mod tests;
