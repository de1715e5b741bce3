//! Every "no" a caller can hear, in one table.
//!
//! Answers, metric labels, the audit's decision column and the reference page are all made from [`REFUSALS`], so they
//! cannot drift apart.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// The header that carries a refusal's name, in lower case.
pub const REFUSAL_HEADER: &str = "ticketgate-refusal";

/// Whose fault a refusal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The caller can mend it by sending something else.
    Caller,
    /// An operator can mend it: a manifest, a grant, a client's state.
    Operator,
    /// The gateway itself.
    Gateway,
    /// Atlassian, or the way there.
    Upstream,
}

/// Whether sending the same request again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retry {
    /// Not before something is changed.
    No,
    /// Yes, and nothing of this request has had an effect.
    Safe,
    /// Only if the operation may happen twice: the first attempt may have reached Atlassian.
    Ambiguous,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The refusal.
    pub code: Code,
    /// Its name on the wire: header `Ticketgate-Refusal`, metric label, audit.
    pub name: &'static str,
    /// HTTP status, 400 to 599.
    pub status: u16,
    /// Whose fault.
    pub fault: Fault,
    /// May the caller try again.
    pub retry: Retry,
    /// What happened, one sentence.
    pub what: &'static str,
    /// What to do about it, one sentence.
    pub advice: &'static str,
}

macro_rules! refusals {
    ($($(#[doc = $what:literal])+ $code:ident = $name:literal, $status:literal, $fault:ident, $retry:ident, $advice:literal;)+) => {
        /// Which refusal.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $what])+ $code,)+
        }

        /// The table, in the order of the journey's stages.
        pub static REFUSALS: &[Entry] = &[
            $(*Code::$code.entry(),)+
        ];

        impl Code {
            /// Its line of the table.
            #[must_use]
            pub const fn entry(self) -> &'static Entry {
                match self {
                    $(Self::$code => {
                        const ENTRY: Entry = Entry {
                            code: Code::$code,
                            name: $name,
                            status: $status,
                            fault: Fault::$fault,
                            retry: Retry::$retry,
                            what: concat!($($what),+).trim_ascii(),
                            advice: $advice,
                        };
                        &ENTRY
                    })+
                }
            }
        }
    };
}

