//! Where a browser may be sent with an authorization code.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A redirect URI as it was registered.
///
/// One of three: `https` with a host; `http` on the machine the browser runs on (`127.0.0.1`, `[::1]` or `localhost`), for
/// programs that listen there (RFC 8252 §7.3); or a scheme of the program's own, which has a dot in its name because it is
/// somebody's domain turned around (RFC 8252 §7.1). No fragment (RFC 6749 §3.1.2), no user name, no wildcard, nothing that
/// two parsers might read differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RedirectUri {
    text: String,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Https,
    /// The part in front of the port and the part behind it: the port is the program's to choose (RFC 8252 §7.3).
    Loopback {
        host: String,
        rest: String,
    },
    Private,
}

/// Why a text cannot be registered, in words that continue "the redirect URI".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the redirect URI {0}")]
pub struct NotARedirectUri(&'static str);

impl RedirectUri {
    /// The longest, in bytes.
    pub const LONGEST: usize = 1_000;

    /// Reads one.
    ///
    /// # Errors
    /// With what is wrong.
    pub fn parse(text: &str) -> Result<Self, NotARedirectUri> {
        let no = |why| Err(NotARedirectUri(why));
        if text.len() > Self::LONGEST {
            return no("is longer than 1,000 characters");
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#*".contains(&byte)) {
            return no("has a fragment, a wildcard or a character that belongs in no URI");
        }
        let Some((scheme, rest)) = text.split_once(':') else { return no("is not absolute") };
        let kind = match scheme {
            "https" => {
                authority(rest)?;
                Kind::Https
            }
            "http" => {
                let (host, behind) = authority(rest)?;
                if !["127.0.0.1", "[::1]", "localhost"].contains(&host) {
                    return no("uses http with a host other than 127.0.0.1, [::1] or localhost");
                }
                Kind::Loopback { host: host.to_owned(), rest: behind.to_owned() }
            }
            own if is_private_use(own) && rest.starts_with('/') => Kind::Private,
            _ => return no("must use https, http on loopback, or a scheme with a dot in it and a path"),
        };
        Ok(Self { text: text.to_owned(), kind })
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a request that names `asked` means this one: the same text, but for the port on loopback.
    #[must_use]
    pub fn admits(&self, asked: &str) -> bool {
        match &self.kind {
            Kind::Https | Kind::Private => self.text == asked,
            Kind::Loopback { .. } => Self::parse(asked).is_ok_and(|asked| asked.kind == self.kind),
        }
    }

    /// Where it leads, for people: `client.example`, `this computer`, or the scheme.
    #[must_use]
    pub fn leads_to(&self) -> &str {
        match &self.kind {
            Kind::Https => {
                let rest = self.text.strip_prefix("https:").unwrap_or_default();
                authority(rest).map_or("", |(host, _)| host)
            }
            Kind::Loopback { .. } => "this computer",
            Kind::Private => self.text.split_once(':').map_or("", |(scheme, _)| scheme),
        }
    }

    /// As a source of the directive `form-action` (CSP 3 §6.4.2): a form that is answered with a redirect to it is otherwise
    /// stopped by browsers. That grammar has no addresses in brackets; their scheme then stands for them.
    #[must_use]
    pub fn source(&self) -> &str {
        let scheme = self.text.find(':').and_then(|colon| self.text.get(..=colon)).unwrap_or_default();
        let whole = match &self.kind {
            Kind::Private => return scheme,
            Kind::Loopback { host, .. } if host.starts_with('[') => return scheme,
            Kind::Https | Kind::Loopback { .. } => &self.text,
        };
        let from = scheme.len() + 2;
        let end =
            whole.get(from..).and_then(|rest| rest.find(['/', '?'])).map_or(whole.len(), |at| from + at);
        whole.get(..end).unwrap_or_default()
    }
}

/// The host, in brackets where it is, and what stands behind the port.
fn authority(rest: &str) -> Result<(&str, &str), NotARedirectUri> {
    let no = |why| Err(NotARedirectUri(why));
    let Some(rest) = rest.strip_prefix("//") else { return no("has no host") };
    let (authority, behind) = match rest.find(['/', '?']) {
        Some(end) => rest.split_at_checked(end).unwrap_or_default(),
        None => (rest, ""),
    };
    if authority.contains('@') {
        return no("has a user name");
    }
    let (host, port) = match authority.find(']') {
        Some(end) => authority.split_at_checked(end + 1).unwrap_or_default(),
        None => match authority.find(':') {
            Some(colon) => authority.split_at_checked(colon).unwrap_or_default(),
            None => (authority, ""),
        },
    };
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    let is_host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && !host.starts_with('.') && !host.contains("..") && host.bytes().all(plain),
    };
    if !is_host {
        return no("has no host, or one that is not in lower case");
    }
    let is_port = |port: &str| {
        let number = port.strip_prefix(':').unwrap_or_default();
        number.bytes().all(|b| b.is_ascii_digit()) && number.parse::<u16>().is_ok()
    };
    if !(port.is_empty() || is_port(port)) {
        return no("has a port that is no number");
    }
    Ok((host, behind))
}

/// RFC 3986 §3.1, in lower case, and with a dot: `com.example.app`. None of the schemes browsers run or show has one.
fn is_private_use(scheme: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte);
    scheme.starts_with(|first: char| first.is_ascii_lowercase())
        && scheme.bytes().all(legal)
        && scheme.trim_matches('.').contains('.')
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<String> for RedirectUri {
    type Error = NotARedirectUri;

    fn try_from(text: String) -> Result<Self, NotARedirectUri> {
        Self::parse(&text)
    }
}

impl std::str::FromStr for RedirectUri {
    type Err = NotARedirectUri;

    fn from_str(text: &str) -> Result<Self, NotARedirectUri> {
        Self::parse(text)
    }
}

impl From<RedirectUri> for String {
    fn from(uri: RedirectUri) -> Self {
        uri.text
    }
}

#[cfg(test)]
mod tests;
