//! What Atlassian says of something that is not there: what the gateway says of something that is not there for this client.
//!
//! What does not exist and what lies outside are looked up alike and answered from here alike, so that nobody can tell them apart.

use std::borrow::Cow;

use boundary::{Json, Name};
use bytes::Bytes;
use catalogue::{Kind, Operation};
use http::StatusCode;
use http::header::{self, HeaderValue};
use http::response::Parts;
use types::{Code, Face, Product, Refusal};

use crate::forward::Arrived;

/// Jira's sentence about an issue; 102 of its operations document it.
const ISSUE: &str = "Issue does not exist or you do not have permission to see it.";

/// The 404 for a name.
pub(super) fn of(operation: &Operation, name: &Name) -> Refusal {
    Refusal::new(Code::Hidden, sentence(operation, name))
}

/// The 404 for an answer that lies outside as a whole: like one for what the request named.
pub(super) fn of_answer(operation: &Operation, named: &[Name]) -> Refusal {
    let name = named.iter().rev().find(|name| !matches!(name.kind, Kind::Jql | Kind::Cql));
    name.map_or_else(|| Refusal::new(Code::Hidden, ISSUE), |name| of(operation, name))
}

/// What a search answers that finds nothing: in place of an error that would say whether a value exists somewhere else.
pub(super) fn nothing_found(operation: &Operation, mut parts: Parts) -> (Parts, Arrived) {
    let template = operation.template();
    let body: &'static [u8] = if template.ends_with("/search/jql") {
        br#"{"issues":[],"isLast":true}"#
    } else if template.ends_with("/approximate-count") {
        br#"{"count":0}"#
    } else if template.starts_with("/wiki/") || template.starts_with("/rest/api/content") {
        br#"{"results":[],"start":0,"limit":25,"size":0}"#
    } else {
        br#"{"startAt":0,"maxResults":50,"total":0,"issues":[]}"#
    };
    parts.status = StatusCode::OK;
    parts.headers.clear();
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json;charset=UTF-8"));
    (parts, Arrived::Read(Bytes::from_static(body)))
}

/// Whether a search's answer is that there is nothing.
pub(super) fn has_found_nothing(json: &Json<'_>) -> bool {
    let is_empty = |list: Option<&Json<'_>>| matches!(list, Some(Json::List(items)) if items.is_empty());
    let none = |name: &str| json.get(name).and_then(Json::number) == Some(0);
    is_empty(json.get("issues")) || is_empty(json.get("results")) || none("count")
}

fn sentence(operation: &Operation, name: &Name) -> Cow<'static, str> {
    let called = &name.text;
    if operation.product() == Product::ServiceManagement {
        let what = match name.kind {
            Kind::ServiceDesk | Kind::Project => "service desk",
            _ => "request",
        };
        return format!("The {what} does not exist or you do not have permission to see it.").into();
    }
    if matches!(operation.face(), Face::ConfluenceCloud | Face::ConfluenceDataCenter) {
        return of_confluence(operation, name);
    }
    let by_number = called.bytes().all(|byte| byte.is_ascii_digit());
    match name.kind {
        Kind::Project => {
            let what = if by_number { "id" } else { "key" };
            format!("No project could be found with {what} '{called}'.").into()
        }
        Kind::Board => "The requested board cannot be viewed because it either does not exist or you do not have permission to view it.".into(),
        Kind::Sprint => "Sprint does not exist".into(),
        Kind::Attachment => format!("The attachment with id '{called}' does not exist").into(),
        Kind::Version => format!("Could not find version for id '{called}'").into(),
        Kind::Component => format!("The component with id {called} does not exist.").into(),
        Kind::IssueLink => format!("No issue link with id '{called}' exists.").into(),
        Kind::Filter
        | Kind::Dashboard
        | Kind::Comment
        | Kind::Worklog
        | Kind::Issue
        | Kind::ServiceDesk
        | Kind::Space
        | Kind::Content
        | Kind::Jql
        | Kind::Cql => ISSUE.into(),
    }
}

fn of_confluence(operation: &Operation, name: &Name) -> Cow<'static, str> {
    let called = &name.text;
    let is_space = name.kind == Kind::Space;
    if operation.template().starts_with("/wiki/api/v2/") {
        let what = if is_space { "space" } else { "content" };
        format!("Could not find {what} with id {called}").into()
    } else if is_space {
        format!("No space with key : {called}").into()
    } else {
        format!("No content found with id: ContentId{{id={called}}}").into()
    }
}
