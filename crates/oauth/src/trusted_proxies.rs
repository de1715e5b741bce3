//! Reverse proxies in front of the gateway, and what their word is worth.

mod forwarded_for;

use std::net::IpAddr;
use std::sync::Arc;

use http::HeaderMap;
use ipnet::IpNet;

use crate::Whence;

/// The reverse proxies whose word on where a request comes from is taken. By default there are none.
///
/// Each of them has to say in `X-Forwarded-For` from whom it heard a request, behind whatever it was sent there; what others
/// send there means nothing. `Forwarded` (RFC 7239), `X-Real-IP` and their like are not read: of two ways of saying one thing,
/// a proxy sets one and lets its clients set the other.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Arc<[IpNet]>);

/// The list cannot be used. Continues the name of the setting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustedProxiesError {
    /// More than [`TrustedProxies::MOST`] networks.
    #[error("names more than {} networks", TrustedProxies::MOST)]
    TooMany,
    /// Neither a network nor an address.
    #[error("names {0:?}, which is neither a network such as 192.0.2.0/24 nor an address")]
    NoNetwork(String),
    /// IPv4 addresses as IPv6.
    #[error("names {0}, which has IPv4 addresses within IPv6; write them as IPv4")]
    Mapped(IpNet),
    /// All addresses.
    #[error(
        "names {0}, which every caller is in, so that all of them could say they come from anywhere; name the proxies"
    )]
    Everybody(IpNet),
}

impl TrustedProxies {
    /// Networks in the list at most.
    pub const MOST: usize = 64;

    /// Reads networks and addresses.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn parse<'t>(networks: impl IntoIterator<Item = &'t str>) -> Result<Self, TrustedProxiesError> {
        let networks: Vec<_> = networks.into_iter().map(network).collect::<Result<_, _>>()?;
        if networks.len() > Self::MOST {
            return Err(TrustedProxiesError::TooMany);
        }
        Ok(Self(networks.into()))
    }

    /// How many networks there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether one of them is at this address.
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        !self.0.is_empty() && self.is_listed(address.to_canonical())
    }

    /// Where a request comes from that arrives with these headers from `peer`.
    ///
    /// From a trusted proxy, it is the last address in `X-Forwarded-For` that is not itself a trusted proxy's: each entry is
    /// the word of the proxy behind it, so the first that is no proxy is the last that can be believed. Whoever ends before
    /// that, because the header is missing, used up or not to be read, or because the sixteen entries that are looked at are all of
    /// proxies, has not said: clients can make some proxies drop the header they have just written (`Connection:
    /// X-Forwarded-For`), and must not become the proxy by it.
    #[must_use]
    pub fn whence(&self, peer: IpAddr, headers: &HeaderMap) -> Whence {
        if self.trusts(peer) { self.told(peer.to_canonical(), headers) } else { Whence::direct(peer) }
    }

    fn told(&self, proxy: IpAddr, headers: &HeaderMap) -> Whence {
        let mut nearest = proxy;
        for entry in forwarded_for::from_the_end(headers) {
            match entry {
                Some(address) if self.is_listed(address) => nearest = address,
                // What is loopback to the proxy would be taken for loopback here.
                Some(address) if !address.is_loopback() && !address.is_unspecified() => {
                    return Whence::passed_on(address);
                }
                _ => break,
            }
        }
        Whence::unsaid(nearest)
    }

    fn is_listed(&self, canonical: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&canonical))
    }
}

fn network(text: &str) -> Result<IpNet, TrustedProxiesError> {
    let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    let network: IpNet = network.map_err(|_| TrustedProxiesError::NoNetwork(text.to_owned()))?;
    if network.prefix_len() == 0 {
        return Err(TrustedProxiesError::Everybody(network));
    }
    if network.addr().to_canonical() != network.addr() {
        return Err(TrustedProxiesError::Mapped(network));
    }
    Ok(network)
}

#[cfg(test)]
mod tests;
