//! Walking a document's parameters and body schemas, without following them in circles.

use serde_json::Value;

/// How many lists and objects a body's parameter may lie inside. The deepest named one lies inside six.
const DEEPEST: usize = 6;

/// How many references in a row are followed before a document is taken to be circular.
const LONGEST_CHAIN: usize = 8;

/// What `value` says, references (`$ref`) inside the document followed.
pub(super) fn resolve<'a>(document: &'a Value, value: &'a Value) -> Option<&'a Value> {
    let mut value = value;
    for _ in 0..LONGEST_CHAIN {
        match value.get("$ref").and_then(Value::as_str) {
            Some(reference) => value = document.pointer(reference.strip_prefix('#')?)?,
            None => return Some(value),
        }
    }
    None
}

/// Calls `visit` with the dotted way to every property of `schema` and whether it is a list. Where `visit` says that
/// it knows the property, its inside is left alone.
pub(super) fn properties(document: &Value, schema: &Value, visit: &mut dyn FnMut(&str, bool) -> bool) {
    Walk { document, visit }.inside(schema, "", DEEPEST);
}

struct Walk<'a, 'v> {
    document: &'a Value,
    visit: &'v mut dyn FnMut(&str, bool) -> bool,
}

impl<'a> Walk<'a, '_> {
    fn inside(&mut self, schema: &'a Value, way: &str, left: usize) {
        let Some(left) = left.checked_sub(1) else { return };
        let Some(schema) = resolve(self.document, schema) else { return };
        for choice in ["allOf", "oneOf", "anyOf"] {
            for part in schema.get(choice).and_then(Value::as_array).into_iter().flatten() {
                self.inside(part, way, left);
            }
        }
        if let Some(items) = schema.get("items") {
            self.inside(items, &format!("{way}[]"), left);
        }
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let way = if way.is_empty() { name.clone() } else { format!("{way}.{name}") };
            let list =
                resolve(self.document, property).is_some_and(|property| property.get("items").is_some());
            if !(self.visit)(&way, list) {
                self.inside(property, &way, left);
            }
        }
    }
}
