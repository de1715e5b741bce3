//! One record: a line of the log.

mod grant;
mod json;
mod notice;
mod text;
mod would_refuse;

use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::{ClientId, Effect, GrantName, OperatorName, Product, Refusal, RequestId, SiteName};

pub use grant::{GrantAbout, GrantChange};
pub use notice::{About, Notice};
pub use text::Text;
pub use would_refuse::WouldRefuse;

/// The version of this struct's JSON form. Fields may be added under the same number; a field that changes its meaning
/// raises it.
const VERSION: u8 = 1;

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A request, and how it ended.
    #[default]
    Call,
    /// A request that is about to change something upstream. Its `call` follows under the same id, unless the machine
    /// stopped in between: then whether the change took place is to be looked up at Atlassian.
    Intent,
    /// A client asked for an access token, and how that ended.
    Token,
    /// Requests that ended before anyone proved who was asking, counted together because there were too many for a record
    /// each: see [`Summary`].
    Summary,
    /// A user allowed a client something, refused it, or ended what they had allowed: `operation` says which.
    Consent,
    /// Something an operator changed in the gateway.
    Change,
    /// Nobody did anything, but something about a client has come near, is due, or has ended: see [`Notice`].
    Notice,
    /// Something about a grant changed that nobody at the gateway did: its state, what it covers, how long it lasts. See
    /// [`GrantChange`].
    Grant,
    /// The gateway started to record.
    Start,
    /// The gateway stopped in good order. A start without a stop before it followed a crash.
    Stop,
}

impl Kind {
    /// The word in records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Intent => "intent",
            Self::Token => "token",
            Self::Summary => "summary",
            Self::Consent => "consent",
            Self::Change => "change",
            Self::Notice => "notice",
            Self::Grant => "grant",
            Self::Start => "start",
            Self::Stop => "stop",
        }
    }
}

/// What the policy said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Yes.
    Permitted,
    /// No.
    Refused,
}

impl Decision {
    /// The word in records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Permitted => "permitted",
            Self::Refused => "refused",
        }
    }
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// Atlassian's answer was passed on to its last byte, whatever its status.
    Complete,
    /// The gateway answered in place of Atlassian: see `refusal`.
    Refused,
    /// The client went away before it had the whole answer.
    ClientLeft,
    /// Atlassian's answer broke off in the middle.
    UpstreamBrokeOff,
    /// It took longer than it may.
    Deadline,
    /// The work on it stopped without saying why: a defect of the gateway.
    Abandoned,
}

impl Ended {
    /// The word in records and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Refused => "refused",
            Self::ClientLeft => "client-left",
            Self::UpstreamBrokeOff => "upstream-broke-off",
            Self::Deadline => "deadline",
            Self::Abandoned => "abandoned",
        }
    }
}

/// Microseconds spent in each stage of the journey; 0 for a stage that was not reached or took less than half of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Micros {
    /// Reading and canonicalising the request's head.
    #[serde(skip_serializing_if = "is_zero")]
    pub arrive: u32,
    /// Finding out who calls.
    #[serde(skip_serializing_if = "is_zero")]
    pub authenticate: u32,
    /// Finding the operation.
    #[serde(skip_serializing_if = "is_zero")]
    pub recognise: u32,
    /// Asking the rulebook.
    #[serde(skip_serializing_if = "is_zero")]
    pub decide: u32,
    /// Waiting for room.
    #[serde(skip_serializing_if = "is_zero")]
    pub admit: u32,
    /// Getting the upstream credential.
    #[serde(skip_serializing_if = "is_zero")]
    pub acquire: u32,
    /// Making the intent durable.
    #[serde(skip_serializing_if = "is_zero")]
    pub intend: u32,
    /// From sending the request to the head of Atlassian's answer.
    #[serde(skip_serializing_if = "is_zero")]
    pub forward: u32,
    /// Passing the answer on, to its last byte.
    #[serde(skip_serializing_if = "is_zero")]
    pub respond: u32,
    /// From arrival to the end.
    #[serde(skip_serializing_if = "is_zero")]
    pub total: u32,
}

