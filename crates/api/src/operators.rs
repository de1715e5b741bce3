//! Who sent a request, and how this gateway proves that it is the one the operator's token belongs to.

use http::{HeaderMap, header};
use seal::{Digest, Kind, proof, token};

/// Header of a question to `/healthz`: a text used once, 16 to 128 letters and digits.
pub const CHALLENGE: &str = "ticketgate-challenge";

/// Header of the answer: proof that this gateway knows the token in its `gateway.json` ([`seal::proof`]).
pub const PROOF: &str = "ticketgate-proof";

/// What proves to the holder of `token` that this is the gateway it belongs to, before the token is sent; `None` when the
/// request does not ask for it.
///
/// Only for the token of this run: whoever was given a token of their own was told where the gateway is, too, and nobody
/// who reaches the listener should make it compute a proof for each of many.
pub(crate) fn proof(token: &Digest, headers: &HeaderMap) -> Option<String> {
    let challenge = headers.get(CHALLENGE)?.to_str().ok()?;
    let fits = (16..=128).contains(&challenge.len()) && challenge.bytes().all(|b| b.is_ascii_alphanumeric());
    fits.then(|| proof::of(token, challenge))
}

/// What the request presents; `None` unless that is exactly one `Authorization: Bearer tgo_...`.
///
/// A client's secret or access token is none: no client operates the gateway.
pub(crate) fn presented(headers: &HeaderMap) -> Option<Digest> {
    let mut sent = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(sent), None) = (sent.next(), sent.next()) else { return None };
    let (scheme, text) = sent.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let token = token::parse(text.trim()).ok()?;
    (token.kind == Kind::OperatorToken).then_some(token.digest)
}

#[cfg(test)]
mod tests;
