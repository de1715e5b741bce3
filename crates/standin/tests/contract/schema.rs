//! From OpenAPI 3.0's dialect to JSON Schema, with only the components that a schema needs.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// A schema as a validator takes it. A closed one allows only the properties that it lists.
pub(crate) fn prepared(root: &Value, schema: &Value, closed: bool) -> Value {
    let translator = Translator { root, closed };
    let mut needed = BTreeSet::new();
    gather(root, schema, &mut needed);
    let named = needed.iter().filter_map(|name| Some((name.clone(), translator.one(component(root, name)?))));
    let components: Map<_, _> = named.collect();
    let mut prepared = translator.one(schema);
    if let Some(prepared) = prepared.as_object_mut() {
        prepared.insert("components".to_owned(), json!({"schemas": components}));
    }
    prepared
}

fn component<'a>(root: &'a Value, name: &str) -> Option<&'a Value> {
    root.get("components")?.get("schemas")?.get(name)
}

fn referenced(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

/// Every component that a schema leads to.
fn gather(root: &Value, node: &Value, needed: &mut BTreeSet<String>) {
    if let Some(name) = referenced(node)
        && needed.insert(name.to_owned())
        && let Some(schema) = component(root, name)
    {
        gather(root, schema, needed);
    }
    match node {
        Value::Object(map) => map.values().for_each(|value| gather(root, value, needed)),
        Value::Array(list) => list.iter().for_each(|value| gather(root, value, needed)),
        _ => {}
    }
}

struct Translator<'a> {
    root: &'a Value,
    closed: bool,
}

impl Translator<'_> {
    /// One schema in JSON Schema's words.
    fn one(&self, schema: &Value) -> Value {
        let Some(map) = schema.as_object() else { return schema.clone() };
        let merged = self.merged(map);
        let map = merged.as_ref().unwrap_or(map);
        let mut shown = Map::new();
        for (word, value) in map {
            let value = match (word.as_str(), value) {
                ("properties", Value::Object(properties)) => {
                    properties.iter().map(|(name, schema)| (name.clone(), self.one(schema))).collect()
                }
                ("items" | "additionalProperties" | "not", value) => self.one(value),
                ("allOf" | "anyOf" | "oneOf", Value::Array(list)) => {
                    list.iter().map(|schema| self.one(schema)).collect()
                }
                // Descriptions, examples and the like only make failures hard to read.
                (
                    "description" | "example" | "xml" | "discriminator" | "externalDocs" | "readOnly"
                    | "writeOnly" | "deprecated" | "nullable" | "default" | "title",
                    _,
                ) => continue,
                (_, value) => value.clone(),
            };
            shown.insert(word.clone(), value);
        }
        let listed =
            map.get("properties").and_then(Value::as_object).is_some_and(|properties| !properties.is_empty());
        if self.closed && listed && !map.contains_key("additionalProperties") {
            shown.insert("additionalProperties".to_owned(), json!(false));
        }
        if map.get("nullable") == Some(&json!(true)) {
            return json!({"anyOf": [shown, {"type": "null"}]});
        }
        Value::Object(shown)
    }

    /// The members of `allOf` as one object: they list the properties of the same thing, and could not be closed apart.
    fn merged(&self, schema: &Map<String, Value>) -> Option<Map<String, Value>> {
        let members = schema.get("allOf")?.as_array()?;
        let mut merged = schema.clone();
        merged.remove("allOf");
        let mut properties = merged.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        for member in members {
            let target = referenced(member)
                .and_then(|name| component(self.root, name))
                .unwrap_or(member)
                .as_object()?;
            let inner = self.merged(target);
            for (word, value) in inner.as_ref().unwrap_or(target) {
                match (word.as_str(), value) {
                    ("properties", Value::Object(more)) => {
                        for (name, schema) in more {
                            let known = properties.remove(name);
                            let both = known
                                .map_or_else(|| schema.clone(), |known| json!({"allOf": [known, schema]}));
                            properties.insert(name.clone(), both);
                        }
                    }
                    (word, value) => drop(merged.entry(word).or_insert_with(|| value.clone())),
                }
            }
        }
        if !properties.is_empty() {
            merged.insert("properties".to_owned(), Value::Object(properties));
        }
        Some(merged)
    }
}
