//! The text of `docs/refusals.md`, made from the table.

use std::fmt::Write as _;

use types::{Fault, REFUSALS, Retry};

/// The whole page.
pub(crate) fn page() -> String {
    let mut page = String::from(
        "# Refusals\n\n\
         Made from the program (`ticketgate reference refusals`); a test compares. Every \"no\" of the gateway is one of these, but those of \
         `/oauth/...`, which are the errors of RFC 6749. The code stands in the header `Ticketgate-Refusal` and in metrics, and for calls \
         to Atlassian in the audit. The body has the shape of the API that was called, or of RFC 9457 for clients that accept \
         `application/problem+json`; those of the control API are always RFC 9457. Answers to calls without that \
         header came from Atlassian.\n\n\
         | code | status | whose | again? | what happened | what to do |\n|---|---|---|---|---|---|\n",
    );
    for entry in REFUSALS {
        let fault = match entry.fault {
            Fault::Caller => "caller",
            Fault::Operator => "operator",
            Fault::Gateway => "gateway",
            Fault::Upstream => "Atlassian",
        };
        let retry = match entry.retry {
            Retry::No => "no",
            Retry::Safe => "yes",
            Retry::Ambiguous => "if it may happen twice",
        };
        let _ = writeln!(
            page,
            "| `{}` | {} | {fault} | {retry} | {} | {} |",
            entry.name, entry.status, entry.what, entry.advice
        );
    }
    page
}

#[cfg(test)]
mod tests;
