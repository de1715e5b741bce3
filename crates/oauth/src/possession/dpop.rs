//! DPoP (RFC 9449): each request carries a proof, signed for it alone, that its sender holds the token's key.
//!
//! Which proofs were used is remembered per client in memory, for as long as they would be accepted. Not across a restart:
//! a proof is good for a minute, and one taken off a request would have to be sent between that request, the restart and the
//! end of that minute; a commit for every call would be a high price for that.
//!
//! Nonces of the server's choice (§8, §9) are left out. They stop proofs that were made in advance by somebody who held the
//! key for a moment; the price is a refused request at every change of the nonce, in clients many of which do not expect
//! one. They can be added without changing anything else.

use std::time::Duration;

use http::{HeaderMap, HeaderName};
use jose::dpop::{self, DpopError, Proof, Request, Target, Window};
use types::{Code, Refusal};

use crate::answer::TokenError;
use crate::directory::Member;
use crate::presented::credential_of;
use crate::{Approach, Clients, digest};

/// The header of a proof.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("dpop");

/// What `token_type` says of a bound token (§5).
pub(crate) const TOKEN_TYPE: &str = "DPoP";

/// How a token's binding to a key begins in the store.
pub(crate) const BOND: &str = "jkt:";

/// The longest a proof can be accepted after it was first: a window's length, and what rounding adds.
pub(crate) const REMEMBERED: Duration = Duration::from_secs(92);

/// The binding of a token to the key of a proof.
pub(crate) fn bond(proof: &Proof) -> String {
    format!("{BOND}{}", proof.key())
}

/// The proof of a call, for exactly this method, URL and token (§7.1).
///
/// # Errors
/// [`Code::ProofInvalid`], without saying why: nobody has proved to be anyone.
pub(crate) fn of_call(clients: &Clients, approach: Approach<'_>) -> Result<Proof, Refusal> {
    let token =
        approach.headers.get(http::header::AUTHORIZATION).and_then(|value| credential_of(value.as_bytes()));
    let checked = match one(approach.headers) {
        Ok(Some(proof)) => check(clients, approach, proof, token).map_err(|why| why.to_string()),
        Ok(None) => Err("there is none".to_owned()),
        Err(why) => Err(why.to_owned()),
    };
    checked.map_err(|why| {
        tracing::debug!(why, "a proof of possession was not accepted");
        Code::ProofInvalid.into()
    })
}

/// The proof of a token request, if it has one: the token will be bound to its key (§5). The client has proved itself
/// already, so it hears what is wrong.
pub(crate) fn of_token_request(
    clients: &Clients,
    approach: Approach<'_>,
) -> Result<Option<Proof>, TokenError> {
    let Some(proof) = one(approach.headers).map_err(TokenError::proof)? else { return Ok(None) };
    check(clients, approach, proof, None).map(Some).map_err(|why| TokenError::proof(why.to_string()))
}

/// As [`remember`], for the proof of a token request.
pub(crate) fn spend(clients: &Clients, member: &Member, proof: &Proof) -> Result<(), TokenError> {
    match member.seen().first(&name(proof), clients.tick()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(TokenError::proof("the proof was used before")),
        Err(_full) => Err(TokenError::too_fast()),
    }
}

/// Once and never again (§11.1).
///
/// # Errors
/// [`Code::ProofInvalid`] when it was used before; [`Code::ClientBusy`] when no more can be remembered: accepting what
/// cannot be remembered would be accepting it twice.
pub(crate) fn remember(clients: &Clients, member: &Member, proof: &Proof) -> Result<(), Refusal> {
    match member.seen().first(&name(proof), clients.tick()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Code::ProofInvalid.into()),
        Err(_full) => Err(Refusal::new(
            Code::ClientBusy,
            "It has sent more proofs in a short time than can be remembered.",
        )
        .retry_after(REMEMBERED)),
    }
}

fn name(proof: &Proof) -> [u8; 32] {
    digest::of(&[proof.key().as_bytes(), proof.id().as_bytes()])
}

/// §4.3, check 1: not more than one.
fn one(headers: &HeaderMap) -> Result<Option<&str>, &'static str> {
    let mut sent = headers.get_all(HEADER).iter();
    match (sent.next(), sent.next()) {
        (None, _) => Ok(None),
        (Some(proof), None) => proof.to_str().map(Some).map_err(|_| "the proof is not text"),
        (Some(_), Some(_)) => Err("the request has more than one DPoP header"),
    }
}

fn check(
    clients: &Clients,
    approach: Approach<'_>,
    proof: &str,
    access_token: Option<&str>,
) -> Result<Proof, DpopError> {
    let url = format!("{}{}", approach.origin, approach.path);
    let target = Target::parse(&url).map_err(|_| DpopError::Target)?;
    let request = Request { method: approach.method.as_str(), target: &target, access_token, nonces: None };
    dpop::verify(proof, &request, Window::default(), clients.now())
}
