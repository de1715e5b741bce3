//! Keeps a client within its boundary: the stage between the credential and the sending, and once more behind the answer.
//!
//! Only for permits whose terms are not free; every other call passes without a look. What a request names is looked up as what
//! it *is* (an issue goes by its key, its id and keys of old), judged by the permit's terms, and answered with Jira's own 404
//! when it lies outside, exactly like what is not there. A query gets the boundary as a condition of its own. Answers are
//! read as a whole, and what lies outside and fields that are not told are taken out.
//!
//! Whatever cannot be found out is refused. Nothing is let through because nobody could say what it is.

mod answer;
mod ask;
mod body;
mod hidden;
mod judge;
mod places;
mod query;

use std::sync::Arc;

use ::boundary::{Json, Name, Parameters, limits};
use broker::UpstreamCredential;
use bytes::Bytes;
use catalogue::{Confinement, Kind, Operation, Place as Where};
use policy::{Bounds, Permit};
use types::{Code, Effect, Face, Refusal};

use crate::upload::Payload;
use crate::{Gateway, Message};
pub(crate) use answer::Watch;
pub(crate) use places::Places;

use ask::Asker;
use judge::Judge;
use places::{Eyes, Finder};

/// The longest body that is looked into.
pub(crate) const LONGEST: u64 = limits::BODY_BYTES as u64;

/// Reads whose bodies list issues, of which those outside are left out of the answer, as Jira leaves out what it does not show.
const LEAVES_OUT: [&str; 3] = ["bulkFetchIssues", "getBulkChangelogs", "matchIssues"];

/// Whether bodies of calls under this permit are looked into.
pub(crate) fn looks_into_bodies(permit: &Permit) -> bool {
    let terms = permit.terms();
    let writes = permit.effect().changes_something();
    !terms.boundary().is_free()
        || (terms.fields().redacts_any() && !writes)
        || (writes && !terms.is_free() && body::is_looked_into(permit))
}

/// Checks a call, and adds the boundary to its queries. What its answer has to be looked at for; `None`: for nothing.
///
/// # Errors
/// [`Code::Hidden`] when it names something outside or something that is not there; otherwise what is not permitted about it,
/// or why nobody can say.
pub(crate) async fn check(
    gateway: &Gateway,
    permit: &Permit,
    call: &catalogue::Call,
    credential: &UpstreamCredential,
    message: &mut Message,
) -> Result<Option<Watch>, Refusal> {
    if permit.terms().is_free() {
        return Ok(None);
    }
    let bounds = permit.bounds();
    let operation = call.operation();
    let finder = finder(gateway, permit, operation, credential);
    let judge = Judge { bounds: &bounds, finder: &finder };
    let query = message.query.take().unwrap_or_default();
    let mut parameters = Parameters::read(&query).ok_or_else(|| malformed(&boundary::Trouble::Query))?;
    let whole = whole(message);
    let text = whole.as_deref().filter(|body| !body.is_empty());
    let is_json = crate::headers::is_json(&message.headers);
    let mut json = match text.filter(|_| is_json || is_looked_into(permit)) {
        Some(text) if !is_multipart(message) => {
            Some(Json::parse(text).map_err(|error| malformed(&error.into()))?)
        }
        _ => None,
    };
    let named = boundary::names(call, &parameters, json.as_ref()).map_err(|trouble| malformed(&trouble))?;
    let mut rewritten = false;
    if is_bounded(&bounds, operation) {
        confine(&judge, operation, &named).await?;
        rewritten = query::constrain(&judge, operation, &named, &mut parameters, json.as_mut()).await?;
    }
    query::keep_redacted_out(&bounds, &named)?;
    body::check(&judge, call, &named, &parameters, json.as_ref(), message).await?;
    let written = rewritten.then(|| json.as_ref().map(|json| Bytes::from(json.to_string()))).flatten();
    let query = if rewritten { Some(parameters.write()) } else { Some(query.clone()) };
    drop(json);
    message.query = query.filter(|query| !query.is_empty());
    if let Some(written) = written {
        message.headers.remove(http::header::CONTENT_LENGTH);
        message.payload = Payload::Whole(written);
    }
    Ok(Some(Watch::new(bounds, operation, &named, message)))
}

fn is_looked_into(permit: &Permit) -> bool {
    permit.effect().changes_something() && body::is_looked_into(permit)
}

fn is_multipart(message: &Message) -> bool {
    let kind = message.headers.get(http::header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().to_ascii_lowercase().starts_with(b"multipart/"))
}

fn whole(message: &Message) -> Option<Bytes> {
    match &message.payload {
        Payload::Whole(bytes) => Some(bytes.clone()),
        Payload::Passing(..) => None,
    }
}

/// Whether the boundary has anything to say about operations of this face.
fn is_bounded(bounds: &Bounds, operation: &Operation) -> bool {
    let boundary = bounds.terms().boundary();
    match operation.face() {
        Face::JiraCloud | Face::JiraDataCenter => boundary.bounds_projects() || boundary.bounds_issues(),
        Face::ConfluenceCloud | Face::ConfluenceDataCenter => boundary.bounds_spaces(),
    }
}

fn finder<'a>(
    gateway: &'a Gateway,
    permit: &Permit,
    operation: &'a Operation,
    credential: &'a UpstreamCredential,
) -> Finder<'a> {
    Finder {
        places: &gateway.0.places,
        asker: Asker { egress: &gateway.0.egress, credential },
        eyes: Arc::new(Eyes { grant: permit.grant().clone(), site: permit.site().name.clone() }),
        cloud: matches!(operation.face(), Face::JiraCloud | Face::ConfluenceCloud),
        template: operation.template(),
    }
}

/// Whether everything a call names lies inside, for operations that can be kept within a boundary at all.
async fn confine(judge: &Judge<'_>, operation: &Operation, named: &[Name]) -> Result<(), Refusal> {
    if let Confinement::Refused(why) = operation.confinement() {
        return Err(Refusal::new(Code::NotConfinable, why.sentence()));
    }
    let left_out = operation.effect() == Effect::Read && LEAVES_OUT.contains(&operation.id());
    let beneath_an_issue = named.iter().any(|name| name.place == Where::Path && name.kind == Kind::Issue);
    let to_check: Vec<&Name> = named
        .iter()
        .filter(|name| !matches!(name.kind, Kind::Jql | Kind::Cql))
        .filter(|name| !(left_out && name.place == Where::Body && name.kind == Kind::Issue))
        // Jira looks for it at the issue alone, and the issue is checked.
        .filter(|name| !(beneath_an_issue && matches!(name.kind, Kind::Comment | Kind::Worklog)))
        .collect();
    let issues: Vec<String> =
        to_check.iter().filter(|name| name.kind == Kind::Issue).map(|name| name.text.clone()).collect();
    judge.finder.prepare(&issues).await?;
    for name in &to_check {
        if !judge.is_inside(name.kind, &name.text).await? {
            return Err(hidden::of(operation, name));
        }
    }
    if operation.confinement() == Confinement::Named && to_check.is_empty() && !left_out {
        return Err(Refusal::new(Code::NotConfinable, "It names nothing, so it would be about all projects or spaces.")
            .advise("Name what it is about: a project, an issue, a space, a page."));
    }
    Ok(())
}

fn malformed(trouble: &boundary::Trouble) -> Refusal {
    Refusal::new(Code::MalformedRequest, trouble.to_string())
}
