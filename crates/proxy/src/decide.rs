use std::sync::Arc;

use catalogue::Call;
use oauth::Caller;
use policy::{Permit, Question};
use types::{Refusal, Site};

use crate::Gateway;
use crate::ledger::Ledger;

/// The fourth stage: may they?
///
/// # Errors
/// With the rule and the smallest change that would have allowed it.
pub(crate) fn decide(
    gateway: &Gateway,
    caller: &Caller,
    site: &Arc<Site>,
    call: &Call,
    ledger: &mut Ledger,
) -> Result<Permit, Refusal> {
    let now = gateway.0.clock.now();
    let question = Question { client: caller.client(), token_scopes: caller.scopes(), site, call, now };
    gateway.0.rulebook.load().decide(question).map_err(|denial| {
        ledger.denied(denial.rule.clone());
        denial.into()
    })
}
