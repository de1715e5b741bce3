use http::{HeaderMap, header};

/// Whether a request comes from a page of ours, by what browsers say and pages cannot forge: `Sec-Fetch-Site` (Fetch Metadata
/// §2.3) and `Origin` (RFC 6454 §7). A page that tells nobody where people came from has the origin `null`, as sandboxes
/// have, so `null` counts only together with `Sec-Fetch-Site`. A request with neither comes from no browser that may be
/// trusted with a session.
#[must_use]
pub fn is_from_own_page(headers: &HeaderMap, own: &str) -> bool {
    let mut sites = headers.get_all("sec-fetch-site").iter();
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let (site, origin) = (sites.next(), origins.next());
    if sites.next().is_some() || origins.next().is_some() {
        return false;
    }
    let same_site = site.map(|site| site == "same-origin");
    match (same_site, origin) {
        (Some(false), _) | (None, None) => false,
        (Some(true), None) => true,
        (Some(true), Some(origin)) => {
            origin == "null" || origin.as_bytes().eq_ignore_ascii_case(own.as_bytes())
        }
        (None, Some(origin)) => origin.as_bytes().eq_ignore_ascii_case(own.as_bytes()),
    }
}
