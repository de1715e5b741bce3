use http::{HeaderMap, header};

/// The value of a cookie in a request. Two of one name are none: it could not be said which one is ours.
#[must_use]
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut found = pairs.filter(|(known, _)| *known == name).map(|(_, value)| value);
    found.next().filter(|_| found.next().is_none())
}

/// What the cookie is called that says who is signed in, over TLS or not.
#[must_use]
pub const fn session_cookie(tls: bool) -> &'static str {
    if tls { "__Host-ticketgate" } else { "ticketgate" }
}
