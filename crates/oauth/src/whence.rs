use std::net::{IpAddr, Ipv6Addr};

use http::HeaderMap;

/// Where a request comes from, as far as that can be told.
///
/// Made by [`TrustedProxies::whence`](crate::TrustedProxies::whence); addresses are canonical (IPv4 within IPv6 is IPv4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whence {
    address: IpAddr,
    told: Told,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// It is the other end of the connection.
    Directly,
    /// A trusted proxy heard it from that address.
    ByProxy,
    /// A trusted proxy passed it on, and did not say from whom in a way that can be believed.
    NotByProxy,
}

impl Whence {
    /// From the other end of the connection, which nobody takes for a proxy.
    #[must_use]
    pub const fn direct(peer: IpAddr) -> Self {
        Self { address: peer.to_canonical(), told: Told::Directly }
    }

    /// From an address that a trusted proxy has given.
    pub(crate) const fn passed_on(from: IpAddr) -> Self {
        Self { address: from, told: Told::ByProxy }
    }

    /// From whom a trusted proxy at `proxy` does not say.
    pub(crate) const fn unsaid(proxy: IpAddr) -> Self {
        Self { address: proxy, told: Told::NotByProxy }
    }

    /// From a connection of which nothing is known.
    #[must_use]
    pub const fn unknown() -> Self {
        Self { address: IpAddr::V6(Ipv6Addr::UNSPECIFIED), told: Told::NotByProxy }
    }

    /// The nearest address to the caller that is known, for records: the caller's own, or that of the last proxy on the way
    /// which did say from whom it heard.
    #[must_use]
    pub const fn address(&self) -> IpAddr {
        self.address
    }

    /// The caller's own address, to decide by; `None` when nobody knows it, and then it is in no network.
    #[must_use]
    pub const fn known(&self) -> Option<IpAddr> {
        match self.told {
            Told::Directly | Told::ByProxy => Some(self.address),
            Told::NotByProxy => None,
        }
    }

    /// Whether it comes from this machine, by itself. What a proxy on this machine passes on comes from wherever its client
    /// is, whatever it says of that; a proxy that is not among the trusted ones and leaves no trace is the operator's to
    /// configure.
    #[must_use]
    pub fn is_here(&self, headers: &HeaderMap) -> bool {
        const PASSED_ON: [&str; 5] = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];
        self.told == Told::Directly
            && self.address.is_loopback()
            && !PASSED_ON.iter().any(|name| headers.contains_key(*name))
    }
}

#[cfg(test)]
mod tests;
