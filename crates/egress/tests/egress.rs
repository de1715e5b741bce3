//! The way out, against small servers on the loopback.

#![cfg(test)]

#[path = "egress/errors.rs"]
mod errors;
#[path = "egress/pool.rs"]
mod pool;
#[path = "egress/proxies.rs"]
mod proxies;
#[path = "egress/servers.rs"]
mod servers;
#[path = "egress/trust.rs"]
mod trust;
