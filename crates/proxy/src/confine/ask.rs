//! Questions to Atlassian about where something lies, asked with the credential of the call they are asked for.
//!
//! A question may be the first to learn that Atlassian no longer takes the token. Then the broker is told, and it is asked
//! once more with a fresh one, which is also what the rest of the call is sent with.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ::boundary::limits;
use broker::{Broker, UpstreamCredential};
use bytes::Bytes;
use catalogue::CanonicalPath;
use egress::{Egress, RequestBody};
use http::header::{self, HeaderValue};
use http::{Method, Request, StatusCode};
use policy::Permit;
use serde_json::Value;
use tokio::sync::OnceCell;
use types::{Code, Refusal};

use crate::Forwarder;
use crate::forward::{USER_AGENT, Verdict, uri};

/// How long one question may take.
const WITHIN: Duration = Duration::from_secs(15);

/// The longest answer to one, in bytes: a hundred issues with few fields have some hundred thousand.
const LONGEST: usize = 4 * 1024 * 1024;

/// How many questions may be asked for one call.
const MOST: u32 = 250;

/// Asks, for one call.
pub(super) struct Asker<'a> {
    egress: &'a Egress,
    broker: &'a Broker,
    permit: &'a Permit,
    credential: &'a UpstreamCredential,
    /// What came in place of the credential, should its token have ended.
    fresh: OnceCell<UpstreamCredential>,
    asked: AtomicU32,
}

/// One question, as it is asked and asked again.
struct Question<'a> {
    method: Method,
    path: CanonicalPath,
    query: Option<&'a str>,
    body: Option<String>,
    /// The longest answer, in bytes.
    longest: usize,
}

/// What was said to it.
type Said = Option<(StatusCode, Bytes)>;

impl<'a> Asker<'a> {
    pub(super) fn new(
        forwarder: &'a Forwarder,
        permit: &'a Permit,
        credential: &'a UpstreamCredential,
    ) -> Self {
        let Forwarder { egress, broker, .. } = forwarder;
        Self { egress, broker, permit, credential, fresh: OnceCell::new(), asked: AtomicU32::new(0) }
    }

    /// The credential to go on with, when the one that was there has ended.
    pub(super) fn into_fresh(self) -> Option<UpstreamCredential> {
        self.fresh.into_inner()
    }

    /// What Atlassian has at a path; `None`: nothing the grant may see. A path that is not canonical names nothing.
    ///
    /// # Errors
    /// When nobody can say: then the call is not made.
    pub(super) async fn get(&self, path: &str, query: Option<&str>) -> Result<Option<Value>, Refusal> {
        self.ask(Method::GET, path, query, None).await
    }

    /// The same, asked with a body.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Option<Value>, Refusal> {
        self.ask(Method::POST, path, None, Some(body)).await
    }

    /// The same as [`Asker::get`], and nothing where the grant may not ask.
    pub(super) async fn get_if_permitted(&self, path: &str) -> Result<Option<Value>, Refusal> {
        match self.send(Method::GET, path, None, None, LONGEST).await? {
            Some((StatusCode::UNAUTHORIZED, _)) => Ok(None),
            said => read(said),
        }
    }

    /// A further page of an answer, as it was written. What is no page is nothing.
    pub(super) async fn page(&self, path: &str, query: &str) -> Result<Option<Bytes>, Refusal> {
        let said = self.send(Method::GET, path, Some(query), None, limits::ANSWER_BYTES).await?;
        Ok(said.filter(|(status, _)| *status == StatusCode::OK).map(|(_, bytes)| bytes))
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        query: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Option<Value>, Refusal> {
        read(self.send(method, path, query, body, LONGEST).await?)
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        query: Option<&str>,
        body: Option<&Value>,
        longest: usize,
    ) -> Result<Said, Refusal> {
        let Ok(path) = CanonicalPath::canonicalise(path) else { return Ok(None) };
        let question = Question { method, path, query, body: body.map(ToString::to_string), longest };
        let credential = self.fresh.get().unwrap_or(self.credential);
        let (verdict, said) = self.send_as(credential, &question).await?;
        if verdict != Some(Verdict::Credential) {
            return Ok(said);
        }
        if !self.broker.rejected(&credential.ticket(), StatusCode::UNAUTHORIZED) || self.fresh.initialized() {
            return Err(Code::GrantRejected.into());
        }
        let face = self.permit.operation().face();
        let fresh = self.fresh.get_or_try_init(|| self.broker.acquire(self.permit, face)).await?;
        let (verdict, said) = self.send_as(fresh, &question).await?;
        if verdict == Some(Verdict::Credential) {
            // So that the next call waits, or asks for another token, instead of showing this one again.
            let _no_third_time = self.broker.rejected(&fresh.ticket(), StatusCode::UNAUTHORIZED);
            return Err(Code::GrantRejected.into());
        }
        Ok(said)
    }

    /// Asks as somebody. Of an "unauthorized" also whose it is.
    async fn send_as(
        &self,
        credential: &UpstreamCredential,
        question: &Question<'_>,
    ) -> Result<(Option<Verdict>, Said), Refusal> {
        if self.asked.fetch_add(1, Ordering::Relaxed) >= MOST {
            return Err(unknown("More things than are looked up for one call would have to be."));
        }
        let Question { method, path, query, body, longest } = question;
        let mut request = Request::new(body.clone().map_or_else(RequestBody::empty, RequestBody::full));
        *request.uri_mut() = uri(credential.base(), path, *query)?;
        let headers = request.headers_mut();
        headers.insert(header::AUTHORIZATION, credential.authorization().clone());
        headers.insert(header::USER_AGENT, USER_AGENT);
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if *method == Method::POST {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        *request.method_mut() = method.clone();
        let fetched = self.egress.fetch(request, WITHIN, *longest).await;
        let (parts, bytes) = fetched.map_err(|error| {
            tracing::warn!(%error, "where something lies could not be found out");
            unknown("Atlassian gave no answer to the question where it lies.")
        })?;
        let verdict = (parts.status == StatusCode::UNAUTHORIZED).then(|| Verdict::of(&parts, &bytes));
        Ok((verdict, Some((parts.status, bytes))))
    }
}

fn read(said: Said) -> Result<Option<Value>, Refusal> {
    let Some((status, bytes)) = said else { return Ok(None) };
    match status {
        StatusCode::OK => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|_| unknown("Atlassian's answer to the question where it lies cannot be read.")),
        // What is not well named exists no more than what is not there.
        StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST | StatusCode::GONE => Ok(None),
        // Products say so of things the account may not see.
        StatusCode::FORBIDDEN => Ok(None),
        StatusCode::UNAUTHORIZED => {
            Err(unknown("The grant may not ask where it lies: it may lack the scope."))
        }
        StatusCode::TOO_MANY_REQUESTS => {
            Err(unknown("Atlassian asks for a pause.").retry_after(Duration::from_secs(5)))
        }
        status => {
            Err(unknown(format!("Atlassian answered the question where it lies with {}.", status.as_u16())))
        }
    }
}

fn unknown(detail: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    Refusal::new(Code::PlaceUnknown, detail)
}
