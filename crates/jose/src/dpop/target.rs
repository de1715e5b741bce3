use std::fmt;

/// Where a request was sent, in the one form RFC 9449 section 4.3 wants compared: without query and fragment, normalised
/// by syntax and by scheme (RFC 3986 sections 6.2.2 and 6.2.3).
///
/// Scheme and host in lower case, the scheme's own port left out, an empty path as `/`, dot segments removed, escapes in
/// upper case and only where they are needed. Only what RFC 3986 allows is read: a text that a laxer reader would mend
/// (blanks, backslashes, letters beyond ASCII) is refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target(String);

impl Target {
    /// The longest text that is read, in bytes.
    pub const MAX_BYTES: usize = 8 * 1024;

    /// Reads an absolute `http` or `https` URL.
    ///
    /// # Errors
    /// [`NotATarget`]: another scheme, user information, no host, a port that is none, a character or an escape RFC 3986
    /// does not allow, or longer than [`Target::MAX_BYTES`].
    pub fn parse(url: &str) -> Result<Self, NotATarget> {
        if url.len() > Self::MAX_BYTES || !url.bytes().all(is_allowed) {
            return Err(NotATarget);
        }
        let (scheme, rest) = url.split_once("://").ok_or(NotATarget)?;
        let (scheme, own_port) = match scheme.to_ascii_lowercase().as_str() {
            "https" => ("https", 443),
            "http" => ("http", 80),
            _ => return Err(NotATarget),
        };
        // Everything from the first ? or # on is not compared, and an authority cannot hold either.
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (authority, path) = match rest.find('/').and_then(|slash| rest.split_at_checked(slash)) {
            Some((authority, path)) => (authority, path),
            None => (rest, "/"),
        };
        let authority = normal_authority(authority, own_port)?;
        let path = without_dots(&normal_escapes(path)?);
        Ok(Self(format!("{scheme}://{authority}{path}")))
    }

    /// The normal form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// RFC 3986 section 2: unreserved, reserved, and the sign of an escape.
fn is_allowed(byte: u8) -> bool {
    is_unreserved(byte) || b":/?#[]@!$&'()*+,;=%".contains(&byte)
}

/// Host in lower case, and the port when it is not the scheme's own. Hosts are names as DNS has them or addresses.
fn normal_authority(authority: &str, own_port: u16) -> Result<String, NotATarget> {
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => {
            let address = address.to_ascii_lowercase();
            if address.is_empty()
                || !address.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.'))
            {
                return Err(NotATarget);
            }
            let port = if port.is_empty() { "" } else { port.strip_prefix(':').ok_or(NotATarget)? };
            (format!("[{address}]"), port)
        }
        None => {
            let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
            if host.is_empty() || !host.bytes().all(is_unreserved) {
                return Err(NotATarget);
            }
            (host.to_ascii_lowercase(), port)
        }
    };
    match port {
        "" => Ok(host),
        // `parse` would take a sign.
        digits if digits.bytes().all(|b| b.is_ascii_digit()) => {
            let port: u16 = digits.parse().map_err(|_| NotATarget)?;
            Ok(if port == own_port { host } else { format!("{host}:{port}") })
        }
        _ => Err(NotATarget),
    }
}

/// Escapes of unreserved characters undone, all others in upper case.
fn normal_escapes(path: &str) -> Result<String, NotATarget> {
    let mut normal = String::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let mut digit = || bytes.next().and_then(|b| char::from(b).to_digit(16)).ok_or(NotATarget);
                let value = u8::try_from(digit()? * 16 + digit()?).map_err(|_| NotATarget)?;
                if is_unreserved(value) {
                    normal.push(char::from(value));
                } else {
                    normal.push_str(&format!("%{value:02X}"));
                }
            }
            b'[' | b']' => return Err(NotATarget),
            other => normal.push(char::from(other)),
        }
    }
    Ok(normal)
}

/// RFC 3986 section 5.2.4, for a path that begins with a slash.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            other => {
                kept.push(other);
                continue;
            }
        }
        // "/a/." and "/a/.." name a folder, and end like one.
        if last {
            kept.push("");
        }
    }
    format!("/{}", kept.join("/"))
}

/// The text is no URL that a request can be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an absolute http or https URL as RFC 3986 writes them, without user information")]
pub struct NotATarget;

#[cfg(test)]
mod tests;
