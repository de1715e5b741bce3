//! The answers of a route: those of success as its line says, and the refusals that follow from what it takes.

use std::collections::BTreeMap;

use control::operators::Role;
use serde_json::{Map, Value, json};
use types::Code;

use super::Schemas;
use super::told::{Told, names};
use crate::routes::Route;

/// Every status, with what is in the answer.
pub(super) fn all(route: &Route, told: &Told, schemas: &mut Schemas) -> Value {
    let mut answers = Map::new();
    for (status, body) in &told.gives {
        let mut answer = json!({ "description": if *status == 204 { "Done." } else { told.summary } });
        let Some(fields) = answer.as_object_mut() else { continue };
        if let Some((kind, schema)) = body {
            fields.insert("content".to_owned(), json!({ *kind: { "schema": schema(schemas) } }));
        }
        if told.tagged {
            let version =
                json!({ "description": "The version, for If-Match.", "schema": { "type": "string" } });
            fields.insert("headers".to_owned(), json!({ "ETag": version }));
        }
        answers.insert(status.to_string(), answer);
    }
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in refusals(route, told) {
        by_status.entry(code.entry().status).or_default().push(code);
    }
    for (status, codes) in by_status {
        let names: Vec<_> = codes.iter().map(|code| code.entry().name).collect();
        let name = names.join(".");
        answers.insert(status.to_string(), json!({ "$ref": format!("#/components/responses/{name}") }));
        schemas.refusals.entry(name).or_insert_with(|| refusal(&codes));
    }
    Value::Object(answers)
}

/// What may come of an `Idempotency-Key`.
const KEYED: &[Code] = &[
    Code::IdempotencyKeyReused,
    Code::IdempotencyKeyInUse,
    Code::OutcomeUnknown,
    Code::AnswerNotKept,
    Code::TooManyIdempotencyKeys,
];

/// The lines of the table that may come.
fn refusals(route: &Route, told: &Told) -> Vec<Code> {
    let named = names(route.path).next().is_some();
    let readable = named || told.query.is_some() || told.takes.is_some() || told.guarded || told.changes;
    let when: [(bool, &[Code]); 9] = [
        (true, &[Code::OperatorUnknown, Code::ChangeNotKept, Code::Internal]),
        (route.least > Role::Viewer, &[Code::RoleTooLow]),
        (readable, &[Code::RequestUnreadable]),
        (named, &[Code::NoSuchThing]),
        (told.takes.is_some() || told.changes, &[Code::BodyTooLarge, Code::RequestUnfit]),
        (told.changes, &[Code::ExistsAlready, Code::ConflictsWithState]),
        (told.changes, KEYED),
        (told.guarded, &[Code::ChangedMeanwhile]),
        (true, told.refuses),
    ];
    when.into_iter().filter(|(may, _)| *may).flat_map(|(_, codes)| codes).copied().collect()
}

fn refusal(codes: &[Code]) -> Value {
    let words: Vec<_> =
        codes.iter().map(|code| format!("`{}`: {}", code.entry().name, code.entry().what)).collect();
    let names: Vec<_> = codes.iter().map(|code| code.entry().name).collect();
    json!({
        "description": words.join("\n\n"),
        "headers": { "Ticketgate-Refusal": { "required": true, "schema": { "enum": names } } },
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    })
}

/// What every refusal looks like (RFC 9457).
pub(super) fn problem() -> Value {
    let text = |words: &str| json!({ "type": "string", "description": words });
    json!({
        "type": "object",
        "description": "A refusal (RFC 9457).",
        "required": ["type", "title", "status", "detail", "advice", "retry"],
        "properties": {
            "type": text("`urn:ticketgate:refusal:` and the code, which is also in the header `Ticketgate-Refusal`."),
            "title": text("What a refusal of this code means."),
            "status": { "type": "integer", "minimum": 400, "maximum": 599, "description": "The HTTP status." },
            "detail": text("What happened here."),
            "advice": text("What to do about it."),
            "retry": { "enum": ["no", "safe", "ambiguous"], "description": "Whether sending it again can help." },
            "diagnostics": {
                "type": "array",
                "items": { "type": "object" },
                "description": "What the compiler found, when manifests were to be published.",
            },
        },
    })
}
