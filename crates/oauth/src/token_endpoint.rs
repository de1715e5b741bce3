//! `POST /oauth/token` (RFC 6749 §3.2): which client is asking, and which flow answers.

use std::sync::Arc;

use audit::{Record, Text};
use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header};
use types::{ClientId, Code, Refusal, SiteName};

use crate::answer::{self, Granted, Issued, TokenError, Vended};
use crate::directory::Credential;
use crate::flows::{self, Desk};
use crate::form::Form;
use crate::possession::Asker;
use crate::{Allowance, Approach, Clients, proofs};

impl Clients {
    /// Answers a token request. `allowed` says what
    /// the manifest of a client allows now; `None` when it has no manifest. `vend` gives Atlassian's own token for a site,
    /// and is asked only when the manifest says so. What becomes known, who asked and what they got, is noted in `record` as it becomes known, so that a
    /// request whose client leaves says how far it came.
    ///
    /// The answer is complete: status, headers (`Cache-Control: no-store`, on 401 `WWW-Authenticate`) and JSON.
    pub async fn token(
        &self,
        approach: Approach<'_>,
        body: &[u8],
        allowed: impl FnOnce(&ClientId) -> Option<Allowance>,
        vend: impl AsyncFnOnce(&ClientId, &SiteName) -> Result<Vended, Refusal>,
        record: &mut Record,
    ) -> Response<Bytes> {
        let outcome = match self.asking(approach, body).await {
            Ok((form, secret)) => {
                record.client = Some(secret.client().clone());
                record.credential = Some(Text::untrusted(secret.hint()));
                if secret.is_public() || secret.member().pace().allows(self.tick()) {
                    match Asker::of(self, approach, secret) {
                        Ok(asker) => {
                            let desk = Desk { gateway: approach.origin, allowance: allowed(asker.client()) };
                            match flows::run(self, &form, &asker, &desk).await {
                                Ok(Granted::Issued(issued)) => Ok(issued),
                                Ok(Granted::Upstream(site)) => {
                                    record.site = Some(site.clone());
                                    let vended = vend(asker.client(), &site).await;
                                    vended.map(Issued::from).map_err(|refusal| TokenError::upstream(&refusal))
                                }
                                Err(no) => Err(no),
                            }
                        }
                        Err(no) => Err(no),
                    }
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
    pub(crate) async fn asking(
        &self,
        approach: Approach<'_>,
        body: &[u8],
    ) -> Result<(Form, Arc<Credential>), TokenError> {
        check_content_type(approach.headers)?;
        let form = Form::parse(body).map_err(|error| TokenError::request(error.to_string()))?;
        let secret = proofs::prove(self, approach, &form).await?;
        let (now, from) = (self.now(), approach.whence);
        match secret.check(now, from) {
            // Paused for changes only: reading goes on, and takes tokens.
            Ok(_) => {
                secret.uses().note(now, from.address());
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

fn note(outcome: &Result<Issued, TokenError>, status: StatusCode, record: &mut Record) {
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

/// What a flow answers with.
pub(crate) type Outcome = Result<Granted, TokenError>;

#[cfg(test)]
mod tests;
