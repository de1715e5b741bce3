use ::boundary::Json;
use catalogue::{Call, IssueBody};
use policy::{Bounds, Objection};
use types::{Code, Refusal};

use super::{at, refuse};

/// Fields without which no issue can be made: which values they may have is the boundary's matter.
const MADE_OF: [&str; 2] = ["project", "issuetype"];

/// Checks which fields a change sets.
pub(super) fn check(
    bounds: &Bounds,
    call: &Call,
    shape: IssueBody,
    json: Option<&Json<'_>>,
) -> Result<(), Refusal> {
    let rules = bounds.terms().fields();
    let set = match json {
        Some(json) => set(shape, json)?,
        None => Vec::new(),
    };
    if !rules.bounds_writing() {
        return Ok(());
    }
    let makes = matches!(shape, IssueBody::Create | IssueBody::CreateMany | IssueBody::Request);
    let by_itself: &[&str] = match shape {
        IssueBody::Assignee => &["assignee"],
        IssueBody::Estimate => &["timeoriginalestimate"],
        IssueBody::Epic => &["summary"],
        _ => &[],
    };
    let parameter = (shape == IssueBody::FieldValues).then(|| call.parameter("fieldIdOrKey")).flatten();
    if shape == IssueBody::FieldValues && parameter.is_none() {
        return Err(Refusal::new(Code::NotConfinable, "It sets fields past the rules for fields."));
    }
    let own = by_itself.iter().copied().chain(parameter.as_deref());
    for field in set.iter().map(String::as_str).chain(own) {
        if !(rules.may_write(field) || (makes && MADE_OF.contains(&field))) {
            return Err(refuse(bounds, Objection::Field(field)));
        }
    }
    Ok(())
}

/// The ids of the fields a body sets, `properties` among them where it has some.
///
/// # Errors
/// When a field is set in two ways: which of them counts is not known.
fn set(shape: IssueBody, json: &Json<'_>) -> Result<Vec<String>, Refusal> {
    let mut set = Vec::new();
    if shape == IssueBody::EditMany {
        many(json, &mut set);
        return Ok(set);
    }
    let holders = shape.fields().iter().zip(shape.update().iter().map(Some).chain(std::iter::repeat(None)));
    for (fields, update) in holders.filter(|_| shape != IssueBody::Epic) {
        members(json, fields, &mut set)?;
        if let Some(update) = update {
            let mut updated = Vec::new();
            members(json, update, &mut updated)?;
            // Of several issues in one body each may set its own; together they are looked at as one.
            let alone = !fields.contains("[]");
            if let Some(twice) = updated.iter().find(|field| alone && set.contains(field)) {
                let detail = format!("The field {twice} is given both in `fields` and in `update`.");
                return Err(Refusal::new(Code::MalformedRequest, detail));
            }
            set.append(&mut updated);
        }
    }
    if json.get("properties").is_some_and(|properties| !properties.is_null()) {
        set.push("properties".to_owned());
    }
    if shape == IssueBody::Epic && json.get("color").is_some() {
        set.push("color".to_owned());
    }
    Ok(set)
}

fn members(json: &Json<'_>, way: &str, set: &mut Vec<String>) -> Result<(), Refusal> {
    for holder in at(json, way)? {
        match holder {
            Json::Object(members) => {
                set.extend(members.iter().map(|member| member.name.clone().into_owned()))
            }
            other if other.is_null() => {}
            _ => {
                return Err(Refusal::new(
                    Code::MalformedRequest,
                    format!("In its body, {way:?} is no object."),
                ));
            }
        }
    }
    Ok(())
}

/// Every `fieldId` of a bulk edit, however deep, and the actions that were selected.
fn many(json: &Json<'_>, set: &mut Vec<String>) {
    match json {
        Json::Object(members) => {
            for member in members {
                if member.name == "fieldId"
                    && let Some(id) = member.value.text()
                {
                    set.push(id.into_owned());
                }
                if member.name == "selectedActions"
                    && let Json::List(actions) = &member.value
                {
                    set.extend(actions.iter().filter_map(Json::text).map(Into::into));
                }
                many(&member.value, set);
            }
        }
        Json::List(items) => items.iter().for_each(|item| many(item, set)),
        Json::Scalar(_) => {}
    }
}
