//! The description of the control API (OpenAPI 3.1), made from the route table: what is not in the table is not in the
//! document, and the other way round. Schemas are made from the types the handlers read and write.

mod answers;
pub(crate) mod told;

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use http::header;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

pub(crate) use told::{Told, once, records};

use crate::routes::{Route, described};

/// The document as it is served and kept in the repository: the same bytes for the same program.
static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut text = format!("{:#}", document());
    text.push('\n');
    text
});

/// The OpenAPI document of the control API, as text.
#[must_use]
pub fn openapi() -> &'static str {
    &TEXT
}

/// To operators only, though it holds no secret: nobody else has a use for it, and the list of open doors stays short.
pub(crate) async fn serve() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], openapi()).into_response()
}

/// Where the schemas of what is read and of what is written are collected: a field that may be left out when something is
/// asked for is always there in an answer.
pub(crate) struct Schemas {
    pub(crate) asked: SchemaGenerator,
    pub(crate) said: SchemaGenerator,
    /// The refusals a status may stand for, by their codes: most routes share them.
    pub(crate) refusals: Map<String, Value>,
}

impl Schemas {
    fn new() -> Self {
        let settings = || {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = "/components/schemas".into();
                settings.meta_schema = None;
            })
        };
        Self {
            asked: settings().for_deserialize().into_generator(),
            said: settings().for_serialize().into_generator(),
            refusals: Map::new(),
        }
    }

    /// All that were used, by name. No type is both asked for and said but those whose schemas are the same.
    fn collected(mut self) -> Map<String, Value> {
        let mut all = self.asked.take_definitions(true);
        all.extend(self.said.take_definitions(true));
        all
    }
}

fn document() -> Value {
    let mut schemas = Schemas::new();
    let mut paths: Map<String, Value> = Map::new();
    for (route, told) in described() {
        let operation = operation(&route, &told, &mut schemas);
        let item = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Some(item) = item.as_object_mut() {
            item.insert(route.method.as_str().to_ascii_lowercase(), operation);
        }
    }
    let refusals = std::mem::take(&mut schemas.refusals);
    let mut all = schemas.collected();
    all.insert("Problem".to_owned(), answers::problem());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "ticketgate control API",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Everything an operator can do to a running gateway.",
            "description": "The command line and this API are the same thing twice: what one can do, so can the other. Names of \
                roles stand in each operation's `security`: the least that is needed; each role may do what those before it may \
                (`viewer`, `approver`, `operator`, `owner`).",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/api/v1", "description": "Below wherever the gateway listens." }],
        "paths": paths,
        "components": {
            "schemas": all,
            "responses": refusals,
            "securitySchemes": { "operator": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "tgo_ and 49 letters and digits",
                "description": "An operator's token: the one in gateway.json, or one made with `ticketgate operator add`.",
            } },
        },
    })
}

fn operation(route: &Route, told: &Told, schemas: &mut Schemas) -> Value {
    let family = route.path.split('/').nth(1).unwrap_or_default();
    let mut operation = json!({
        "operationId": name(route),
        "summary": told.summary,
        "tags": [family],
        "security": [{ "operator": [route.least.as_str()] }],
        "responses": answers::all(route, told, schemas),
    });
    let parameters = told.parameters(route, schemas);
    let Some(fields) = operation.as_object_mut() else { return operation };
    if !parameters.is_empty() {
        fields.insert("parameters".to_owned(), Value::Array(parameters));
    }
    if let Some(takes) = told.takes {
        let body = takes(schemas);
        let required = needs_something(&body, schemas.asked.definitions());
        let content = json!({ "application/json": { "schema": body } });
        fields.insert("requestBody".to_owned(), json!({ "required": required, "content": content }));
    }
    operation
}

/// Whether an empty object, which is what no body stands for, would not do.
fn needs_something(schema: &Value, definitions: &Map<String, Value>) -> bool {
    let named = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
    let schema = named.and_then(|name| definitions.get(name)).unwrap_or(schema);
    schema.get("required").is_some_and(|required| required.as_array().is_none_or(|names| !names.is_empty()))
}

/// `postClientsPause` for `POST /clients/{client}/pause`: methods and words, without the names in braces.
fn name(route: &Route) -> String {
    let mut name = route.method.as_str().to_ascii_lowercase();
    for word in route.path.split(['/', '.']) {
        let word = word.trim_matches(['{', '}']);
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

#[cfg(test)]
mod tests;