refusals! {
    /// The request is not well-formed HTTP for this gateway.
    MalformedRequest = "malformed-request", 400, Caller, No, "Correct the request; the detail names the part that is wrong.";
    /// The path is written in a way that could mean two things.
    PathNotCanonical = "path-not-canonical", 400, Caller, No, "Send the plain path: no dot segments, encoded slashes, semicolons or control characters.";
    /// A header asks for another method than the request line.
    MethodOverride = "method-override", 400, Caller, No, "Send the method you mean in the request line.";
    /// A page of another site made a browser send the request.
    CrossSiteRequest = "cross-site-request", 403, Caller, No, "Send it from a program; behind a proxy, a page at the gateway's own address passes once an operator has set public_origin to that address.";
    /// The body is larger than the gateway accepts.
    BodyTooLarge = "body-too-large", 413, Caller, No, "Send less at once, or ask an operator to raise limits.body.";
    /// The request's body stopped arriving.
    RequestTimeout = "request-timeout", 408, Caller, Ambiguous, "Send the body without long pauses; look whether the change took place before sending it again.";
    /// The request carries no credential.
    CredentialMissing = "credential-missing", 401, Caller, No, "Send a token from /oauth/token as Bearer, or your client secret as the Basic password.";
    /// The credential is unknown, revoked or expired.
    CredentialInvalid = "credential-invalid", 401, Caller, No, "Fetch a new token with your client id and secret; if that fails too, ask an operator for a new secret.";
    /// The proof of possession sent with the token does not hold.
    ProofInvalid = "proof-invalid", 401, Caller, No, "Make a new DPoP proof for each request: its method and URL, this token, the current time, a new jti.";
    /// This client has expired.
    ClientExpired = "client-expired", 403, Operator, No, "Ask the owner named in the manifest to extend its expiry.";
    /// An operator has paused this client.
    ClientPaused = "client-paused", 403, Operator, No, "Wait until the pause ends, or ask the operators of the gateway to resume the client.";
    /// This client may not call from this address.
    AddressNotPermitted = "address-not-permitted", 403, Operator, No, "Call from a network the client is registered for, or ask the operators to add this one.";
    /// No such site is known here, or this client has none by that name.
    SiteUnknown = "site-unknown", 404, Caller, No, "List your sites with GET /oauth/token/accessible-resources.";
    /// The request is none of the operations in the catalogue.
    OperationUnknown = "operation-unknown", 403, Caller, No, "Check method and path against Atlassian's documentation; new operations are added with ticketgate scopes import.";
    /// No manifest has been published for this client.
    NoManifest = "no-manifest", 403, Operator, No, "Ask an operator to publish a manifest for this client.";
    /// The client's manifest does not allow this operation.
    OperationNotPermitted = "operation-not-permitted", 403, Operator, No, "Add the operation to the client's manifest.";
    /// The operation needs a scope that the manifest or the token does not have.
    ScopeMissing = "scope-missing", 403, Operator, No, "Add the scope to the manifest, or ask for it when fetching the token.";
    /// The client's manifest does not reach this site.
    SiteNotPermitted = "site-not-permitted", 403, Operator, No, "Use a site the manifest names, or have the site added to it.";
    /// The client's calls go out as the user they are made for, and this one is made for nobody.
    UserMissing = "user-missing", 403, Caller, No, "Have a user allow it at /oauth/authorize and call with the token that gives, or call with a personal token.";
    /// The manifest's expiry has passed.
    ManifestExpired = "manifest-expired", 403, Operator, No, "Ask the owner named in the manifest to renew it.";
    /// The manifest has not started yet.
    ManifestNotStarted = "manifest-not-started", 403, Operator, No, "Wait until it starts, or ask the owner named in the manifest for an earlier day.";
    /// The client's manifest permits calls at other hours.
    OutsideHours = "outside-hours", 403, Operator, No, "Call within the hours the manifest names, or have them widened.";
    /// The client may not act for this user.
    UserNotPermitted = "user-not-permitted", 403, Operator, No, "Have the user's account added to on_behalf_of in the client's manifest.";
    /// The project, space or issue does not exist for this client.
    ProjectNotPermitted = "project-not-permitted", 403, Operator, No, "Use what the client's manifest names, or have it added.";
    /// The request sets a field the client's manifest does not allow to be set.
    FieldNotPermitted = "field-not-permitted", 403, Operator, No, "Leave the field out, or have it added to the manifest.";
    /// The client's manifest does not allow this transition.
    TransitionNotPermitted = "transition-not-permitted", 403, Operator, No, "Make a transition the manifest names, or have this one added.";
    /// The client's manifest does not allow a comment with this visibility.
    CommentNotPermitted = "comment-not-permitted", 403, Operator, No, "Write it with the visibility the manifest asks for.";
    /// The client's manifest does not allow this attachment: its type, or its size.
    AttachmentNotPermitted = "attachment-not-permitted", 403, Operator, No, "Attach what the manifest allows, or have it changed.";
    /// The query cannot be held within what exists for this client.
    QueryNotPermitted = "query-not-permitted", 403, Caller, No, "Correct the query; the detail names the place.";
    /// What the operation touches or answers cannot be held within what exists for this client.
    NotConfinable = "not-confinable", 403, Operator, No, "Use another operation, or a client whose manifest has no boundary.";
    /// Atlassian's answer cannot be looked into, so nobody can say what it tells of what does not exist for this client.
    AnswerNotConfinable = "answer-not-confinable", 502, Upstream, No, "Ask for less, or for something else; operators find the call under its request id.";
    /// It is not there for this client: it does not exist, or lies outside what the client's manifest names.
    Hidden = "hidden", 404, Caller, No, "Name something that exists for the client.";
    /// The query names something that is not there for this client.
    HiddenInQuery = "hidden-in-query", 400, Caller, No, "Name something that exists for the client.";
    /// Nobody could find out where what the request names lies, so it was not sent.
    PlaceUnknown = "place-unknown", 503, Upstream, Safe, "Wait and try again; operators look at ticketgate grant check.";
    /// This client already has as many calls under way and waiting as it may.
    ClientBusy = "client-busy", 429, Caller, Safe, "Send fewer calls at once, or wait as Retry-After says.";
    /// The grant behind this call already has as many calls under way and waiting as it may.
    GrantBusy = "grant-busy", 429, Upstream, Safe, "Wait as Retry-After says; other clients use the same grant.";
    /// The gateway has as many calls under way as it may.
    GatewayBusy = "gateway-busy", 503, Gateway, Safe, "Wait as Retry-After says.";
    /// The manifest names a grant the gateway does not hold.
    GrantMissing = "grant-missing", 502, Operator, No, "Ask an operator to add the grant: ticketgate grant add.";
    /// Atlassian refuses the grant the gateway holds.
    GrantRejected = "grant-rejected", 502, Operator, No, "Ask an operator to run ticketgate grant check and renew the credential.";
    /// Whoever gave the gateway this access has to give it once more.
    ReconnectRequired = "reconnect-required", 502, Operator, No, "Ask an operator to run ticketgate grant authorize.";
    /// The grant cannot be used at the moment.
    GrantUnavailable = "grant-unavailable", 503, Upstream, Safe, "Wait as Retry-After says; the gateway keeps trying.";
    /// Atlassian cannot be reached.
    UpstreamUnreachable = "upstream-unreachable", 502, Upstream, Safe, "Try again; operators see the cause in the log under this request id.";
    /// Atlassian did not answer in time.
    UpstreamTimeout = "upstream-timeout", 504, Upstream, Ambiguous, "Look whether the change took place before sending it again.";
    /// Atlassian broke off before its answer began.
    UpstreamBrokeOff = "upstream-broke-off", 502, Upstream, Ambiguous, "Look whether the change took place before sending it again.";
    /// Atlassian's answer is not valid HTTP.
    UpstreamGarbled = "upstream-garbled", 502, Upstream, Ambiguous, "Look whether the change took place before sending it again.";
    /// The record of this call could not be made durable, so it was not sent.
    RecordUnavailable = "record-unavailable", 503, Gateway, Safe, "Wait and try again; operators must look at the store (disk full?).";
    /// The gateway is shutting down.
    ShuttingDown = "shutting-down", 503, Gateway, Safe, "Send the request again; another instance or the restarted one will answer.";
    /// This needs the token of an operator.
    OperatorUnknown = "operator-unknown", 401, Caller, No, "Send Authorization: Bearer with a token of yours that has not ended, or the one from gateway.json in the data directory.";
    /// The operator's role is not enough for this.
    RoleTooLow = "role-too-low", 403, Operator, No, "Ask someone with that role, or ask an owner of the gateway for a token that has it.";
    /// A parameter, a header or the body is not what this call of the control API takes.
    RequestUnreadable = "request-unreadable", 400, Caller, No, "Correct the request; the detail names the part that is wrong.";
    /// What was asked of the control API makes no sense.
    RequestUnfit = "request-unfit", 422, Caller, No, "Correct what the detail names.";
    /// The control API has nothing by that name.
    NoSuchThing = "no-such-thing", 404, Caller, No, "List what there is, and name one of those.";
    /// The control API does not take this method here.
    MethodNotAllowed = "method-not-allowed", 405, Caller, No, "Use one of the methods in the header Allow.";
    /// There already is one by that name.
    ExistsAlready = "exists-already", 409, Caller, No, "Choose another name, or change the one there is.";
    /// The change would end what is in use, or goes against what was decided before.
    ConflictsWithState = "conflicts-with-state", 409, Caller, No, "Do first what the advice names.";
    /// It has changed since the version If-Match names.
    ChangedMeanwhile = "changed-meanwhile", 412, Caller, No, "Look at it again, and decide anew.";
    /// The manifests were not published, because they do not compile.
    ManifestsNotCompiled = "manifests-not-compiled", 422, Operator, No, "Correct them and check with ticketgate manifest check.";
    /// The change needs the approval of somebody else, and has none that counts.
    ApprovalRequired = "approval-required", 403, Operator, No, "Have another operator, a signer or a ticket of the settings approve the plan; see docs/changes.md.";
    /// This approval does not count: whoever gives it is the author, or not entitled.
    ApprovalNotEntitled = "approval-not-entitled", 403, Operator, No, "Have somebody approve it who may and is not its author.";
    /// The Idempotency-Key came with another request before.
    IdempotencyKeyReused = "idempotency-key-reused", 422, Caller, No, "Send a new key with each new change.";
    /// A request with the same Idempotency-Key is under way.
    IdempotencyKeyInUse = "idempotency-key-in-use", 409, Caller, No, "Wait for its answer, or ask again in a moment.";
    /// The change was asked for before and cut off, so that nobody knows whether it was made.
    OutcomeUnknown = "outcome-unknown", 409, Gateway, No, "Look whether the change took place; then send it with a new key if it did not.";
    /// The change was made before, and its answer, which held a secret or was too large, was not kept.
    AnswerNotKept = "answer-not-kept", 409, Caller, No, "Look at what there is now; replace a secret that was lost.";
    /// There are too many idempotency keys of the last 24 hours.
    TooManyIdempotencyKeys = "too-many-idempotency-keys", 429, Caller, Safe, "Send the change without a key, or wait until older ones are forgotten.";
    /// The change could not be made durable, so it was not made.
    ChangeNotKept = "change-not-kept", 503, Gateway, Safe, "Wait and try again; operators must look at the log and at the store (disk full?).";
    /// There is nothing at this path.
    NothingHere = "nothing-here", 404, Caller, No, "Jira and Confluence are under /rest, /wiki, /jsm, /sites/SITE and /ex; see the documentation.";
    /// The gateway failed in a way it did not foresee.
    Internal = "internal", 500, Gateway, Ambiguous, "Report it with the request id.";
}

