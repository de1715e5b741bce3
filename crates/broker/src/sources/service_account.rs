//! Service accounts of Cloud: OAuth 2.0 client credentials, exchanged for access tokens of an hour (RFC 6749 §4.4,
//! with the JSON body Atlassian asks for).

use std::time::Duration;

use egress::RequestBody;
use http::{Request, Uri, header};
use seal::{Binding, Sealed};
use serde::Serialize;
use types::GrantName;
use zeroize::Zeroizing;

use super::renewed::{Got, Renewed};
use crate::life::Lifetime;
use crate::token_answer::{self, TokenAnswer};

/// How long the endpoint may take. Long: an answer that comes late is still worth more than asking again.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// What a service account's tokens are asked for with.
pub(crate) struct ServiceAccount {
    client_id: String,
    token_url: Uri,
    /// Opened for each token request, and only then.
    secret: Sealed,
}

impl ServiceAccount {
    pub(crate) const fn new(client_id: String, token_url: Uri, secret: Sealed) -> Self {
        Self { client_id, token_url, secret }
    }

    /// Asks the endpoint once.
    pub(crate) async fn attempt(&self, of: &Renewed) -> Got {
        let asked = of.moment();
        let Some(request) = self.request(of) else {
            return Got::nothing("the sealed secret does not open; add the grant again");
        };
        let answer = of.means().egress.fetch(request, ANSWER_WITHIN, token_answer::LONGEST).await;
        let answer = match answer {
            Ok((parts, body)) => token_answer::read(parts.status, &parts.headers, &body),
            Err(error) => TokenAnswer::Unavailable { why: error.to_string(), after: None },
        };
        match answer {
            TokenAnswer::Token { authorization, life } => {
                Got::Token { authorization, life: Lifetime::new(life), asked }
            }
            TokenAnswer::Rejected(error) => Got::Rejected(error),
            TokenAnswer::Unavailable { why, after } => Got::Unavailable { why, after },
        }
    }

    fn request(&self, of: &Renewed) -> Option<Request<RequestBody>> {
        let secret = of.means().keyring.open(&self.secret, &binding(of.grant())).ok()?;
        let body = Body {
            grant_type: "client_credentials",
            client_id: &self.client_id,
            client_secret: std::str::from_utf8(&secret).ok()?,
        };
        let body = Zeroizing::new(serde_json::to_vec(&body).ok()?);
        Request::post(self.token_url.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json")
            .header(header::USER_AGENT, crate::USER_AGENT)
            .body(RequestBody::full(body.to_vec()))
            .ok()
    }
}

/// Where the secret of a grant lies in the store.
pub(crate) fn binding(grant: &GrantName) -> Binding<'_> {
    Binding { table: "grants", row: grant.as_str(), column: "sealed" }
}

#[derive(Serialize)]
struct Body<'a> {
    grant_type: &'static str,
    client_id: &'a str,
    client_secret: &'a str,
}
