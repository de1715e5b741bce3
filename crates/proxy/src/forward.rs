//! The stage that sends: the only code that spends proofs.

pub(crate) mod content;
mod target;
mod verdict;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use broker::{Broker, UpstreamCredential};
use bytes::Bytes;
use catalogue::Call;
use egress::{Egress, EgressError, Kind, RequestBody};
use http::header::{self, HeaderMap, HeaderValue};
use http::response::Parts;
use http::{HeaderName, Method, Request, StatusCode, Uri};
use hyper::body::Incoming;
use policy::Permit;
use traffic::Admission;
use types::{Code, Refusal, RequestId};

use crate::confine::{self, Places, Watch};
use crate::upload::{Counted, Payload};
use crate::{Settings, headers};
pub(crate) use target::uri;
pub(crate) use verdict::Verdict;

/// Who we are to Atlassian: one neutral name, because a browser's would start Jira's XSRF checks.
pub(crate) const USER_AGENT: HeaderValue =
    HeaderValue::from_static(concat!("ticketgate/", env!("CARGO_PKG_VERSION")));

/// Everything that has to be proved before a call may be sent. Each part is made by one crate and by nothing else.
///
/// With all of them a call is sent:
///
/// ```no_run
/// # use {broker::UpstreamCredential, catalogue::Call, policy::Permit, traffic::Admission};
/// # use proxy::{Forwarder, Message, Proofs};
/// async fn send(forwarder: &Forwarder, call: Call, permit: Permit, admission: Admission, credential: UpstreamCredential, message: Box<Message>) {
///     let _answer = forwarder.forward(Proofs { call, permit, admission, credential }, message).await;
/// }
/// ```
///
/// and without any one of them it is not:
///
/// ```compile_fail,E0063
/// fn without_a_permit(call: catalogue::Call, admission: traffic::Admission, credential: broker::UpstreamCredential) {
///     proxy::Proofs { call, admission, credential };
/// }
/// ```
///
/// ```compile_fail,E0063
/// fn without_an_admission(call: catalogue::Call, permit: policy::Permit, credential: broker::UpstreamCredential) {
///     proxy::Proofs { call, permit, credential };
/// }
/// ```
///
/// ```compile_fail,E0063
/// fn without_a_credential(call: catalogue::Call, permit: policy::Permit, admission: traffic::Admission) {
///     proxy::Proofs { call, permit, admission };
/// }
/// ```
///
/// ```compile_fail,E0063
/// fn without_a_call(permit: policy::Permit, admission: traffic::Admission, credential: broker::UpstreamCredential) {
///     proxy::Proofs { permit, admission, credential };
/// }
/// ```
///
/// And it is sent once: the proofs are used up.
///
/// ```compile_fail,E0382
/// async fn twice(forwarder: &proxy::Forwarder, proofs: proxy::Proofs, first: Box<proxy::Message>, second: Box<proxy::Message>) {
///     let _ = forwarder.forward(proofs, first).await;
///     let _ = forwarder.forward(proofs, second).await;
/// }
/// ```
#[derive(Debug)]
pub struct Proofs {
    /// It is this operation.
    pub call: Call,
    /// The client may.
    pub permit: Permit,
    /// There is room.
    pub admission: Admission,
    /// As whom.
    pub credential: UpstreamCredential,
}

/// What the client sends along: method, query, headers and body of a request that has arrived.
#[derive(Debug)]
pub struct Message {
    pub(crate) id: RequestId,
    pub(crate) method: Method,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Payload,
    /// What the answer has to be looked at for; `None`: for nothing.
    pub(crate) watch: Option<Box<Watch>>,
}

/// What came of it. The admission is held until the answer has passed.
#[derive(Debug)]
pub struct Forwarded {
    pub(crate) parts: Parts,
    pub(crate) body: Arrived,
    pub(crate) admission: Admission,
}

/// The body of an answer: on its way, or read already because something had to be known about it.
#[derive(Debug)]
pub(crate) enum Arrived {
    Passing(Incoming),
    Read(Bytes),
}

/// Sends calls.
#[derive(Clone, Debug)]
pub struct Forwarder {
    pub(crate) egress: Egress,
    pub(crate) broker: Broker,
    pub(crate) settings: Arc<Settings>,
    /// Made for the first client with a boundary: empty as it is, it takes room for what it will know.
    pub(crate) places: Arc<LazyLock<Places>>,
}

impl Forwarder {
    pub(crate) fn new(egress: Egress, broker: Broker, settings: Arc<Settings>) -> Self {
        Self { egress, broker, settings, places: Arc::new(LazyLock::new(Places::default)) }
    }

    /// Sends one call and takes the answer. What is rarely waited for waits on the heap, so that every other call's journey
    /// is the smaller for it.
    ///
    /// When Atlassian no longer takes the token, the broker is told, and the call is sent once more with a fresh one,
    /// provided its body is still there: a plain `401 Unauthorized` comes from Atlassian's gateway, before anything was
    /// done. Content that Atlassian serves from another host is fetched from there, without the credential.
    ///
    /// # Errors
    /// When there is no answer, or the answer is that the credential is no good.
    pub async fn forward(&self, proofs: Proofs, mut message: Box<Message>) -> Result<Forwarded, Refusal> {
        let Proofs { call, permit, admission, mut credential } = proofs;
        if !permit.is_for(&call) {
            return Err(Code::Internal.into());
        }
        let uri = uri(credential.base(), call.path(), message.query.as_deref())?;
        let watch = message.watch.take();
        let mut letter = Letter { uri, message };
        let (mut parts, mut body) = self.send(&mut letter, &credential).await?;
        if parts.status == StatusCode::UNAUTHORIZED {
            let unauthorized = self.unauthorized(parts, body, &mut letter, &permit, &mut credential);
            (parts, body) = Box::pin(unauthorized).await?;
        }
        if parts.status == StatusCode::FORBIDDEN && verdict::may_be_the_gateways(&parts) {
            body = Box::pin(self.forbidden(body, &permit)).await?;
        } else if parts.status.is_success() {
            self.broker.went_well(&permit);
        }
        if parts.status.is_redirection() && content::is_content(call.operation()) {
            let followed = content::follow(&self.egress, &self.settings, parts, body, &letter);
            (parts, body) = Box::pin(followed).await?;
        }
        if let Some(watch) = watch {
            (parts, body) =
                Box::pin(confine::filter(self, *watch, &permit, &credential, (parts, body))).await?;
        }
        Ok(Forwarded { parts, body, admission })
    }

