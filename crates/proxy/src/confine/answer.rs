//! What comes back: read as a whole, and without what lies outside.

use std::collections::HashMap;
use std::time::Duration;

use ::boundary::{Filter, Json, Name, Outside, Redaction, Reference, limits, redact, references, take_out};
use broker::UpstreamCredential;
use bytes::{Bytes, BytesMut};
use catalogue::{Confinement, Kind, Listing, Operation, Place as Where};
use http::StatusCode;
use http::header::{self, HeaderValue};
use http::response::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use policy::{Bounds, Permit};
use types::{Code, Refusal};

use super::judge::Judge;
use super::pages::Wanted;
use super::{Finder, errors, hidden, is_bounded};
use crate::forward::{Arrived, content};
use crate::{Forwarder, headers};

/// What the answer to a call has to be looked at for.
#[derive(Debug)]
pub(crate) struct Watch {
    pub(super) bounds: Bounds,
    pub(super) named: Vec<Name>,
    /// The ids of the issues that are named.
    pub(super) touched: Vec<String>,
    pub(super) hides_errors: bool,
    /// The page the client wants of a list that is read as a whole.
    pub(super) wanted: Option<Wanted>,
}

/// The answer without what lies outside.
///
/// # Errors
/// When it as a whole lies outside, or nobody can say what it tells.
pub(crate) async fn filter(
    forwarder: &Forwarder,
    watch: Watch,
    permit: &Permit,
    credential: &UpstreamCredential,
    (mut parts, body): (Parts, Arrived),
) -> Result<(Parts, Arrived), Refusal> {
    let Watch { bounds, named, touched, hides_errors, wanted } = watch;
    let operation = permit.operation();
    let finder = forwarder.finder(permit, credential);
    let success = parts.status.is_success();
    if operation.effect().changes_something() && success {
        named.iter().for_each(|name| finder.forget(name.kind, &name.text));
        touched.iter().for_each(|id| finder.forget(Kind::Issue, id));
    }
    let bounded = is_bounded(bounds.terms(), operation);
    let redacts = bounds.terms().fields().redacts_any();
    if !(bounded || redacts) || matches!(parts.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        return Ok((parts, body));
    }
    if hides_errors && parts.status == StatusCode::BAD_REQUEST {
        return Ok(hidden::nothing_found(operation, parts));
    }
    // A value that is nowhere and one that is elsewhere find nothing in the same words.
    let may_find_nothing = hides_errors && success;
    if content::is_content(operation) && success {
        // A file of something that was named, and so checked.
        return Ok((parts, body));
    }
    if !headers::is_json(&parts.headers) {
        return not_json(operation, (bounded, success), parts, body, forwarder.settings.idle).await;
    }
    let bytes = whole(body, forwarder.settings.idle).await?;
    if bytes.is_empty() {
        return Ok((parts, Arrived::Read(bytes)));
    }
    let mut json = Json::parse(&bytes).map_err(|error| unreadable(format!("In it, {error}.")))?;
    if may_find_nothing && hidden::has_found_nothing(&json) {
        return Ok(hidden::nothing_found(operation, parts));
    }
    let wanted = wanted.filter(|_| success);
    let further = match &wanted {
        Some(wanted) => wanted.read_on(&finder.asker, &json).await?,
        None => Vec::new(),
    };
    if bounded {
        if let Some(wanted) = &wanted {
            wanted.join(&mut json, &further)?;
        }
        let judge = Judge { bounds: &bounds, finder: &finder };
        keep_inside(&judge, operation, &named, success, &mut json).await?;
        if !success && errors::tell_of_outside(&judge, &named, &json).await? {
            json = errors::without_words();
        }
        if let Some(wanted) = &wanted {
            let next = wanted.cut(&mut json);
            link_anew(&mut parts, next);
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
    Ok((parts, Arrived::Read(written)))
}

/// An answer that is no JSON: a picture of something that was named, a page that says why there is nothing.
async fn not_json(
    operation: &Operation,
    (bounded, success): (bool, bool),
    parts: Parts,
    body: Arrived,
    idle: Duration,
) -> Result<(Parts, Arrived), Refusal> {
    let checked = matches!(operation.confinement(), Confinement::Named | Confinement::Nothing);
    let is_text =
        parts.headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/"));
    if !bounded || (checked && !(success && is_text)) {
        return Ok((parts, body));
    }
    let bytes = whole(body, idle).await?;
    if bytes.is_empty() { Ok((parts, Arrived::Read(bytes))) } else { Err(unreadable("It is not JSON.")) }
}

/// The header that says where the next page is.
fn link_anew(parts: &mut Parts, next: Option<String>) {
    if parts.headers.remove(header::LINK).is_some()
        && let Some(link) =
            next.and_then(|next| HeaderValue::from_str(&format!("<{next}>; rel=\"next\"")).ok())
    {
        parts.headers.insert(header::LINK, link);
    }
}

/// Takes out what lies outside.
async fn keep_inside(
    judge: &Judge<'_>,
    operation: &Operation,
    named: &[Name],
    success: bool,
    json: &mut Json<'_>,
) -> Result<(), Refusal> {
    let lists: Vec<&Listing> = operation.lists().filter(|_| success).collect();
    let found = found(operation, success, json);
    let all = references(json, &lists)
        .ok_or_else(|| unreadable(format!("It speaks of more than {} things.", limits::REFERENCES)))?;
    let verdicts: HashMap<Reference, bool> = judge.references(all, &found).await?;
    let inside = |reference: &Reference| verdicts.get(reference).copied().unwrap_or(false);
    let taken = take_out(json, &Filter { inside: &inside, lists: &lists });
    let taken = taken.map_err(|Outside| hidden::of_answer(operation, named))?;
    count_anew(json, &lists, taken);
    Ok(())
}

/// What a constrained query found lies inside, because Jira says that the condition holds for it.
/// By each way in which other pieces of the answer may call it, with all that is said of it.
fn found(operation: &Operation, success: bool, json: &Json<'_>) -> HashMap<Reference, Reference> {
    if !success || operation.confinement() != Confinement::Queried {
        return HashMap::new();
    }
    let mut found = HashMap::new();
    for way in ["issues[]", "values[]", "results[]"] {
        for element in ::boundary::find(json, way).unwrap_or_default() {
            for reference in ::boundary::itself(element) {
                let id = reference.id.clone().map(|id| Reference { id: Some(id), ..Reference::default() });
                let key =
                    reference.key.clone().map(|key| Reference { key: Some(key), ..Reference::default() });
                let shorter = id.into_iter().chain(key);
                found.extend(
                    shorter.map(|one| (Reference { kind: reference.kind, ..one }, reference.clone())),
                );
                found.insert(reference.clone(), reference);
            }
        }
    }
    found
}

/// Counters beside a list something was taken out of. Texts that count may count more than the list shows.
fn count_anew(json: &mut Json<'_>, lists: &[&Listing], taken: usize) {
    let taken = u64::try_from(taken).unwrap_or(u64::MAX);
    for way in lists.iter().flat_map(|listing| &listing.totals) {
        ::boundary::find_mut(json, way, &mut |total| match total.number() {
            Some(number) => *total = Json::number_of(number.saturating_sub(taken)),
            None if total.text().is_some() => *total = Json::text_of(""),
            None => {}
        });
    }
}

/// Notes at which issue attachments are: nobody says it of the attachment itself.
fn remember_attachments(json: &Json<'_>, named: &[Name], operation: &Operation, finder: &Finder<'_>) {
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
            Ok(Some(Err(error))) if error.is::<LengthLimitError>() => {
                let limit = limits::ANSWER_BYTES;
                return Err(
                    unreadable(format!("It is longer than {limit} bytes.")).advise("Ask for less at once.")
                );
            }
            Ok(Some(Err(_))) => return Err(Code::UpstreamBrokeOff.into()),
        }
    }
}

fn unreadable(why: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    Refusal::new(Code::AnswerNotConfinable, why)
}
