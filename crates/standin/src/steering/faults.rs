//! Faults that a test asks for: what to match, how often, and what goes wrong.

use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::oauth;
use crate::payload::Payload;
use crate::reply::{Answer, Reply};
use crate::server::{respond, whole};
use crate::wire::Garble;

/// How many faults may wait at once.
const WAITING_MAX: usize = 1_000;

/// The longest delay, and how long a hang lasts: an hour ends every test.
const HOUR: Duration = Duration::from_secs(3600);

/// The faults that wait for a request, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

/// As it is sent to `PUT /standin/faults`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    #[serde(default, rename = "match")]
    matching: Matching,
    #[serde(default = "once")]
    times: u64,
    action: Effect,
}

const fn once() -> u64 {
    1
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Matching {
    method: Option<String>,
    /// Compared with the whole path as sent, `/ex/...` included.
    path_prefix: Option<String>,
    path_contains: Option<String>,
    /// The field `grant_type` of the body, form or JSON: for the token endpoints.
    grant_type: Option<String>,
}

/// What goes wrong.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Effect {
    /// This answer instead of the real one; nothing is changed in the world.
    Answer {
        status: u16,
        #[serde(default)]
        body: Value,
        #[serde(default)]
        headers: std::collections::BTreeMap<String, String>,
    },
    /// The world changes, then this answer instead of the real one: an error that hides success.
    AnswerAfterWork {
        status: u16,
        #[serde(default)]
        body: Value,
        #[serde(default)]
        headers: std::collections::BTreeMap<String, String>,
    },
    /// The real answer, later. The world changes when the delay is over.
    DelayMs(u64),
    /// The world changes at once, and the real answer comes later.
    DelayAfterWorkMs(u64),
    /// The connection closes without an answer, and nothing is changed.
    ResetBeforeAnswer,
    /// The world changes, then the connection closes without an answer: the ambiguous case.
    ResetAfterWork,
    /// The real answer breaks off in its middle.
    ResetMidBody,
    /// The real answer, without a length.
    NoContentLength,
    /// So many bytes instead of the real answer.
    HugeBody(u64),
    /// Bytes that are not HTTP instead of the real answer.
    Garbage,
    /// No answer at all, for an hour.
    Hang,
}

impl Faults {
    /// Adds one.
    pub(crate) fn add(faults: &Mutex<Self>, ask: &Ask) -> Answer {
        let fault: Fault = serde_json::from_slice(&ask.body)
            .map_err(|error| Reply::bad(format!("not a fault: {error}; see docs/standin.md")))?;
        let mut faults = faults.lock().unwrap_or_else(PoisonError::into_inner);
        if faults.0.len() >= WAITING_MAX {
            return Err(Reply::bad("too many faults are waiting"));
        }
        faults.0.push(fault);
        Ok(Reply::created(json!({"waiting": faults.0.len()})))
    }

    /// Shows those that wait.
    pub(crate) fn list(faults: &Mutex<Self>) -> Reply {
        Reply::json(json!({"faults": faults.lock().unwrap_or_else(PoisonError::into_inner).0}))
    }

    /// Calls everything off.
    pub(crate) fn clear(faults: &Mutex<Self>) {
        faults.lock().unwrap_or_else(PoisonError::into_inner).0.clear();
    }

    /// The first fault that matches a request, used up once. Steering itself never fails.
    pub(crate) fn take(faults: &Mutex<Self>, ask: &Ask) -> Option<Effect> {
        let mut faults = faults.lock().unwrap_or_else(PoisonError::into_inner);
        if faults.0.is_empty() || ask.path.starts_with("/standin/") {
            return None;
        }
        let fault = faults.0.iter_mut().find(|fault| fault.matching.fits(ask))?;
        fault.times = fault.times.saturating_sub(1);
        let effect = fault.action.clone();
        faults.0.retain(|fault| fault.times > 0);
        Some(effect)
    }
}

impl Matching {
    fn fits(&self, ask: &Ask) -> bool {
        self.method.as_ref().is_none_or(|method| ask.method.as_str().eq_ignore_ascii_case(method))
            && self.path_prefix.as_ref().is_none_or(|prefix| ask.path.starts_with(prefix))
            && self.path_contains.as_ref().is_none_or(|part| ask.path.contains(part))
            && self.grant_type.as_ref().is_none_or(|wanted| {
                oauth::fields(ask).is_some_and(|fields| oauth::field(&fields, "grant_type") == wanted)
            })
    }
}

impl Effect {
    /// An error of the edge, and nothing is changed.
    pub(crate) fn answer(status: u16) -> Self {
        Self::Answer { status, body: json!({"code": status}), headers: std::collections::BTreeMap::new() }
    }

    /// An error of the edge, although everything was done.
    pub(crate) fn answer_after_work(status: u16) -> Self {
        Self::AnswerAfterWork {
            status,
            body: json!({"code": status}),
            headers: std::collections::BTreeMap::new(),
        }
    }

    /// How long to wait between the work and the answer.
    pub(crate) fn delay_after_work(&self) -> Option<Duration> {
        match self {
            Self::DelayAfterWorkMs(millis) => Some(Duration::from_millis(*millis).min(HOUR)),
            _ => None,
        }
    }

    /// How long to wait first.
    pub(crate) fn delay(&self) -> Option<Duration> {
        match self {
            Self::DelayMs(millis) => Some(Duration::from_millis(*millis).min(HOUR)),
            _ => None,
        }
    }

    /// Whether the request never reaches the world.
    pub(crate) const fn is_instead(&self) -> bool {
        matches!(
            self,
            Self::Answer { .. } | Self::ResetBeforeAnswer | Self::HugeBody(_) | Self::Garbage | Self::Hang
        )
    }

    /// What is sent instead of the real answer; `None` when it is nothing at all.
    pub(crate) async fn instead(&self, garble: &Garble) -> Option<Result<Response<Payload>, io::Error>> {
        match self {
            Self::Answer { status, body, headers } => Some(Ok(made_up(*status, body, headers))),
            Self::HugeBody(bytes) => {
                let mut kind = HeaderMap::new();
                kind.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
                Some(Ok(respond(StatusCode::OK, kind, Payload::Letters(*bytes))))
            }
            Self::Garbage => {
                garble.store(true, Ordering::Release);
                Some(Ok(whole(Reply::no_content())))
            }
            Self::Hang => {
                tokio::time::sleep(HOUR).await;
                None
            }
            _ => None,
        }
    }

    /// The real answer, spoilt.
    pub(crate) fn bent(&self, reply: Reply) -> Response<Payload> {
        let Reply { status, headers, body } = reply;
        match self {
            Self::ResetMidBody => {
                let half = body.slice(..body.len() / 2);
                respond(status, *headers, Payload::Torn { bytes: Some(half), pause: false })
            }
            Self::AnswerAfterWork { status, body, headers } => made_up(*status, body, headers),
            Self::ResetAfterWork => respond(status, *headers, Payload::Torn { bytes: None, pause: false }),
            Self::NoContentLength => respond(status, *headers, Payload::Unmeasured(body, 1000)),
            _ => respond(status, *headers, Payload::Whole(Some(body))),
        }
    }
}

fn made_up(
    status: u16,
    body: &Value,
    headers: &std::collections::BTreeMap<String, String>,
) -> Response<Payload> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut reply = match body {
        Value::Null => Reply { status, headers: Box::default(), body: Bytes::new() },
        Value::String(text) => Reply::bytes(status, HeaderValue::from_static("text/html"), text.clone()),
        body => Reply::with(status, body),
    };
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            reply.headers.insert(name, value);
        }
    }
    whole(reply)
}
