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
mod errors;
mod foresee;
mod forms;
mod hidden;
mod judge;
mod pages;
mod places;
mod query;

use std::collections::HashSet;
use std::sync::Arc;

use ::boundary::{Json, Name, Parameters, Trouble, limits, names};
use broker::UpstreamCredential;
use bytes::Bytes;
use catalogue::{Call, Confinement, IssueBody, Kind, Operation, Place as Where};
use http::{Method, header};
use policy::{Permit, Terms};
use types::{Code, Effect, Face, Refusal, Verb};

use self::query::Constrained;
use crate::forward::content;
use crate::upload::Payload;
use crate::{Forwarder, Message};
pub(crate) use answer::{Watch, filter};
pub use foresee::{Foreseen, foresee};
pub(crate) use places::Places;

use ask::Asker;
use judge::Judge;
use places::{Eyes, Finder};

/// The longest body that is looked into.
pub(crate) const LONGEST: u64 = limits::BODY_BYTES as u64;

/// Reads whose bodies list issues, of which those outside are left out of the answer, as Jira leaves out what it does not show.
const LEAVES_OUT: [&str; 3] = ["bulkFetchIssues", "getBulkChangelogs", "matchIssues"];

/// Whether the body of a call under this permit is looked into, and so read as a whole before anything is sent.
pub(crate) fn looks_into_body(permit: &Permit) -> bool {
    let (terms, operation) = (permit.terms(), permit.operation());
    if terms.is_free() {
        return false;
    }
    if is_upload(operation) {
        return !terms.attachments().is_free();
    }
    is_bounded(terms, operation)
        || terms.fields().redacts_any()
        || (permit.effect().changes_something() && body::is_looked_into(permit))
}

/// Whether files come in, not JSON. Service Management's requests take the files that came before by their ids.
fn is_upload(operation: &Operation) -> bool {
    let template = operation.template();
    let names_in_body = operation.names().iter().any(|naming| naming.place == Where::Body);
    if names_in_body || template.starts_with("/rest/servicedeskapi/request/") {
        return false;
    }
    operation.issue_body() == Some(IssueBody::Attachment)
        || (operation.effect().changes_something()
            && operation.verb() != Verb::Delete
            && (template.contains("ttachment")
                || template.contains("avatar")
                || template.contains("TemporaryFile")))
}

/// Checks a call, and adds the boundary to its queries. What its answer has to be looked at for is noted in the message.
/// A credential that turns out to have ended is replaced.
///
/// # Errors
/// [`Code::Hidden`] when it names something outside or something that is not there; otherwise what is not permitted about it,
/// or why nobody can say.
pub(crate) async fn check(
    forwarder: &Forwarder,
    permit: &Permit,
    call: &Call,
    credential: &mut UpstreamCredential,
    message: &mut Message,
) -> Result<(), Refusal> {
    if permit.terms().is_free() {
        return Ok(());
    }
    let bounds = permit.bounds();
    let operation = call.operation();
    let finder = forwarder.finder(permit, credential);
    let judge = Judge { bounds: &bounds, finder: &finder };
    let query = message.query.take().unwrap_or_default();
    let mut parameters = Parameters::read(&query).ok_or_else(|| malformed(&Trouble::Query))?;
    let body = if looks_into_body(permit) && !is_upload(operation) { Some(whole(message)?) } else { None };
    let mut json = match body.as_deref().filter(|body| !body.is_empty()) {
        Some(body) => Some(Json::parse(body).map_err(|error| malformed(&error.into()))?),
        None => None,
    };
    let named = names(call, &parameters, json.as_ref()).map_err(|trouble| malformed(&trouble))?;
    let mut constrained = Constrained::default();
    let mut wanted = None;
    forms::check(&bounds, operation, &parameters, json.as_ref())?;
    if is_bounded(bounds.terms(), operation) {
        inside(&judge, operation, &named).await?;
        if leaves_out(operation) {
            leave_out(&judge, &named, json.as_mut()).await?;
            constrained.rewritten = true;
        }
        let queries = query::constrain(&judge, operation, &mut parameters, json.as_mut()).await?;
        constrained = Constrained { rewritten: constrained.rewritten || queries.rewritten, ..queries };
        wanted = pages::prepare(&judge, operation, call.path(), &mut parameters).await?;
        constrained.rewritten |= operation.confinement() == Confinement::Listed;
    }
    query::keep_redacted_out(&bounds, &named)?;
    body::check(&judge, call, &named, json.as_ref(), message).await?;
    let written = json.filter(|_| constrained.rewritten).map(|json| Bytes::from(json.to_string()));
    message.query = if constrained.rewritten { Some(parameters.write()) } else { Some(query.clone()) };
    message.query.take_if(|query| query.is_empty());
    if let Some(written) = written {
        // It has another length now.
        message.headers.remove(header::CONTENT_LENGTH);
        message.payload = Payload::Whole(written);
    }
    // What is looked into has to come plain and whole, whatever the client has of it already.
    message.headers.remove(header::ACCEPT_ENCODING);
    if !content::is_content(operation) {
        for name in NOT_WHOLE {
            message.headers.remove(name);
        }
        if message.method == Method::HEAD {
            message.method = Method::GET;
        }
    }
    // What the change is about, by what it is: under whatever name others know it.
    let touched = named.iter().filter_map(|name| finder.identity(name.kind, &name.text)).collect();
    let hides_errors = constrained.hides_errors;
    if let Some(fresh) = finder.asker.into_fresh() {
        *credential = fresh;
    }
    message.watch = Some(Box::new(Watch { bounds, named, touched, hides_errors, wanted }));
    Ok(())
}

