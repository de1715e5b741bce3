//! What can be said of a call before it is made: of its query and body, without asking Atlassian anything.
//!
//! The same checks as of a call that is made. Where what something *is* would have to be found out, an issue goes by the project
//! its key names, and what goes by an id stays open.

use std::fmt::Write as _;

use ::boundary::{Json, Name, Parameters, names};
use catalogue::{Call, Confinement, Kind, Operation};
use policy::{Bounds, Permit, Step};
use types::{IssueKey, Refusal};

use super::{body, forms, is_bounded, is_upload, leaves_out, query};

/// A call nobody makes: what stands behind the question mark, and its body.
#[derive(Clone, Copy, Debug, Default)]
pub struct Foreseen<'a> {
    /// The query, without its question mark.
    pub query: &'a str,
    /// The body; `None`: it is not known.
    pub body: Option<&'a [u8]>,
}

/// The rules that go by a call's query and body, in order. What `body` leaves out where it is `None` is not said.
#[must_use]
pub fn foresee(permit: &Permit, call: &Call, seen: Foreseen<'_>) -> Vec<Step> {
    let bounds = permit.bounds();
    if bounds.terms().is_free() {
        return Vec::new();
    }
    let Some(parameters) = Parameters::read(seen.query) else {
        return vec![step("query", Some(false), "its query is not UTF-8")];
    };
    let json = match seen.body.filter(|body| !body.is_empty() && !is_upload(call.operation())) {
        None => None,
        Some(body) => match Json::parse(body) {
            Ok(json) => Some(json),
            Err(error) => {
                return vec![step("body", Some(false), format!("it cannot be looked into: {error}"))];
            }
        },
    };
    let named = match names(call, &parameters, json.as_ref()) {
        Ok(named) => named,
        Err(trouble) => return vec![step("names", Some(false), trouble.to_string())],
    };
    let mut steps = Vec::new();
    for said in
        [query::keep_redacted_out(&bounds, &named), query::can_be_read(&bounds, call.operation(), &named)]
    {
        if let Err(refusal) = said {
            steps.push(refused("query", &refusal));
        }
    }
    if let Err(refusal) = forms::check(&bounds, call.operation(), &parameters, json.as_ref()) {
        steps.push(refused("forms", &refusal));
    }
    steps.extend(boundary(&bounds, call.operation(), &named, seen.body.is_some()));
    if let (Some(shape), true) = (call.operation().issue_body(), seen.body.is_some()) {
        let terms = bounds.terms();
        if terms.fields().bounds_writing() {
            let said = body::fields(&bounds, call, shape, json.as_ref());
            steps.push(told("fields", said, "every field it sets may be set"));
        }
        if let (Some(json), false) = (json.as_ref(), terms.comments().is_free()) {
            let said = body::comments(&bounds, shape, json);
            steps.push(told("comments", said, "its comments are for whom they may be"));
        }
    }
    steps
}

fn step(rule: &'static str, holds: Option<bool>, why: impl Into<String>) -> Step {
    Step { rule, holds, why: why.into(), at: Vec::new() }
}

fn told(rule: &'static str, said: Result<(), Refusal>, well: &str) -> Step {
    match said {
        Ok(()) => step(rule, Some(true), well),
        Err(refusal) => refused(rule, &refusal),
    }
}

fn refused(rule: &'static str, refusal: &Refusal) -> Step {
    let why = format!("{} {}", refusal.detail(), refusal.advice());
    step(rule, Some(false), why.trim().trim_end_matches('.'))
}

/// Whether what a call names lies inside, by what it is called.
fn boundary(bounds: &Bounds, operation: &Operation, named: &[Name], body_known: bool) -> Option<Step> {
    let terms = bounds.terms();
    if !is_bounded(terms, operation) {
        return None;
    }
    let at = terms.boundary().label().map(ToString::to_string);
    let said = |holds, why: String| {
        Some(Step { at: at.clone().into_iter().collect(), ..step("boundary", holds, why) })
    };
    if let Confinement::Refused(why) = operation.confinement() {
        return said(Some(false), why.sentence().trim_end_matches('.').to_owned());
    }
    let (mut outside, mut open) = (Vec::new(), Vec::new());
    let mut inside = 0;
    let things = || named.iter().filter(|name| !matches!(name.kind, Kind::Jql | Kind::Cql));
    if operation.confinement() == Confinement::Named && body_known && things().next().is_none() {
        return said(Some(false), "it names nothing, so it would be about all projects or spaces".to_owned());
    }
    for name in things() {
        match is_inside(bounds, name) {
            Some(true) => inside += 1,
            Some(false) => outside.push(name.text.as_str()),
            None => open.push(name.text.as_str()),
        }
    }
    if !outside.is_empty() {
        let is_left_out = leaves_out(operation);
        let what = if is_left_out { "is left out" } else { "does not exist for it" };
        return said(Some(is_left_out), format!("by its key, {} {what}", outside.join(", ")));
    }
    let mut why = String::new();
    if inside > 0 {
        why.push_str("what it names by key exists for it");
    }
    if !open.is_empty() {
        let _ = write!(
            why,
            "{}only Jira knows where {} lies",
            if why.is_empty() { "" } else { "; " },
            open.join(", ")
        );
    }
    if named.iter().any(|name| matches!(name.kind, Kind::Jql | Kind::Cql))
        || operation.confinement() == Confinement::Queried
    {
        let condition = terms.boundary().jql().map_or_else(String::new, |jql| format!(" ({jql})"));
        let _ = write!(
            why,
            "{}its query is sent with the boundary as a condition of its own{condition}",
            if why.is_empty() { "" } else { "; " }
        );
    }
    if why.is_empty() {
        why.push_str("it names nothing by key");
    }
    let nothing_left_open = open.is_empty() && inside > 0 && body_known && !terms.boundary().bounds_issues();
    said(nothing_left_open.then_some(true), why)
}

/// By its key or its id; `None`: that takes asking.
fn is_inside(bounds: &Bounds, name: &Name) -> Option<bool> {
    let boundary = bounds.terms().boundary();
    let by_number = name.text.bytes().all(|byte| byte.is_ascii_digit());
    match name.kind {
        Kind::Issue => {
            let key: IssueKey = name.text.to_ascii_uppercase().parse().ok()?;
            boundary.knows_project(key.project(), "")
        }
        // A key has a letter; digits are an id, whatever the parameter is called.
        Kind::Project if by_number => boundary.knows_project("", &name.text),
        Kind::Project => boundary.knows_project(&name.text.to_ascii_uppercase(), ""),
        Kind::Space if name.is_key() => boundary.knows_space(&name.text, ""),
        Kind::Space => boundary.knows_space("", &name.text),
        _ => None,
    }
}
