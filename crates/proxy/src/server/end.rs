//! The other end of a connection.

use std::net::IpAddr;

use http::Request;
use oauth::{TrustedProxies, Whence};

/// Who is there: a caller, or a proxy that passes on what others send.
pub(super) struct End {
    address: IpAddr,
    proxies: TrustedProxies,
}

impl End {
    pub(super) const fn new(address: IpAddr, proxies: TrustedProxies) -> Self {
        Self { address, proxies }
    }

    /// Whether it is a trusted proxy. A certificate it shows says who the proxy is, and nothing of who calls.
    pub(super) fn is_proxy(&self) -> bool {
        self.proxies.trusts(self.address)
    }

    /// Where one of its requests comes from: from a proxy, each from somewhere else.
    pub(super) fn whence<B>(&self, request: &Request<B>) -> Whence {
        self.proxies.whence(self.address, request.headers())
    }
}
