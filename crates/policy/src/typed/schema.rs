//! The JSON Schemas of the four kinds of files, made from the keys the parser reads.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::keys::{Key, Table, Takes};
use super::read::UNITS;
use crate::limits;

/// The JSON Schema of a manifest (draft 2020-12), for editors: TOML as JSON, dates as texts.
#[must_use]
pub fn manifest_schema() -> String {
    let mut schema = file(Table::Manifest, "A manifest of ticketgate", "manifest.schema.json");
    // What a fragment may say need not be said again.
    let rest = json!({ "required": ["grant", "scopes"], "anyOf": [{ "required": ["site"] }, { "required": ["sites"] }] });
    schema.insert("required".to_owned(), json!(["owner", "purpose"]));
    schema.insert("if".to_owned(), json!({ "not": { "required": ["extends"] } }));
    schema.insert("then".to_owned(), rest);
    written(schema)
}

/// The JSON Schema of a fragment.
#[must_use]
pub fn fragment_schema() -> String {
    written(file(Table::Fragment, "What several manifests of ticketgate share", "fragment.schema.json"))
}

/// The JSON Schema of an elevation.
#[must_use]
pub fn elevation_schema() -> String {
    written(file(Table::Elevation, "More for one client of ticketgate, for a time", "elevation.schema.json"))
}

/// The JSON Schema of `guardrails.toml`.
#[must_use]
pub fn guardrails_schema() -> String {
    written(file(Table::Guardrails, "What holds for every manifest of ticketgate", "guardrails.schema.json"))
}

fn written(schema: Map<String, Value>) -> String {
    let mut text = serde_json::to_string_pretty(&Value::Object(schema)).unwrap_or_default();
    text.push('\n');
    text
}

fn file(table: Table, title: &str, name: &str) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("$id".to_owned(), json!(format!("https://ticketgate.dev/{name}")));
    schema.insert("title".to_owned(), json!(title));
    schema.extend(of(table));
    schema
}

fn of(table: Table) -> Map<String, Value> {
    let properties: Map<String, Value> =
        table.keys().map(|key| (key.name.to_owned(), Value::Object(property(key)))).collect();
    let mut object = Map::new();
    object.insert("type".to_owned(), json!("object"));
    object.insert("properties".to_owned(), Value::Object(properties));
    object.insert("additionalProperties".to_owned(), json!(false));
    object
}

fn property(key: &Key) -> Map<String, Value> {
    let text = || json!({ "type": "string", "maxLength": limits::TEXT_BYTES });
    let name = || json!({ "anyOf": [text(), { "type": "integer", "minimum": 1, "maximum": u64::MAX }] });
    let list = |items: Value, most: usize| json!({ "type": "array", "items": items, "maxItems": most });
    let value = match key.takes {
        Takes::Text => text(),
        Takes::OneOf(words) => json!({ "enum": words }),
        Takes::Texts(most) => list(text(), most),
        Takes::SomeOf(words) => list(json!({ "enum": words }), limits::LIST_ENTRIES),
        Takes::Name => name(),
        Takes::Names(most) => list(name(), most),
        Takes::Date => {
            json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ].+([Zz]|[+-][0-9]{2}:[0-9]{2}))?$" })
        }
        Takes::Time => json!({ "type": "string", "pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$" }),
        Takes::Flag => json!({ "type": "boolean" }),
        Takes::Number(most) => json!({ "type": "integer", "minimum": 1, "maximum": most }),
        Takes::Size => json!({ "anyOf": [
            { "type": "integer", "minimum": 1 },
            { "type": "string", "pattern": size() },
        ] }),
        Takes::Table(inner) => Value::Object(of(inner)),
        Takes::Tables(inner) => list(Value::Object(of(inner)), limits::TRANSITIONS),
    };
    let mut property = Map::new();
    property.insert("description".to_owned(), json!(plain(key.meaning)));
    if let Value::Object(value) = value {
        property.extend(value);
    }
    property
}

fn size() -> String {
    let units: Vec<&str> = UNITS.iter().map(|(name, _)| *name).filter(|name| !name.is_empty()).collect();
    format!("^[0-9]+( ?({}))?$", units.join("|"))
}

/// The words of the page without its links.
fn plain(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some((before, link)) = rest.split_once('[') {
        let Some((label, after)) = link.split_once("](") else { break };
        let Some((_, after)) = after.split_once(')') else { break };
        out.push_str(before);
        out.push_str(label);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The keys of a table as the reference page shows them: `manifest`, `operations`, `issues`, ... `None`: there is no such
/// table.
#[must_use]
pub fn key_table(name: &str) -> Option<String> {
    let table = Table::ALL.into_iter().find(|table| table.name() == name)?;
    let mut page = String::from("| key | |\n|---|---|\n");
    for key in table.keys().filter(|key| !matches!(key.takes, Takes::Table(_) | Takes::Tables(_))) {
        let _ = writeln!(page, "| `{}` | {} |", key.name, key.meaning);
    }
    Some(page)
}