/// What asks for a part of an answer, or for nothing where nothing has changed.
const NOT_WHOLE: [header::HeaderName; 4] =
    [header::IF_MODIFIED_SINCE, header::IF_NONE_MATCH, header::IF_RANGE, header::RANGE];

fn leaves_out(operation: &Operation) -> bool {
    operation.effect() == Effect::Read && LEAVES_OUT.contains(&operation.id())
}

/// Takes the issues outside out of a body's list: what Jira would say of them, nothing else than of what is not there, is
/// said by not asking. Where nothing is left, an issue is asked for that there cannot be.
async fn leave_out(judge: &Judge<'_>, named: &[Name], json: Option<&mut Json<'_>>) -> Result<(), Refusal> {
    let Some(json) = json else { return Ok(()) };
    let issues = || named.iter().filter(|name| name.place == Where::Body && name.kind == Kind::Issue);
    let all: Vec<String> = issues().map(|name| name.text.clone()).collect();
    judge.finder.prepare(&all).await?;
    let mut outside = HashSet::new();
    for name in issues() {
        if !judge.names_inside(name).await? {
            outside.insert(name.text.clone());
        }
    }
    let ways: HashSet<&str> = issues().map(|name| &*name.parameter).collect();
    for way in ways {
        ::boundary::find_mut(json, way.trim_end_matches("[]"), &mut |list| {
            let Json::List(items) = list else { return };
            let had_some = !items.is_empty();
            items.retain(|item| item.name().is_some_and(|name| !outside.contains(&*name)));
            if items.is_empty() && had_some {
                items.push(Json::text_of("0"));
            }
        });
    }
    Ok(())
}

fn whole(message: &Message) -> Result<Bytes, Refusal> {
    if message.headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Refusal::new(Code::MalformedRequest, "Its body is packed; send it plain."));
    }
    match &message.payload {
        Payload::Whole(bytes) => Ok(bytes.clone()),
        Payload::Passing(..) => Err(Code::Internal.into()),
    }
}

/// Whether the boundary has anything to say about operations of this face.
const fn is_bounded(terms: &Terms, operation: &Operation) -> bool {
    terms.boundary().bounds(operation.face())
}

impl Forwarder {
    fn finder<'a>(&'a self, permit: &'a Permit, credential: &'a UpstreamCredential) -> Finder<'a> {
        let operation = permit.operation();
        Finder {
            places: &self.places,
            asker: Asker::new(self, permit, credential),
            eyes: Arc::new(Eyes { grant: permit.grant().clone(), site: permit.site().name.clone() }),
            cloud: matches!(operation.face(), Face::JiraCloud | Face::ConfluenceCloud),
            wiki: matches!(operation.face(), Face::ConfluenceCloud | Face::ConfluenceDataCenter),
            template: operation.template(),
        }
    }
}

/// Whether everything a call names lies inside, for operations that can be kept within a boundary at all.
async fn inside(judge: &Judge<'_>, operation: &Operation, named: &[Name]) -> Result<(), Refusal> {
    if let Confinement::Refused(why) = operation.confinement() {
        return Err(Refusal::new(Code::NotConfinable, why.sentence()));
    }
    let left_out = leaves_out(operation);
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
        if !judge.names_inside(name).await? {
            return Err(hidden::of(operation, name));
        }
    }
    if operation.confinement() == Confinement::Named && to_check.is_empty() && !left_out {
        return Err(Refusal::new(
            Code::NotConfinable,
            "It names nothing, so it would be about all projects or spaces.",
        )
        .advise("Name what it is about: a project, an issue, a space, a page."));
    }
    Ok(())
}

fn malformed(trouble: &Trouble) -> Refusal {
    Refusal::new(Code::MalformedRequest, trouble.to_string())
}
