//! What a change says: fields it sets, transitions it makes, comments and files it adds.

mod attachments;
mod comments;
mod fields;
mod made;
mod transitions;

use ::boundary::{Json, Name, find};
use catalogue::{Call, IssueBody};
use policy::{Bounds, Objection, Permit};
use types::{Code, Refusal};

use super::judge::Judge;
use crate::Message;

/// Whether the body of a call under this permit is looked into.
pub(super) fn is_looked_into(permit: &Permit) -> bool {
    let terms = permit.terms();
    let Some(body) = permit.operation().issue_body() else { return false };
    match body {
        IssueBody::Attachment => !terms.attachments().is_free() || !terms.comments().is_free(),
        IssueBody::Comment | IssueBody::Worklog | IssueBody::Link => !terms.comments().is_free(),
        _ => !terms.is_free(),
    }
}

/// Checks the body of a change against the terms.
///
/// # Errors
/// With what the terms object to.
pub(super) async fn check(
    judge: &Judge<'_>,
    call: &Call,
    named: &[Name],
    json: Option<&Json<'_>>,
    message: &Message,
) -> Result<(), Refusal> {
    let terms = judge.bounds.terms();
    if super::is_upload(call.operation()) && !terms.attachments().is_free() {
        attachments::check(judge.bounds, message)?;
    }
    let Some(shape) = call.operation().issue_body() else { return Ok(()) };
    fields::check(judge.bounds, call, shape, json)?;
    let Some(json) = json else { return Ok(()) };
    if !terms.comments().is_free() {
        comments::check(judge.bounds, shape, json)?;
    }
    if !terms.transitions().is_free() {
        transitions::check(judge, call, shape, named, json).await?;
    }
    if terms.boundary().bounds_projects() || terms.boundary().bounds_issues() {
        made::check(judge, shape, named, json).await?;
    }
    Ok(())
}

/// Whether every field a change sets may be set.
///
/// # Errors
/// With the first that may not.
pub(super) fn fields(
    bounds: &Bounds,
    call: &Call,
    shape: IssueBody,
    json: Option<&Json<'_>>,
) -> Result<(), Refusal> {
    fields::check(bounds, call, shape, json)
}

/// Whether comments are written for whom they may be.
///
/// # Errors
/// With whom they may not be for.
pub(super) fn comments(bounds: &Bounds, shape: IssueBody, json: &Json<'_>) -> Result<(), Refusal> {
    comments::check(bounds, shape, json)
}

/// What stands at a way of a body.
fn at<'a, 'j>(json: &'a Json<'j>, way: &str) -> Result<Vec<&'a Json<'j>>, Refusal> {
    if way.is_empty() {
        return Ok(vec![json]);
    }
    let strange = |_| {
        Refusal::new(
            Code::MalformedRequest,
            format!("In its body, what stands under {way:?} has another shape than Atlassian takes."),
        )
    };
    find(json, way).map_err(strange)
}

fn refuse(bounds: &Bounds, objection: Objection<'_>) -> Refusal {
    bounds.objection(objection).into()
}
