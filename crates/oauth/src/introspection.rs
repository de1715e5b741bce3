//! `POST /oauth/introspect` (RFC 7662) and `POST /oauth/revoke` (RFC 7009): what a token is, and its end.
//!
//! A client may ask about its own tokens, and end them. About anyone else's it hears what it would hear about a text it made
//! up: that it is not active, or that it is ended.

use audit::{Record, Text};
use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};

use crate::answer::{self, TokenError};
use crate::directory::Credential;
use crate::possession::dpop;
use crate::{Approach, Clients};

impl Clients {
    /// Answers an introspection request.
    pub async fn introspect(
        &self,
        approach: Approach<'_>,
        body: &[u8],
        record: &mut Record,
    ) -> Response<Bytes> {
        let outcome = self.about(approach, body, record).await;
        let outcome = outcome.map(|token| match token {
            Some(token) => self.facts(&token, approach.origin),
            None => json!({ "active": false }),
        });
        answer::respond_json(&outcome, record)
    }

    /// Answers a revocation request: 200 whether there was such a token or not (RFC 7009 §2.2).
    pub async fn revoke_token(
        &self,
        approach: Approach<'_>,
        body: &[u8],
        record: &mut Record,
    ) -> Response<Bytes> {
        let outcome = match self.about(approach, body, record).await {
            Ok(Some(_)) => {
                let text = crate::form::Form::parse(body).ok();
                let text = text.as_ref().and_then(|form| form.get("token")).unwrap_or_default();
                self.end_token(text).await.map(|()| Value::Null).map_err(|error| {
                    tracing::error!(%error, "a token could not be revoked");
                    TokenError::temporarily()
                })
            }
            Ok(None) => Ok(Value::Null),
            Err(no) => Err(no),
        };
        answer::respond_json(&outcome, record)
    }

    /// The living token a request is about, if it is one of the client that asks.
    async fn about(
        &self,
        approach: Approach<'_>,
        body: &[u8],
        record: &mut Record,
    ) -> Result<Option<std::sync::Arc<Credential>>, TokenError> {
        let (form, origin) = self.asking(approach, body).await?;
        record.client = Some(origin.client().clone());
        record.credential = Some(Text::untrusted(origin.hint()));
        let text = form.get("token").ok_or_else(|| TokenError::request("The parameter token is missing."))?;
        let token = self.access_token(text).await?;
        let now = self.now();
        let own = token.filter(|token| token.client() == origin.client() && token.is_good(now));
        if let Some(token) = &own {
            record.issued = Some(Text::untrusted(token.hint()));
        }
        Ok(own)
    }

    fn facts(&self, token: &Credential, gateway: &str) -> Value {
        let narrowing = token.narrowing();
        let mut said = json!({
            "active": true,
            "client_id": token.client(),
            "sub": narrowing.account.as_deref().unwrap_or(token.client().as_str()),
            "iss": gateway,
            "token_type": if narrowing.bound_to.as_deref().is_some_and(|bound| bound.starts_with(dpop::BOND)) { dpop::TOKEN_TYPE } else { "Bearer" },
        });
        let mut add = |name: &str, value: Value| {
            if let Some(said) = said.as_object_mut() {
                said.insert(name.to_owned(), value);
            }
        };
        if let Some(at) = token.ends_at() {
            add("exp", json!(at.as_second()));
        }
        if let Some(scopes) = &narrowing.scopes {
            let names: Vec<_> = scopes.iter().map(|scope| self.catalogue().scope_name(scope)).collect();
            add("scope", json!(names.join(" ")));
        }
        if !narrowing.sites.is_empty() {
            let urls: Vec<_> = narrowing.sites.iter().map(|site| format!("{gateway}/sites/{site}")).collect();
            add("aud", json!(urls));
        }
        if let Some((kind, thumbprint)) =
            narrowing.bound_to.as_deref().and_then(|bound| bound.split_once(':'))
        {
            add("cnf", json!({ if kind == "x5t" { "x5t#S256" } else { kind }: thumbprint }));
        }
        said
    }
}

#[cfg(test)]
mod tests;
