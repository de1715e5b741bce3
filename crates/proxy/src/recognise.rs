use std::sync::Arc;

use catalogue::Call;
use oauth::Caller;
use types::{Code, Refusal, Site};

use crate::Gateway;
use crate::arrive::Arrival;

/// The third stage: where is it for, and which operation is it?
///
/// # Errors
/// When the address means no site of this client or none its token is for, or the request is no operation there.
pub(crate) fn recognise(
    gateway: &Gateway,
    arrival: &Arrival,
    caller: &Caller,
) -> Result<(Arc<Site>, Call), Refusal> {
    let whose = (caller.client(), caller.account());
    let site = gateway.0.rulebook.load().site_for(whose, &arrival.address, arrival.at)?;
    if !caller.sites().is_empty() && !caller.sites().contains(&site.name) {
        return Err(Refusal::new(
            Code::SiteNotPermitted,
            "The token was asked for with other sites in mind.",
        )
        .advise("Fetch a token for this site, or one without `resource`."));
    }
    let call = site
        .face(arrival.is_wiki())
        .and_then(|face| gateway.0.catalogue.recognise(face, arrival.verb, &arrival.path))
        .ok_or(Code::OperationUnknown)?;
    Ok((site, call))
}
