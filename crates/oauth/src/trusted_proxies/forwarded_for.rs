//! `X-Forwarded-For`: no standard, and what every proxy speaks.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use http::{HeaderMap, HeaderName};

const NAME: HeaderName = HeaderName::from_static("x-forwarded-for");

/// How many entries are looked at, from the end: more proxies than anybody has in a row.
pub(super) const MOST: usize = 16;

/// Its entries from the end; `None` for one that is no address.
///
/// A proxy writes whom it heard from behind what it was sent, in the same line or in one of its own. So the end is the word of
/// the nearest, and what a caller wrote stands in front, where it is not even read unless everything behind it was of proxies.
pub(super) fn from_the_end(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    let lines = headers.get_all(NAME).iter().rev();
    lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b',')).take(MOST).map(address)
}

/// An address, canonical. Some proxies add the port.
fn address(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?.trim_matches([' ', '\t']);
    let bare = text.parse::<IpAddr>().ok();
    let with_port = || Some(text.parse::<SocketAddr>().ok()?.ip());
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    bare.or_else(with_port).or_else(bracketed).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests;