    async fn send(
        &self,
        letter: &mut Letter,
        credential: &UpstreamCredential,
    ) -> Result<(Parts, Arrived), Refusal> {
        let counted = letter.message.payload.counter();
        let body = letter.message.payload.send().ok_or(Code::Internal)?;
        let request = letter.request(&self.settings.also_forward, credential, body);
        let sent = match &counted {
            Counted::All(_) => self.egress.send(request, self.settings.to_head).await,
            Counted::SoFar(fate) => {
                // A long upload may take as long as it likes while it moves; the wait for the head starts when it stops.
                tokio::select! {
                    sent = Box::pin(self.egress.send(request, Duration::MAX)) => sent,
                    () = fate.stands_still(self.settings.to_head) => return Err(Code::UpstreamTimeout.into()),
                }
            }
        };
        let answer = sent.map_err(|error| refusal(letter.message.id, &error, &counted))?;
        let (parts, body) = answer.into_parts();
        Ok((parts, Arrived::Passing(body)))
    }

    /// Finds out whose "unauthorized" it is, and does about it what can be done.
    async fn unauthorized(
        &self,
        parts: Parts,
        body: Arrived,
        letter: &mut Letter,
        permit: &Permit,
        credential: &mut UpstreamCredential,
    ) -> Result<(Parts, Arrived), Refusal> {
        let (verdict, body) = Verdict::read(&parts, body, self.settings.idle).await?;
        match verdict {
            Verdict::Product => Ok((parts, body)),
            Verdict::Scope => Err(Refusal::new(
                Code::GrantRejected,
                "It says that the grant lacks a scope this operation needs; the credential itself is good.",
            )),
            Verdict::Credential => {
                if self.broker.rejected(&credential.ticket(), parts.status) {
                    self.once_more(letter, permit, credential).await
                } else {
                    Err(Code::GrantRejected.into())
                }
            }
        }
    }

    /// Finds out whether it is the app that is not there, and says so.
    async fn forbidden(&self, body: Arrived, permit: &Permit) -> Result<Arrived, Refusal> {
        let (not_installed, body) = verdict::not_installed(body, self.settings.idle).await?;
        match not_installed.then(|| self.broker.not_installed(permit)).flatten() {
            Some(refusal) => Err(refusal),
            None => Ok(body),
        }
    }

    /// With a fresh token, once. It is the call's from here on.
    async fn once_more(
        &self,
        letter: &mut Letter,
        permit: &Permit,
        credential: &mut UpstreamCredential,
    ) -> Result<(Parts, Arrived), Refusal> {
        if !letter.message.payload.can_be_sent() {
            let detail = "Its token had just ended; nothing was done, but the body has passed.";
            return Err(Refusal::new(Code::GrantUnavailable, detail).retry_after(Duration::from_secs(1)));
        }
        *credential = self.broker.acquire(permit, permit.operation().face()).await?;
        let (parts, body) = self.send(letter, credential).await?;
        if parts.status != StatusCode::UNAUTHORIZED {
            return Ok((parts, body));
        }
        match Verdict::read(&parts, body, self.settings.idle).await? {
            (Verdict::Product, body) => Ok((parts, body)),
            (Verdict::Scope, _) => Err(Code::GrantRejected.into()),
            (Verdict::Credential, _) => {
                // So that the next call waits, or asks for another token, instead of showing this one again.
                let _no_third_time = self.broker.rejected(&credential.ticket(), parts.status);
                Err(Code::GrantRejected.into())
            }
        }
    }
}

/// A call as it is sent, and sent again.
pub(crate) struct Letter {
    uri: Uri,
    /// With the headers as the client sent them: what travels is chosen anew each time it is sent.
    message: Box<Message>,
}

impl Letter {
    /// The client's headers as far as they travel, and the three that are ours.
    fn request(
        &self,
        also_forward: &[HeaderName],
        credential: &UpstreamCredential,
        body: RequestBody,
    ) -> Request<RequestBody> {
        let mut headers = headers::outbound(&self.message.headers, also_forward);
        // Answers may be rewritten, so only codings that can be undone are asked for; a part of a coded answer cannot.
        let gzip = headers::takes_gzip(&self.message.headers) && !headers.contains_key(header::RANGE);
        let coding =
            if gzip { HeaderValue::from_static("gzip") } else { HeaderValue::from_static("identity") };
        headers.insert(header::ACCEPT_ENCODING, coding);
        headers.insert(header::USER_AGENT, USER_AGENT);
        headers.insert(header::AUTHORIZATION, credential.authorization().clone());
        let mut request = Request::new(body);
        *request.method_mut() = self.message.method.clone();
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = headers;
        request
    }
}

/// An error as the caller hears it. Its cause goes to the log under the request id, not to the caller: it can name hosts.
fn refusal(id: RequestId, error: &EgressError, counted: &Counted) -> Refusal {
    if error.kind() == Kind::RequestBody {
        return counted.refusal();
    }
    tracing::warn!(request = %id, %error, "a call got no answer");
    error.code().into()
}
