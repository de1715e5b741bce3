use std::sync::Arc;

use catalogue::ScopeSet;
use types::Site;

/// What a client's manifest allows its tokens, as far as issuing one needs to know.
#[derive(Clone, Debug)]
pub struct Allowance {
    /// The most a token can stand for.
    pub scopes: ScopeSet,
    /// The sites it reaches, the default first.
    pub sites: Vec<Arc<Site>>,
    /// Whether the client may have Atlassian's own token in exchange for one of the gateway's.
    pub vends: bool,
}
