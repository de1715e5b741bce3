use std::sync::Arc;
use std::time::Duration;

use http::HeaderName;

/// What an operator can turn about the data plane.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Scheme and authority under which clients reach the gateway, without a slash at the end. `None`: as the request
    /// says (TLS or not, and its `Host`), which is right when nothing stands in front of the gateway.
    pub public_origin: Option<Arc<str>>,
    /// The longest request body in bytes. Bodies stream, so this protects Atlassian's patience, not memory. Default 1 GiB.
    pub longest_body: u64,
    /// How long Atlassian may take until the head of its answer. Default 60 s.
    pub to_head: Duration,
    /// How long a body, in either direction, may stand still, and a client take nothing of an answer that is ready; it
    /// ends after one to two times this. Default 60 s.
    pub idle: Duration,
    /// Whether a read, too, is recorded durably before it is sent. Costs each read a commit. Default no.
    pub durable_reads: bool,
    /// Request headers that travel to Atlassian besides the known ones.
    pub also_forward: Vec<HeaderName>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_origin: None,
            longest_body: 1 << 30,
            to_head: Duration::from_secs(60),
            idle: Duration::from_secs(60),
            durable_reads: false,
            also_forward: Vec::new(),
        }
    }
}
