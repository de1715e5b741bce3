//! Issues as a change makes them: they have to lie inside afterwards too.

use ::boundary::Json;
use catalogue::{IssueBody, Kind};
use policy::{IssueFacts, Named, Objection};
use types::{Code, IssueKey, Refusal};

use super::super::judge::Judge;
use super::{at, refuse};

/// Checks what an issue is made into: its type, its labels, its level, and the issues its custom fields point at.
pub(super) async fn check(judge: &Judge<'_>, shape: IssueBody, json: &Json<'_>) -> Result<(), Refusal> {
    for way in shape.fields().iter().chain(shape.update()).filter(|_| shape != IssueBody::EditMany) {
        for fields in at(json, way)? {
            points_inside(judge, fields).await?;
        }
    }
    if !judge.bounds.terms().boundary().bounds_issues() {
        return Ok(());
    }
    if shape == IssueBody::EditMany || shape == IssueBody::MoveMany {
        let detail = "It changes types, labels or levels of several issues, which the client's boundary depends on.";
        return Err(Refusal::new(Code::NotConfinable, detail));
    }
    let makes = matches!(shape, IssueBody::Create | IssueBody::CreateMany);
    for way in shape.fields() {
        for fields in at(json, way)?.into_iter().filter(|fields| matches!(fields, Json::Object(_))) {
            becomes_inside(judge, fields, makes).await?;
        }
    }
    for way in shape.update() {
        let touched = ["labels", "security", "issuetype"];
        let touches = |update: &&Json<'_>| touched.iter().any(|field| update.get(field).is_some());
        if at(json, way)?.iter().any(touches) {
            let detail = "It changes type, labels or level in `update`, which the client's boundary depends on.";
            return Err(Refusal::new(Code::NotConfinable, detail).advise("Set them as a whole in `fields`."));
        }
    }
    Ok(())
}

async fn becomes_inside(judge: &Judge<'_>, fields: &Json<'_>, makes: bool) -> Result<(), Refusal> {
    let boundary = judge.bounds.terms().boundary();
    let said = |field: &str, member: &str| {
        fields.get(field).and_then(|value| value.get(member)).and_then(Json::name).map(|name| name.into_owned())
    };
    let kind = (said("issuetype", "name"), said("issuetype", "id"));
    if (makes || fields.get("issuetype").is_some()) && boundary.bounds_types() {
        let found = judge.finder.issue_type(kind.0.as_deref(), kind.1.as_deref()).await?;
        let named = Named { name: &found.0, id: &found.1 };
        if !boundary.allows_type(named) {
            return Err(refuse(judge.bounds, &Objection::IssueType(named)));
        }
    }
    if makes || fields.get("labels").is_some() {
        let labels: Vec<String> = match fields.get("labels") {
            Some(Json::List(labels)) => labels.iter().filter_map(Json::text).map(Into::into).collect(),
            _ => Vec::new(),
        };
        if !boundary.allows_labels(&labels) {
            return Err(refuse(judge.bounds, &Objection::Labels));
        }
    }
    if makes || fields.get("security").is_some() {
        let (name, id) = (said("security", "name").unwrap_or_default(), said("security", "id").unwrap_or_default());
        let level = fields.get("security").filter(|level| !level.is_null()).map(|_| Named { name: &name, id: &id });
        if !boundary.allows_security(level) {
            return Err(refuse(judge.bounds, &Objection::SecurityLevel));
        }
    }
    Ok(())
}

/// A custom field's value that is an issue's key makes it a reference: to an issue outside there is none, and whether there
/// is such an issue is not told.
async fn points_inside(judge: &Judge<'_>, fields: &Json<'_>) -> Result<(), Refusal> {
    let Json::Object(members) = fields else { return Ok(()) };
    for member in members.iter().filter(|member| member.name.starts_with("customfield_")) {
        let mut keys = Vec::new();
        keys_in(&member.value, &mut keys);
        for key in keys {
            if !judge.is_inside(Kind::Issue, &key).await? {
                return Err(Refusal::new(
                    Code::FieldNotPermitted,
                    format!("The value of {} looks like the key of an issue, and is none of the client's projects.", member.name),
                ));
            }
        }
    }
    Ok(())
}

fn keys_in(value: &Json<'_>, keys: &mut Vec<String>) {
    match value {
        Json::Object(members) => members.iter().for_each(|member| keys_in(&member.value, keys)),
        Json::List(items) => items.iter().for_each(|item| keys_in(item, keys)),
        Json::Scalar(_) => {
            let text = value.text().map(|text| text.trim().to_ascii_uppercase());
            keys.extend(text.filter(|text| text.parse::<IssueKey>().is_ok()));
        }
    }
}

#[allow(dead_code, reason = "the shape facts have is the policy's")]
const fn _facts(_: &IssueFacts<'_>) {}
