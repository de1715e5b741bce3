use std::time::Duration;

/// How much may be under way and how much may wait. A limit of 0 in flight admits nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Calls under way through the whole gateway.
    pub gateway_in_flight: usize,
    /// Calls under way for one client.
    pub client_in_flight: usize,
    /// Calls under way with one grant, whichever clients they come from.
    pub grant_in_flight: usize,
    /// Calls of one client that may wait; one more is refused at once.
    pub waiting_per_client: usize,
    /// Calls of all clients together that may wait; one more is refused at once.
    pub waiting: usize,
    /// How long one call waits before it is refused.
    pub wait: Duration,
}

/// Ample for one machine, and below what one Atlassian site answers with 429 for.
impl Default for Limits {
    fn default() -> Self {
        Self {
            gateway_in_flight: 4_096,
            client_in_flight: 64,
            grant_in_flight: 256,
            waiting_per_client: 256,
            waiting: 16_384,
            wait: Duration::from_secs(10),
        }
    }
}
