//! Forms of an answer that tell what the client is not to know: refused before anything is sent.

use ::boundary::{Json, Parameters};
use catalogue::{Operation, RENDERED_BODIES};
use policy::Bounds;
use types::{Code, Face, Refusal};

/// What of a path tells a field of the issue above it, and which field.
const TOLD_BY_PATH: [(&str, &str); 5] = [
    ("comment", "comment"),
    ("worklog", "worklog"),
    ("votes", "votes"),
    ("watchers", "watches"),
    ("attachments", "attachment"),
];

/// Checks which forms a call asks for.
///
/// # Errors
/// With the form.
pub(super) fn check(
    bounds: &Bounds,
    operation: &Operation,
    parameters: &Parameters<'_>,
    body: Option<&Json<'_>>,
) -> Result<(), Refusal> {
    let is_wiki = matches!(operation.face(), Face::ConfluenceCloud | Face::ConfluenceDataCenter);
    if is_wiki && bounds.terms().boundary().bounds_spaces() {
        plain_bodies(parameters)?;
    }
    let fields = bounds.terms().fields();
    if is_wiki || !fields.redacts_any() {
        return Ok(());
    }
    let in_body =
        body.and_then(|body| body.get("fieldsByKeys")).is_some_and(|value| value.to_string() != "false");
    let in_query = parameters.values("fieldsByKeys").any(|value| !value.eq_ignore_ascii_case("false"));
    let by_key = in_body || in_query;
    if by_key && fields.redacted().any(|field| field.starts_with("customfield_")) {
        let detail =
            "With `fieldsByKeys`, fields go by other names than those the client's manifest keeps back.";
        return Err(Refusal::new(Code::NotConfinable, detail));
    }
    let told = TOLD_BY_PATH.iter().find(|(segment, field)| {
        fields.redacts(field) && operation.template().split('/').any(|part| part == *segment)
    });
    match told {
        Some((_, field)) => Err(Refusal::new(
            Code::NotConfinable,
            format!("It tells the field {field}, which the client is not told."),
        )),
        None => Ok(()),
    }
}

/// Rendering a page runs its macros, and these show content of any space.
fn plain_bodies(parameters: &Parameters<'_>) -> Result<(), Refusal> {
    for parameter in ["expand", "body-format", "bodyFormat"] {
        for value in parameters.values(parameter) {
            let mut words = value.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
            let rendered = |word: &&str| RENDERED_BODIES.iter().any(|form| word.eq_ignore_ascii_case(form));
            if let Some(form) = words.find(rendered) {
                let detail = format!(
                    "The form {form:?} of a body is made by running the page's macros, which show content of any space."
                );
                return Err(Refusal::new(Code::NotConfinable, detail)
                    .advise("Ask for the storage format (`storage`, `atlas_doc_format`)."));
            }
        }
    }
    Ok(())
}
