use ::boundary::Json;
use catalogue::IssueBody;
use policy::{Audience, Bounds, Objection};
use types::{Code, Refusal};

use super::{at, refuse};

/// Who sees comments that are not for customers, as Service Management has it.
const TEAM: &str = "Service Desk Team";

/// Checks for whom comments are written.
pub(super) fn check(bounds: &Bounds, shape: IssueBody, json: &Json<'_>) -> Result<(), Refusal> {
    for way in shape.comment() {
        for comment in at(json, way)?.into_iter().filter(|comment| !comment.is_null()) {
            let Some(visibility) = comment.get("visibility").filter(|value| !value.is_null()) else {
                let audience = if is_internal(comment) { Audience::Role(TEAM) } else { Audience::Everybody };
                allow(bounds, audience)?;
                continue;
            };
            let kind = visibility.get("type").and_then(Json::text);
            let mut names = 0;
            // Which of the two counts where they differ is Jira's to say, so both have to be allowed.
            for member in ["value", "identifier"] {
                let Some(named) = visibility.get(member).filter(|named| !named.is_null()) else { continue };
                let named = named.text().ok_or_else(strange)?;
                names += 1;
                match kind.as_deref() {
                    Some("role") => allow(bounds, Audience::Role(&named))?,
                    Some("group") => allow(bounds, Audience::Group(&named))?,
                    _ => return Err(strange()),
                }
            }
            if names == 0 {
                return Err(strange());
            }
        }
    }
    Ok(())
}

fn allow(bounds: &Bounds, audience: Audience<'_>) -> Result<(), Refusal> {
    if bounds.terms().comments().allows(audience) {
        return Ok(());
    }
    Err(refuse(bounds, Objection::Comment(audience)))
}

fn strange() -> Refusal {
    Refusal::new(Code::MalformedRequest, "The visibility of its comment is none that Jira has.")
}

/// Service Management's two ways to say that customers do not see a comment.
fn is_internal(comment: &Json<'_>) -> bool {
    let not_public = comment.get("public").is_some_and(|public| public.to_string() == "false");
    let properties = comment.get("properties");
    let by_property = match properties {
        Some(Json::List(properties)) => properties.iter().any(|property| {
            let key = property.get("key").and_then(Json::text);
            let internal = property.get("value").and_then(|value| value.get("internal"));
            key.as_deref() == Some("sd.public.comment")
                && internal.is_some_and(|value| value.to_string().contains("true"))
        }),
        _ => false,
    };
    not_public || by_property
}
