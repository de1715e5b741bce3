//! Two cookies: who is signed in, and, before that, which browser is about to sign in.
//!
//! Behind TLS their names begin with `__Host-`, which binds them to this host and path, so that no other host of the domain can
//! plant one. Over plain HTTP, which is for loopback, browsers do not know such names. Cookies there are shared with whatever
//! else listens on the same machine.

use http::{HeaderMap, HeaderValue};
use oauth::{Issuer, SESSION_LIFE, session_cookie};
use types::Secret;

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Who is signed in.
    Session,
    /// What the form for signing in is bound to.
    Visit,
}

/// How long a form for signing in is good, in seconds.
const VISIT: u64 = 3_600;

impl Cookie {
    const fn name(self, tls: bool) -> &'static str {
        match (self, tls) {
            (Self::Session, tls) => session_cookie(tls),
            (Self::Visit, true) => "__Host-ticketgate-visit",
            (Self::Visit, false) => "ticketgate-visit",
        }
    }

    /// Its value in a request. Two of one name are none: it could not be said which one is ours.
    pub(crate) fn of<'h>(self, headers: &'h HeaderMap, issuer: &Issuer) -> Option<&'h str> {
        oauth::cookie(headers, self.name(issuer.is_https()))
    }

    /// The header that sets it. Not for scripts, and not sent along with what other sites make a browser do, but for
    /// following a link, which is how a client sends people here.
    pub(crate) fn set(self, issuer: &Issuer, value: &Secret) -> HeaderValue {
        let life = if self == Self::Session { SESSION_LIFE.as_secs() } else { VISIT };
        self.header(issuer, value.open(), life)
    }

    /// The header that takes it away.
    pub(crate) fn unset(self, issuer: &Issuer) -> HeaderValue {
        self.header(issuer, "", 0)
    }

    fn header(self, issuer: &Issuer, value: &str, life: u64) -> HeaderValue {
        let tls = issuer.is_https();
        let secure = if tls { "; Secure" } else { "" };
        let text =
            format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={life}{secure}", self.name(tls));
        // Letters, digits and what stands here: there always is a header of it.
        let mut header = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
        header.set_sensitive(true);
        header
    }
}

#[cfg(test)]
mod tests;
