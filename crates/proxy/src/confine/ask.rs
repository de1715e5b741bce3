//! Questions to Atlassian about where something lies, asked with the credential of the call they are asked for.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ::boundary::limits;
use broker::UpstreamCredential;
use bytes::Bytes;
use catalogue::CanonicalPath;
use egress::{Egress, RequestBody};
use http::header::{self, HeaderValue};
use http::{Method, Request, StatusCode};
use serde_json::Value;
use types::{Code, Refusal};

use crate::forward::{USER_AGENT, uri};

/// How long one question may take.
const WITHIN: Duration = Duration::from_secs(15);

/// The longest answer to one, in bytes: a hundred issues with few fields have some hundred thousand.
const LONGEST: usize = 4 * 1024 * 1024;

/// How many questions may be asked for one call.
const MOST: u32 = 250;

/// Asks, for one call.
pub(super) struct Asker<'a> {
    egress: &'a Egress,
    credential: &'a UpstreamCredential,
    asked: AtomicU32,
}

impl<'a> Asker<'a> {
    pub(super) const fn new(egress: &'a Egress, credential: &'a UpstreamCredential) -> Self {
        Self { egress, credential, asked: AtomicU32::new(0) }
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
    ) -> Result<Option<(StatusCode, Bytes)>, Refusal> {
        if self.asked.fetch_add(1, Ordering::Relaxed) >= MOST {
            return Err(unknown("More things than are looked up for one call would have to be."));
        }
        let Ok(path) = CanonicalPath::canonicalise(path) else { return Ok(None) };
        let body = body.map(ToString::to_string);
        let mut request = Request::new(body.map_or_else(RequestBody::empty, RequestBody::full));
        *request.uri_mut() = uri(self.credential.base(), &path, query)?;
        let headers = request.headers_mut();
        headers.insert(header::AUTHORIZATION, self.credential.authorization().clone());
        headers.insert(header::USER_AGENT, USER_AGENT);
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if method == Method::POST {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        *request.method_mut() = method;
        let fetched = self.egress.fetch(request, WITHIN, longest).await;
        let (parts, bytes) = fetched.map_err(|error| {
            tracing::warn!(%error, "where something lies could not be found out");
            unknown("Atlassian gave no answer to the question where it lies.")
        })?;
        Ok(Some((parts.status, bytes)))
    }
}

fn read(said: Option<(StatusCode, Bytes)>) -> Result<Option<Value>, Refusal> {
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
            Err(unknown("The grant lacks the scope to find out where it lies, or its token has just ended."))
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
