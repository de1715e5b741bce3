//! `POST /oauth/introspect` (RFC 7662) and `POST /oauth/revoke` (RFC 7009): what a token is, and its end.
//!
//! A client may ask about its own tokens, and end them. About anyone else's it hears what it would hear about a text it made
//! up: that it is not active, or that it is ended.

use std::fmt;
use std::sync::Arc;

use audit::{Record, Text};
use bytes::Bytes;
use http::Response;
use seal::token::{self, Kind};
use serde_json::{Value, json};

use crate::answer::{self, TokenError};
use crate::directory::Credential;
use crate::form::Form;
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
        let outcome = self.end_own(approach, body, record).await.map(|()| Value::Null);
        answer::respond_json(&outcome, record)
    }

    /// Ends the token a request is about, if it is one of the client that asks. With a refresh token goes what the user
    /// allowed, and everything that came of it (RFC 7009 §2.1).
    async fn end_own(
        &self,
        approach: Approach<'_>,
        body: &[u8],
        record: &mut Record,
    ) -> Result<(), TokenError> {
        let (form, origin) = self.asked(approach, body, record).await?;
        let text = token_of(&form)?;
        if let Some(refresh) = token::parse(text).ok().filter(|it| it.kind == Kind::RefreshToken) {
            let own = self.refresh_token(&refresh.digest).await?;
            let Some((_, consent)) = own.filter(|(_, consent)| consent.client == *origin.client()) else {
                return Ok(());
            };
            record.issued = Some(Text::untrusted(&refresh.hint()));
            return self.end_consent(&consent.id).await.map_err(|error| not_ended(&error));
        }
        match self.own(text, &origin, record).await? {
            Some(_) => self.end_token(text).await.map_err(|error| not_ended(&error)),
            None => Ok(()),
        }
    }

    /// The living access token a request is about, if it is one of the client that asks.
    async fn about(
        &self,
        approach: Approach<'_>,
        body: &[u8],
        record: &mut Record,
    ) -> Result<Option<Arc<Credential>>, TokenError> {
        let (form, origin) = self.asked(approach, body, record).await?;
        self.own(token_of(&form)?, &origin, record).await
    }

    /// What is asked, and by whom.
    async fn asked(
        &self,
        approach: Approach<'_>,
        body: &[u8],
        record: &mut Record,
    ) -> Result<(Form, Arc<Credential>), TokenError> {
        let (form, origin) = self.asking(approach, body).await?;
        record.client = Some(origin.client().clone());
        record.credential = Some(Text::untrusted(origin.hint()));
        Ok((form, origin))
    }

    async fn own(
        &self,
        text: &str,
        origin: &Credential,
        record: &mut Record,
    ) -> Result<Option<Arc<Credential>>, TokenError> {
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
            "token_type": if narrowing.bound_to.as_deref().is_some_and(|bound| bound.starts_with(dpop::BOND)) { dpop::TOKEN_TYPE } else { "Bearer" },
        });
        let mut add = |name: &str, value: Value| {
            if let Some(said) = said.as_object_mut() {
                said.insert(name.to_owned(), value);
            }
        };
        // Called by no name of its own, it has none to tell.
        if !gateway.is_empty() {
            add("iss", json!(gateway));
        }
        if let Some(at) = token.ends_at() {
            add("exp", json!(at.as_second()));
        }
        if let Some(scopes) = &narrowing.scopes {
            let names: Vec<_> = scopes.iter().map(|scope| self.catalogue().scope_name(scope)).collect();
            add("scope", json!(names.join(" ")));
        }
        if !narrowing.sites.is_empty() && !gateway.is_empty() {
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

fn token_of(form: &Form) -> Result<&str, TokenError> {
    form.get("token").ok_or_else(|| TokenError::request("The parameter token is missing."))
}

fn not_ended(error: &dyn fmt::Display) -> TokenError {
    tracing::error!(%error, "a token could not be revoked");
    TokenError::temporarily()
}

#[cfg(test)]
mod tests;
