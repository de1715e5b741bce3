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
            let visibility = comment.get("visibility").filter(|value| !value.is_null());
            let named = visibility.and_then(|value| {
                value.get("value").filter(|value| !value.is_null()).or(value.get("identifier"))
            });
            let named = named.and_then(Json::text);
            let kind = visibility.and_then(|value| value.get("type")).and_then(Json::text);
            let audience = match (visibility, kind.as_deref(), named.as_deref()) {
                (None, ..) if is_internal(comment) => Audience::Role(TEAM),
                (None, ..) => Audience::Everybody,
                (Some(_), Some("role"), Some(name)) => Audience::Role(name),
                (Some(_), Some("group"), Some(name)) => Audience::Group(name),
                _ => {
                    return Err(Refusal::new(
                        Code::MalformedRequest,
                        "The visibility of its comment is none that Jira has.",
                    ));
                }
            };
            if !bounds.terms().comments().allows(audience) {
                return Err(refuse(bounds, Objection::Comment(audience)));
            }
        }
    }
    Ok(())
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
