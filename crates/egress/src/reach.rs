//! Where connections may lead: anywhere, or only out into the world.
//!
//! A URL that somebody else wrote may name a machine only the gateway can reach (server-side request forgery). Looking at
//! the name does not help, since whoever owns it decides anew with each lookup what it leads to (DNS rebinding). So the
//! addresses themselves are looked at, between the lookup and the connection that is made to exactly those addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower_service::Service;

use crate::BoxError;
use crate::way::Connecting;

/// Where an [`crate::Egress`] may connect to.
#[derive(Clone, Debug, Default)]
pub enum Reach {
    /// Anywhere: for destinations an operator has named.
    #[default]
    Anywhere,
    /// By `https`, and not to private, loopback, link-local, shared (CGNAT), unique-local, multicast or reserved
    /// addresses, nor to IPv4 addresses in the guise of IPv6: for destinations somebody else has named. A name of which
    /// any address is one of those is refused as a whole.
    ///
    /// The hosts listed are exempt: names as they stand in the URL, without a port; case does not count.
    Outward(Arc<[String]>),
}

impl Reach {
    /// Whether nothing has to be looked at on the way to this host.
    pub(crate) fn trusts(&self, host: &str) -> bool {
        match self {
            Self::Anywhere => true,
            Self::Outward(named) => named.iter().any(|name| bare(name).eq_ignore_ascii_case(bare(host))),
        }
    }

    /// What can be said about a destination before its name is looked up.
    pub(crate) fn check(&self, destination: &Uri) -> Result<(), Inward> {
        let host = destination.host().unwrap_or_default();
        if self.trusts(host) {
            return Ok(());
        }
        if destination.scheme_str() != Some("https") {
            return Err(Inward::Plain);
        }
        match bare(host).parse::<IpAddr>() {
            Ok(address) if is_inward(address) => Err(Inward::Address(address)),
            _ => Ok(()),
        }
    }
}

/// Brackets and a dot at the end do not make it another host.
fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.')
}

/// Why there is no way there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Inward {
    #[error("the destination leads inward: {0} is no address of the open internet")]
    Address(IpAddr),
    #[error("the destination is not https")]
    Plain,
}

/// Looks names up, and refuses what they lead to.
#[derive(Clone)]
pub(crate) struct Names {
    names: GaiResolver,
    reach: Reach,
}

impl Names {
    pub(crate) fn new(reach: Reach) -> Self {
        Self { names: GaiResolver::new(), reach }
    }
}

impl Service<Name> for Names {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = BoxError;
    type Future = Connecting<Self::Response>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let trusted = self.reach.trusts(name.as_str());
        let looking = self.names.call(name);
        Box::pin(async move {
            let found: Vec<SocketAddr> = looking.await?.collect();
            match found.iter().map(SocketAddr::ip).find(|address| !trusted && is_inward(*address)) {
                Some(address) => Err(Inward::Address(address).into()),
                None => Ok(found.into_iter()),
            }
        })
    }
}

/// Whether an address is not one of the open internet, as far as one can tell by looking at it (IANA's registries of
/// special-purpose addresses, RFC 6890).
pub(crate) fn is_inward(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_inward_v4(address),
        IpAddr::V6(address) => is_inward_v6(address),
    }
}

fn is_inward_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        // Multicast, reserved, broadcast.
        || a >= 224
        // "This network".
        || a == 0
        // Shared between a provider and its customers (RFC 6598).
        || (a == 100 && (64..128).contains(&b))
        // Protocol assignments, relays, benchmarks.
        || matches!((a, b, c), (192, 0, 0) | (192, 88, 99) | (198, 18 | 19, _))
}

/// What is not global unicast (2000::/3) is inward: loopback, unique-local, link-local, multicast, and IPv4 in the guise
/// of IPv6. Where an IPv4 address is to be reached by translation, that one counts.
fn is_inward_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([w, x], [y, z]) = (high.to_be_bytes(), low.to_be_bytes());
        is_inward_v4(Ipv4Addr::new(w, x, y, z))
    };
    match (a, b) {
        // NAT64 (RFC 6052): how IPv6-only networks reach the rest.
        (0x64, 0xff9b) if [c, d, e, f] == [0; 4] => embedded(g, h),
        // 6to4 (RFC 3056).
        (0x2002, _) => embedded(b, c),
        // Teredo, benchmarks, ORCHID; documentation.
        (0x2001, 0..=0x1ff | 0xdb8) | (0x3fff, 0..=0xfff) => true,
        _ => a & 0xe000 != 0x2000,
    }
}

#[cfg(test)]
mod tests;
