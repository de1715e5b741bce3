//! `private_key_jwt` (RFC 7523 §2.2 and §3, OpenID Connect Core §9): the client signs an assertion with a key of its own,
//! and the gateway knows the public half.
//!
//! An assertion is good once. Which ones were seen is kept in the store, and not only in memory: a gateway that has just
//! started would otherwise accept every assertion of the last minutes a second time. Refusing what was issued before the
//! start is no way out, since clocks differ: it would turn away honest clients whose clock is behind, and let pass a second
//! time what one whose clock is ahead has sent. Each token is a commit anyway; this is one more.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use jose::{Expected, Unverified, Verified};
use types::ClientId;

use super::not_proved;
use crate::answer::TokenError;
use crate::directory::Credential;
use crate::form::Form;
use crate::{Clients, digest};

/// How long an assertion may live, from its `iat` (when it has one) and from now: what widely used libraries make, unasked
/// (authlib: one hour). It is good once whatever it says; shorter is better only against one that was never used.
const LONGEST_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// What clocks may differ by.
const LEEWAY: SignedDuration = SignedDuration::from_secs(30);

/// The `typ` of an assertion that is careful to be nothing else; without it, none or `JWT` is accepted as well.
const TYPE: &str = "client-authentication+jwt";

/// Which of a client's keys has signed this assertion.
pub(super) async fn prove(
    clients: &Clients,
    token: &Unverified<'_>,
    form: &Form,
) -> Result<Arc<Credential>, TokenError> {
    let claimed = token.issuer_hint().unwrap_or_default();
    let id: ClientId = claimed.parse().map_err(|_| not_proved("iss is no client id"))?;
    if form.get("client_id").is_some_and(|named| named != id.as_str()) {
        return Err(not_proved("iss is not the client_id of the request"));
    }
    let member = clients.member(&id).ok_or_else(|| not_proved("there is no such client"))?;
    let proving = member.standing().proving();
    let source = proving.keys().ok_or_else(|| not_proved("the client has no keys"))?;
    let keys = source.keys_for(token.header(), clients.fetcher(), clients.clock()).await;
    let keys = keys.ok_or_else(|| not_proved("the client's keys cannot be had"))?;
    let now = clients.now();
    let verified = token.verify(&keys, &expected(clients, &id, token), now).map_err(not_proved)?;
    check_life(&verified, now).map_err(not_proved)?;
    check_audiences(clients, &verified).map_err(not_proved)?;
    let origin = clients.origin(&id, &source.origin(verified.key()));
    let origin = origin.ok_or_else(|| not_proved("the key was taken away from the client"))?;
    // Remembering costs a commit, so whoever asks too often is turned away before it.
    if !member.pace().has_room(clients.tick()) {
        return Err(TokenError::too_fast());
    }
    spend(clients, &id, &verified).await?;
    Ok(origin)
}

/// RFC 7523 §3: from the client, about the client, for this gateway, with a name.
fn expected(clients: &Clients, id: &ClientId, token: &Unverified<'_>) -> Expected {
    let expected = Expected::new(id.as_str(), clients.audiences()).about(id.as_str()).with_id();
    match token.header().typ() {
        Some(typ) if typ.eq_ignore_ascii_case(TYPE) => expected.of_type(TYPE),
        _ => expected,
    }
}

/// An assertion that lives long is one that can be stolen for long, and would have to be remembered for long.
fn check_life(token: &Verified, now: Timestamp) -> Result<(), &'static str> {
    let ends = token.expires_at();
    if ends.duration_since(now) > LONGEST_LIFE + LEEWAY {
        return Err("exp is more than an hour away");
    }
    match token.issued_at() {
        Some(issued) if ends.duration_since(issued) > LONGEST_LIFE => Err("it lives more than an hour"),
        _ => Ok(()),
    }
}

/// An assertion for somebody else besides could be one they were sent and now show here.
fn check_audiences(clients: &Clients, token: &Verified) -> Result<(), &'static str> {
    let ours = clients.audiences();
    if token.audiences().all(|audience| ours.iter().any(|own| own == audience)) {
        Ok(())
    } else {
        Err("aud names others besides this gateway")
    }
}

/// Once and never again.
async fn spend(clients: &Clients, id: &ClientId, token: &Verified) -> Result<(), TokenError> {
    let name = digest::of(&[b"assertion", id.as_str().as_bytes(), token.id().unwrap_or_default().as_bytes()]);
    // A second after it is refused for its age, whatever was rounded.
    let until = token.expires_at().checked_add(LEEWAY + SignedDuration::from_secs(1));
    match clients.spend(name, until.unwrap_or(Timestamp::MAX)).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(not_proved("the assertion was used before")),
        Err(error) => {
            tracing::error!(%error, "an assertion could not be remembered");
            Err(TokenError::temporarily())
        }
    }
}
