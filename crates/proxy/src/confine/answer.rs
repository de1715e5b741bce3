//! What comes back: read as a whole, and without what lies outside.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use ::boundary::{Filter, Json, Name, Redaction, Reference, limits, redact, references, take_out};
use broker::UpstreamCredential;
use bytes::{Bytes, BytesMut};
use catalogue::{Confinement, Kind, Listing, Operation, Place as Where};
use http::header;
use http_body_util::{BodyExt, Limited};
use policy::{Bounds, Permit};
use types::{Code, Refusal};

use super::judge::Judge;
use super::{finder, hidden, is_bounded};
use crate::forward::Arrived;
use crate::{Forwarded, Gateway, Message, headers};

/// What the answer to a call has to be looked at for.
#[derive(Debug)]
pub(crate) struct Watch {
    bounds: Bounds,
    named: Vec<Name>,
}

impl Watch {
    pub(super) fn new(bounds: Bounds, _operation: &Operation, named: &[Name], message: &mut Message) -> Self {
        // What is looked into has to come plain and whole.
        message.headers.remove(header::ACCEPT_ENCODING);
        Self { bounds, named: named.to_vec() }
    }
}

/// The answer without what lies outside.
///
/// # Errors
/// When it as a whole lies outside, or nobody can say what it tells.
pub(crate) async fn filter(
    gateway: &Gateway,
    watch: Watch,
    permit: &Permit,
    operation: &Operation,
    credential: &UpstreamCredential,
    forwarded: Forwarded,
) -> Result<Forwarded, Refusal> {
    let Watch { bounds, named } = watch;
    let finder = finder(gateway, permit, operation, credential);
    if operation.effect().changes_something() && forwarded.parts.status.is_success() {
        named.iter().for_each(|name| finder.forget(name.kind, &name.text));
    }
    let bounded = is_bounded(&bounds, operation);
    let redacts = bounds.terms().fields().redacts_any();
    if !(bounded || redacts) || has_no_body(&forwarded) {
        return Ok(forwarded);
    }
    let Forwarded { mut parts, body, admission } = forwarded;
    if !headers::is_json(&parts.headers) {
        // A file or a picture of something that was named, and so checked; or a page that says why there is none.
        let named_only = operation.confinement() == Confinement::Named && !named.is_empty();
        let tells_nothing = operation.confinement() == Confinement::Nothing;
        return if named_only || tells_nothing || !bounded {
            Ok(Forwarded { parts, body, admission })
        } else {
            Err(unreadable("It is not JSON."))
        };
    }
    let bytes = whole(body, gateway.0.settings.idle).await?;
    if bytes.is_empty() {
        return Ok(Forwarded { parts, body: Arrived::Read(bytes), admission });
    }
    let mut json = Json::parse(&bytes).map_err(|error| unreadable(format!("In it, {error}.")))?;
    let success = parts.status.is_success();
    if bounded {
        let lists: Vec<(&str, Kind)> = lists(operation, success);
        let judge = Judge { bounds: &bounds, finder: &finder };
        let trusted = trusted(operation, success, &json);
        let all = references(&json, &lists)
            .ok_or_else(|| unreadable(format!("It speaks of more than {} things.", limits::REFERENCES)))?;
        let doubtful = all.into_iter().filter(|reference| !trusted.contains(reference)).collect();
        let verdicts: HashMap<Reference, bool> = judge.references(doubtful).await?;
        let inside = |reference: &Reference| {
            trusted.contains(reference) || verdicts.get(reference).copied().unwrap_or(false)
        };
        let taken = take_out(&mut json, &Filter { inside: &inside, lists: &lists });
        let taken = taken.map_err(|_| hidden::of_answer(operation, &named))?;
        if taken > 0 {
            count_anew(&mut json, operation, taken);
        }
        remember_attachments(&json, &named, operation, &finder);
    }
    if redacts {
        let fields = bounds.terms().fields();
        let any_custom = fields.redacted().any(|field| field.starts_with("customfield_"));
        redact(&mut json, &Redaction { field: &|id| fields.redacts(id), any_custom });
    }
    let written = Bytes::from(json.to_string());
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::ETAG);
    Ok(Forwarded { parts, body: Arrived::Read(written), admission })
}

fn has_no_body(forwarded: &Forwarded) -> bool {
    let status = forwarded.parts.status;
    status == http::StatusCode::NO_CONTENT || status == http::StatusCode::NOT_MODIFIED
}

fn lists(operation: &Operation, success: bool) -> Vec<(&str, Kind)> {
    let all = operation.lists().filter(|_| success && operation.confinement() == Confinement::Listed);
    all.map(|listing: &Listing| (&*listing.way, listing.kind)).collect()
}

/// What a constrained query found lies inside, because Jira says that the condition holds for it.
fn trusted(operation: &Operation, success: bool, json: &Json<'_>) -> HashSet<Reference> {
    if !success || operation.confinement() != Confinement::Queried {
        return HashSet::new();
    }
    let mut found = HashSet::new();
    for way in ["issues[]", "values[]", "results[]"] {
        for element in ::boundary::find(json, way).unwrap_or_default() {
            found.extend(::boundary::itself(element));
        }
    }
    found
}

/// Counters beside a list something was taken out of.
fn count_anew(json: &mut Json<'_>, operation: &Operation, taken: usize) {
    let taken = u64::try_from(taken).unwrap_or(u64::MAX);
    for way in operation.lists().flat_map(Listing::totals) {
        ::boundary::find_mut(json, way, &mut |total| {
            if let Some(number) = total.number() {
                *total = Json::number_of(number.saturating_sub(taken));
            }
        });
    }
}

/// Notes at which issue attachments are: nobody says it of the attachment itself.
fn remember_attachments(json: &Json<'_>, named: &[Name], operation: &Operation, finder: &super::Finder<'_>) {
    for (issue, attachment) in ::boundary::attachments(json) {
        finder.seen_attachment(&attachment, &issue);
    }
    let issue = named.iter().find(|name| name.place == Where::Path && name.kind == Kind::Issue);
    if let (Some(issue), true) = (issue, operation.template().ends_with("/attachments")) {
        for id in ::boundary::find(json, "[].id").unwrap_or_default() {
            if let Some(id) = id.name() {
                finder.seen_attachment(&id, &issue.text);
            }
        }
    }
}

async fn whole(body: Arrived, within: Duration) -> Result<Bytes, Refusal> {
    let mut incoming = match body {
        Arrived::Read(bytes) => return Ok(bytes),
        Arrived::Passing(incoming) => Limited::new(incoming, limits::ANSWER_BYTES),
    };
    let mut all = BytesMut::new();
    loop {
        match tokio::time::timeout(within, incoming.frame()).await {
            Err(_) => return Err(Code::UpstreamTimeout.into()),
            Ok(None) => return Ok(all.freeze()),
            Ok(Some(Ok(frame))) => {
                if let Ok(data) = frame.into_data() {
                    all.extend_from_slice(&data);
                }
            }
            Ok(Some(Err(error))) if error.is::<http_body_util::LengthLimitError>() => {
                let limit = limits::ANSWER_BYTES;
                return Err(unreadable(format!("It is longer than {limit} bytes.")).advise("Ask for less at once."));
            }
            Ok(Some(Err(_))) => return Err(Code::UpstreamBrokeOff.into()),
        }
    }
}

fn unreadable(why: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    Refusal::new(Code::AnswerNotConfinable, why)
}
