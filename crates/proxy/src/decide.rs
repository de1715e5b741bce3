use std::sync::Arc;

use catalogue::Call;
use jiff::Timestamp;
use oauth::Caller;
use policy::{Permit, Question};
use types::{Refusal, Site};

use crate::Gateway;
use crate::ledger::Ledger;

/// The fourth stage: may they?
///
/// # Errors
/// With the rule and the smallest change that would have allowed it; or because the client is paused for changes.
pub(crate) fn decide(
    gateway: &Gateway,
    caller: &Caller,
    site: &Arc<Site>,
    call: &Call,
    (now, ledger): (Timestamp, &mut Ledger),
) -> Result<Permit, Refusal> {
    let question = Question {
        client: caller.client(),
        token_scopes: caller.scopes(),
        user: caller.grant(),
        account: caller.account(),
        site,
        call,
        now,
    };
    let permit = gateway.0.rulebook.load().decide(question).map_err(|denial| {
        ledger.denied(denial.rule.clone());
        Refusal::from(denial)
    })?;
    if permit.effect().changes_something()
        && let Err(paused) = caller.may_change(now)
    {
        ledger.denied(Some(Arc::clone(permit.rule())));
        return Err(paused);
    }
    Ok(permit)
}