impl Micros {
    /// A duration as these fields hold it; 71 minutes at most.
    #[must_use]
    pub fn of(duration: std::time::Duration) -> u32 {
        u32::try_from(duration.as_micros()).unwrap_or(u32::MAX)
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One line of the log. Everything not known is left out of its JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Version of the form.
    pub v: u8,
    /// What kind of thing happened.
    pub kind: Kind,
    /// The request.
    pub id: RequestId,
    /// When it arrived, to the millisecond.
    pub at: Timestamp,
    /// The client that proved itself; in a consent or a notice, the one it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    /// The Atlassian account id of a signed-in user, if one acts; of a grant that changed, who consented to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<Text>,
    /// Which credential was shown: its hint, such as `tga_…x9Qz`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<Text>,
    /// Where the request came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<IpAddr>,
    /// The access token that was issued: its hint, when `kind` is `token`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<Text>,
    /// The site it was for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteName>,
    /// The grant it was sent with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<GrantName>,
    /// The operation's product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Product>,
    /// The operation's label: `jira:getIssue`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<Text>,
    /// What the operation does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
    /// The HTTP method as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Text>,
    /// The canonical path, without the query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Text>,
    /// The issue the request names, or the one it made, by the key Atlassian gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue: Option<Text>,
    /// The project the request names, or that of the issue it made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<Text>,
    /// The space the request names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub space: Option<Text>,
    /// The scopes the operation needed, or the issued token stands for, or a grant lacks.
    #[serde(default, skip_serializing_if = "no_scopes")]
    pub scopes: Arc<[Text]>,
    /// What the policy said; nothing if it was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// The rule that said it: `release-automation.toml:9 effects "read"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Text>,
    /// The elevation that was part of what permitted it: `elevation-1f0c6e0b2a4d`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elevation: Option<Text>,
    /// The refusal the caller heard: its name in the table of refusals; from the token endpoint, RFC 6749's error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Text>,
    /// What would have been refused, were the client not observed; the call was let through instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub would_refuse: Option<Box<WouldRefuse>>,
    /// The status Atlassian answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upstream_status: Option<u16>,
    /// The status the caller got.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Bytes of the request's body passed on.
    #[serde(default, skip_serializing_if = "is_zero_u64")]
    pub bytes_in: u64,
    /// Bytes of the answer's body passed on.
    #[serde(default, skip_serializing_if = "is_zero_u64")]
    pub bytes_out: u64,
    /// Where the time went.
    #[serde(default, skip_serializing_if = "Micros::is_empty")]
    pub micros: Micros,
    /// Atlassian's own trace id (`Atl-Traceid`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Text>,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
    /// What was changed, when `kind` is `change`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Box<Change>>,
    /// What was counted, when `kind` is `summary`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Summary>,
    /// What has come near or ended, when `kind` is `notice`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Box<Notice>>,
    /// What changed, when `kind` is `grant`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_change: Option<Box<GrantChange>>,
}

impl Record {
    /// A record of which nothing is known but its name and time.
    #[must_use]
    pub fn new(kind: Kind, id: RequestId, at: Timestamp) -> Self {
        // Finer than a millisecond says nothing here and costs six digits a line.
        let at = Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at);
        Self { kind, id, at, ..Self::default() }
    }

    /// Notes the refusal the caller hears, and its status.
    pub fn refused_with(&mut self, refusal: &Refusal) {
        let entry = refusal.entry();
        self.refusal = Some(Text::fixed(entry.name));
        self.status = Some(entry.status);
    }
}

impl Default for Record {
    fn default() -> Self {
        Self {
            v: VERSION,
            kind: Kind::Call,
            id: RequestId::new(uuid::Uuid::nil()),
            at: Timestamp::UNIX_EPOCH,
            client: None,
            user: None,
            credential: None,
            peer: None,
            issued: None,
            site: None,
            grant: None,
            product: None,
            operation: None,
            effect: None,
            method: None,
            path: None,
            issue: None,
            project: None,
            space: None,
            scopes: Arc::default(),
            decision: None,
            rule: None,
            elevation: None,
            refusal: None,
            would_refuse: None,
            upstream_status: None,
            status: None,
            bytes_in: 0,
            bytes_out: 0,
            micros: Micros::default(),
            trace: None,
            ended: None,
            change: None,
            summary: None,
            notice: None,
            grant_change: None,
        }
    }
}

/// Something an operator changed in the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Who.
    pub operator: OperatorName,
    /// What: `client register`, `grant add`, `manifests publish`.
    pub action: Text,
    /// On what: `client release-automation`.
    pub target: Text,
    /// How it was, as far as it may be shown; nothing when it did not exist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Text>,
    /// How it is now; nothing when it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Text>,
}

/// Requests without a record of their own: they heard the same `refusal`, from the same `peer` unless that is left out, the
/// first at the record's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// What kind each record would have been.
    pub of: Kind,
    /// How many.
    pub calls: u64,
    /// When the last of them arrived.
    pub until: Timestamp,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn no_scopes(scopes: &Arc<[Text]>) -> bool {
    scopes.is_empty()
}

fn is_zero(value: &u32) -> bool {
    *value == 0
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_zero_u64(value: &u64) -> bool {
    *value == 0
}

#[cfg(test)]
mod tests;