/// A "no", with what is particular about this one.
#[derive(Clone, Debug)]
pub struct Refusal {
    code: Code,
    detail: Cow<'static, str>,
    advice: Option<Cow<'static, str>>,
    retry_after: Option<Duration>,
}

impl Refusal {
    /// A refusal whose detail is one sentence for the caller. It must name no secret and nothing the caller may not know.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { code, detail: detail.into(), advice: None, retry_after: None }
    }

    /// The same, with advice that fits better than the table's.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<Cow<'static, str>>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// The same, with the time after which trying again makes sense (header `Retry-After`, whole seconds, rounded up).
    #[must_use]
    pub const fn retry_after(mut self, after: Duration) -> Self {
        self.retry_after = Some(after);
        self
    }

    /// Which line of the table.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// The line of the table.
    #[must_use]
    pub const fn entry(&self) -> &'static Entry {
        self.code.entry()
    }

    /// What is particular about this one; may be empty.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// What to do about it.
    #[must_use]
    pub fn advice(&self) -> &str {
        self.advice.as_deref().unwrap_or(self.entry().advice)
    }

    /// When to try again.
    #[must_use]
    pub const fn when_to_retry(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self::new(code, "")
    }
}

/// What happened, the detail, what to do: the text every rendering shows.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entry = self.entry();
        f.write_str(entry.what)?;
        if !self.detail.is_empty() {
            write!(f, " {}", self.detail)?;
        }
        write!(f, " {}", self.advice())
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests;
