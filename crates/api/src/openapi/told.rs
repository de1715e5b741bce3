//! What the route table says about a route besides who may.

use schemars::JsonSchema;
use serde_json::{Value, json};
use types::Code;

use super::Schemas;
use crate::routes::Route;
use crate::{etag, repeats};

/// Makes a schema, and collects the ones it refers to.
pub(crate) type Schema = fn(&mut Schemas) -> Value;

/// What a route takes and gives.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    /// What it does, in one line.
    pub(crate) summary: &'static str,
    /// Its body, in JSON.
    pub(crate) takes: Option<Schema>,
    /// Its parameters behind the question mark.
    pub(crate) query: Option<Schema>,
    /// Statuses of success, with what is in the body and its content type; no body for nothing.
    pub(crate) gives: Vec<(u16, Option<(&'static str, Schema)>)>,
    /// Whether `If-Match` is looked at.
    pub(crate) guarded: bool,
    /// Whether answers carry an `ETag`.
    pub(crate) tagged: bool,
    /// Whether it changes something.
    pub(crate) changes: bool,
    /// Whether its body may be as large as a set of manifests is.
    pub(crate) with_manifests: bool,
    /// Refusals beside those that follow from the rest.
    pub(crate) refuses: &'static [Code],
}

impl Told {
    /// A route that reads, of which nothing else is said yet.
    pub(crate) const fn new(summary: &'static str) -> Self {
        Self {
            summary,
            takes: None,
            query: None,
            gives: Vec::new(),
            guarded: false,
            tagged: false,
            changes: false,
            with_manifests: false,
            refuses: &[],
        }
    }

    /// Its parameters, its headers among them.
    pub(super) fn parameters(&self, route: &Route, schemas: &mut Schemas) -> Vec<Value> {
        let mut parameters = Vec::new();
        for name in names(route.path) {
            let schema = match name {
                "client" => asked::<types::ClientId>(schemas),
                "grant" => asked::<types::GrantName>(schemas),
                "operator" => asked::<types::OperatorName>(schemas),
                "key" => json!({ "type": "string", "pattern": "^[0-9a-f]{16}$" }),
                "request" => asked::<types::RequestId>(schemas),
                "plan" => asked::<control::views::PlanDigest>(schemas),
                "version" => json!({ "type": "integer", "minimum": 1, "maximum": 9_007_199_254_740_991_i64 }),
                _ => json!({ "type": "string" }),
            };
            parameters.push(json!({ "name": name, "in": "path", "required": true, "schema": schema }));
        }
        parameters.extend(self.query.map(|query| query_parameters(&query(schemas))).unwrap_or_default());
        if self.changes {
            parameters.push(json!({
                "name": "Idempotency-Key",
                "in": "header",
                "required": false,
                "description": "A text of your own that stands for this change, such as a UUID. Sent again within 24 hours with the \
                    same request, the change is made once and the first answer given again (header `Idempotency-Replayed`). An \
                    answer with a secret is not kept: then 409 says that it was done. A refusal is not kept either: the same request \
                    may be tried again.",
                "schema": { "type": "string", "pattern": repeats::PATTERN, "minLength": 1 },
            }));
        }
        if self.guarded {
            parameters.push(json!({
                "name": "If-Match",
                "in": "header",
                "required": false,
                "description": "The `ETag` of the version the change was decided on: another one is not changed. An asterisk, or \
                    nothing, for whatever it is now.",
                "schema": { "type": "string", "pattern": etag::PATTERN },
            }));
        }
        parameters
    }
}

/// The names in braces.
pub(super) fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// One parameter for each field. `null` cannot be written there, and what is left out is not there.
fn query_parameters(schema: &Value) -> Vec<Value> {
    let fields = schema.get("properties").and_then(Value::as_object);
    let parameter = |(name, field): (&String, &Value)| {
        let mut field = field.clone();
        let Some(facts) = field.as_object_mut() else { return json!({ "name": name, "in": "query" }) };
        let words = facts.remove("description").unwrap_or_default();
        facts.remove("default");
        if let Some(kinds) = facts.get_mut("type")
            && let Some(kind) = kinds.as_array().and_then(|kinds| kinds.iter().find(|kind| *kind != "null"))
        {
            *kinds = kind.clone();
        }
        let schema = match facts.remove("anyOf") {
            Some(Value::Array(choices)) => choices.into_iter().find(|it| *it != json!({ "type": "null" })),
            _ => Some(field),
        };
        json!({ "name": name, "in": "query", "required": false, "description": words, "schema": schema })
    };
    fields.into_iter().flatten().map(parameter).collect()
}

/// The schema of what is read.
pub(crate) fn asked<T: JsonSchema>(schemas: &mut Schemas) -> Value {
    schemas.asked.subschema_for::<T>().to_value()
}

/// The same, written out where it stands.
pub(crate) fn asked_here<T: JsonSchema>(schemas: &mut Schemas) -> Value {
    T::json_schema(&mut schemas.asked).to_value()
}

/// The schema of what is written.
pub(crate) fn said<T: JsonSchema>(schemas: &mut Schemas) -> Value {
    schemas.said.subschema_for::<T>().to_value()
}

/// An answer of `T` and the secret that is shown this once.
pub(crate) fn once<T: JsonSchema>(schemas: &mut Schemas, thing: &str, secret: &str) -> Value {
    let shown = json!({ "type": "string", "description": "Shown this once." });
    json!({
        "type": "object",
        "required": [thing, secret],
        "properties": { thing: said::<T>(schemas), secret: shown },
    })
}

/// Records and their numbers. What a record holds depends on its kind, and grows.
pub(crate) fn records(_: &mut Schemas) -> Value {
    let found = json!({
        "type": "object",
        "required": ["seq", "record"],
        "properties": {
            "seq": { "type": "integer", "minimum": 0, "description": "Its number in the log." },
            "record": { "type": "object", "description": "What happened." },
        },
    });
    json!({
        "type": "object",
        "required": ["records"],
        "properties": { "records": { "type": "array", "items": found } },
    })
}
