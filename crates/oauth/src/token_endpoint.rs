//! `POST /oauth/token` (RFC 6749 §3.2): which client is asking, and which flow answers.

use std::sync::Arc;

use audit::{Record, Text};
use bytes::Bytes;
use catalogue::ScopeSet;
use http::{HeaderMap, Response, StatusCode, header};
use seal::token::{self, Digest, Kind};
use types::{ClientId, Code};
use zeroize::Zeroizing;

use crate::answer::{self, Issued, TokenError};
use crate::directory::Credential;
use crate::flows;
use crate::form::{self, Form};
use crate::presented::read_basic;
use crate::{Approach, Clients};

/// How a client may prove itself at the token endpoint, as RFC 8414 metadata calls it.
pub const CLIENT_AUTHENTICATION: &[&str] = &["client_secret_basic", "client_secret_post"];

impl Clients {
    /// Answers a token request. `allowed` says which scopes the manifest of a client has now; `None` when it has no
    /// manifest. What becomes known, who asked and what they got, is noted in `record` as it becomes known, so that a
    /// request whose client leaves says how far it came.
    ///
    /// The answer is complete: status, headers (`Cache-Control: no-store`, on 401 `WWW-Authenticate`) and JSON.
    pub async fn token(
        &self,
        approach: Approach<'_>,
        body: &[u8],
        allowed: impl FnOnce(&ClientId) -> Option<ScopeSet>,
        record: &mut Record,
    ) -> Response<Bytes> {
        let outcome = match self.asking(approach, body) {
            Ok((form, secret)) => {
                record.client = Some(secret.client().clone());
                record.credential = Some(Text::untrusted(secret.hint()));
                if secret.is_public() || secret.member().pace().allows(self.tick()) {
                    flows::run(self, &form, &secret, allowed(secret.client()).as_ref()).await
                } else {
                    Err(TokenError::too_fast())
                }
            }
            Err(no) => Err(no),
        };
        if let Err(no) = &outcome {
            tracing::debug!(?no, "no access token");
        }
        let response = answer::respond(&outcome);
        note(&outcome, response.status(), record);
        response
    }

    /// The parameters, and the client that proved itself with them.
    fn asking(&self, approach: Approach<'_>, body: &[u8]) -> Result<(Form, Arc<Credential>), TokenError> {
        let Approach { headers, address } = approach;
        check_content_type(headers)?;
        let form = Form::parse(body).map_err(|error| TokenError::request(error.to_string()))?;
        let claim = claim(headers, &form)?;
        let found = match (claim.digest, claim.alone) {
            (Some(digest), _) => self.secret(&digest),
            (None, true) => claim.client_id.parse().ok().and_then(|id| self.public_client(&id)),
            (None, false) => None,
        };
        let secret = found.filter(|secret| secret.client().as_str() == claim.client_id.as_str());
        let secret = secret.ok_or_else(TokenError::client)?;
        let now = self.now();
        match secret.check(now, address) {
            // Paused for changes only: reading goes on, and takes tokens.
            Ok(_) => {
                secret.uses().note(now, address);
                Ok((form, secret))
            }
            // An ended secret is as good as none; a client that proved itself may be told what its own state is.
            Err(refusal) => Err(match refusal.code() {
                Code::ClientExpired => {
                    TokenError::unauthorized("This client has expired. Its owner can have it extended.")
                }
                Code::ClientPaused => {
                    TokenError::unauthorized(format!("This client is paused. {}", refusal.detail()))
                }
                Code::AddressNotPermitted => {
                    TokenError::unauthorized("This client may not ask for tokens from this address.")
                }
                _ => TokenError::client(),
            }),
        }
    }
}

fn note(outcome: &Outcome, status: StatusCode, record: &mut Record) {
    record.status = Some(status.as_u16());
    match outcome {
        Ok(issued) => {
            record.issued = Some(Text::untrusted(&issued.hint));
            let scopes = issued.scope.as_deref().unwrap_or_default();
            record.scopes = scopes.split_ascii_whitespace().map(Text::untrusted).collect();
            record.user = issued.account.as_deref().map(Text::untrusted);
        }
        Err(no) => {
            record.refusal = Some(Text::fixed(no.error()));
            record.user = no.account().map(Text::untrusted);
        }
    }
}

/// RFC 6749 §4.4.2 wants a form; libraries that send JSON should hear so rather than "invalid_request".
fn check_content_type(headers: &HeaderMap) -> Result<(), TokenError> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media = given.split(';').next().unwrap_or_default().trim();
    if media.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Ok(());
    }
    Err(TokenError::request(
        "Send the parameters as a form (Content-Type: application/x-www-form-urlencoded); this endpoint reads no JSON.",
    ))
}

/// Who a request says it comes from, and with which secret.
struct Claim {
    client_id: Zeroizing<String>,
    /// `None` when what was sent as the secret cannot be one.
    digest: Option<Digest>,
    /// Nothing was sent but the client id, which is all a public client has (RFC 6749 §3.2.1).
    alone: bool,
}

/// From the Basic header or the body, never both (RFC 6749 §2.3).
fn claim(headers: &HeaderMap, form: &Form) -> Result<Claim, TokenError> {
    let mut sent = headers.get_all(header::AUTHORIZATION).iter();
    let in_body = form.get("client_secret");
    match (sent.next(), sent.next(), in_body) {
        (Some(_), Some(_), _) => {
            Err(TokenError::request("The request has more than one Authorization header."))
        }
        (Some(_), None, Some(_)) => Err(TokenError::request(
            "Send client id and secret in the Authorization header or in the body, not in both.",
        )),
        (Some(basic), None, None) => {
            let claim =
                read_basic(basic.as_bytes(), from_basic).ok().flatten().ok_or_else(TokenError::client)?;
            match form.get("client_id") {
                Some(other) if other != claim.client_id.as_str() => Err(TokenError::request(
                    "The client_id in the body is not the one in the Authorization header.",
                )),
                _ => Ok(claim),
            }
        }
        (None, _, Some(secret)) => {
            let client_id = form.get("client_id").ok_or_else(TokenError::client)?;
            Ok(Claim {
                client_id: Zeroizing::new(client_id.to_owned()),
                digest: digest(secret),
                alone: false,
            })
        }
        (None, _, None) => {
            let client_id = form.get("client_id").ok_or_else(TokenError::client)?;
            Ok(Claim { client_id: Zeroizing::new(client_id.to_owned()), digest: None, alone: true })
        }
    }
}

/// User name and password are form-encoded once more inside Basic (RFC 6749 §2.3.1).
fn from_basic(user: &[u8], password: &[u8]) -> Option<Claim> {
    let client_id = form::decode(user).ok()?;
    let secret = form::decode(password).ok()?;
    Some(Claim { client_id, digest: digest(&secret), alone: false })
}

fn digest(secret: &str) -> Option<Digest> {
    let parsed = token::parse(secret).ok()?;
    (parsed.kind == Kind::ClientSecret).then_some(parsed.digest)
}

/// What a flow answers with.
pub(crate) type Outcome = Result<Issued, TokenError>;

#[cfg(test)]
mod tests;
