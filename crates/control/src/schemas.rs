//! Schemas of texts whose type alone does not say what is taken. Each says what the check beside it accepts.

use schemars::{Schema, SchemaGenerator, json_schema};

/// Neither empty nor blank, on one line; `plain` of `clients::register` in regular words.
const LINE: &str = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$";

/// On one line, or empty; `contact` of `clients::register`.
const MAYBE_EMPTY: &str = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$";

/// A network as people write one: the usual forms of IPv4, and of IPv6 whole or shortened at one place.
const NETWORK: &str = "^(((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])/(3[0-2]|[12]?[0-9])\
    |(([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|([0-9a-f]{1,4}:){1,3}(:[0-9a-f]{1,4}){1,3}|([0-9a-f]{1,4}:){1,6}:|::)/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))$";

/// Owner or purpose; `null` is the same as nothing.
pub(crate) fn maybe_line(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "null"], "pattern": LINE, "maxLength": 200 })
}

/// A contact.
pub(crate) fn maybe_empty_line(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": MAYBE_EMPTY, "maxLength": 200 })
}

/// A contact; `null` is the same as nothing.
pub(crate) fn maybe_contact(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "null"], "pattern": MAYBE_EMPTY, "maxLength": 200 })
}

/// A list of networks.
pub(crate) fn networks(_: &mut SchemaGenerator) -> Schema {
    list("array".into())
}

/// The same; `null` is the same as nothing.
pub(crate) fn maybe_networks(_: &mut SchemaGenerator) -> Schema {
    list(vec!["array", "null"].into())
}

fn list(kind: serde_json::Value) -> Schema {
    let item = json_schema!({ "type": "string", "description": "CIDR notation", "pattern": NETWORK });
    json_schema!({ "type": kind, "maxItems": oauth::Profile::MOST_NETWORKS, "items": item })
}
