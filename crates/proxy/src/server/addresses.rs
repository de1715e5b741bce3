//! How many connections each address has.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Counts connections per address, so that one address cannot take all there are.
///
/// The keys are what strangers connect from: the map has the standard library's hasher, which they cannot play, and
/// holds nobody without a connection.
pub(super) struct Addresses {
    most: usize,
    open: Mutex<HashMap<IpAddr, usize>>,
}

/// One connection, counted until it is dropped.
pub(super) struct Counted {
    addresses: Arc<Addresses>,
    key: IpAddr,
}

impl Addresses {
    /// At most `most` for each; 0 for any number.
    pub(super) fn new(most: usize) -> Arc<Self> {
        let most = if most == 0 { usize::MAX } else { most };
        Arc::new(Self { most, open: Mutex::default() })
    }

    /// Counts one more from `address`, or says that it has as many as it may.
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Counted> {
        let key = key(address);
        let mut open = self.lock();
        let count = open.entry(key).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        drop(open);
        Some(Counted { addresses: Arc::clone(self), key })
    }

    /// A panic while the lock was held is impossible by the lints; should one happen, counting on beats refusing everyone.
    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if let Entry::Occupied(mut count) = self.addresses.lock().entry(self.key) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

/// An IPv4 address, or the /64 an IPv6 address is in: whoever has one address there has all 2^64.
fn key(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests;
