//! Schemas of texts whose type alone does not say what is taken. Each says what the check beside it accepts.

use schemars::{Schema, SchemaGenerator, json_schema};

/// Neither empty nor blank, on one line; `plain` of `clients::register` in regular words.
const LINE: &str = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$";

/// On one line, or empty; `contact` of `clients::register`.
const MAYBE_EMPTY: &str = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$";

/// A network in CIDR notation: IPv4, or IPv6 whole, shortened at one place, or holding an IPv4 address.
fn network() -> String {
    let byte = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    let v4 = format!("({byte}\\.){{3}}{byte}");
    let group = "[0-9A-Fa-f]{1,4}";
    // Groups before the shortened place, groups after it: seven at most.
    let mut v6 =
        vec![format!("({group}:){{7}}{group}"), format!("({group}:){{1,7}}:"), format!(":(:{group}){{1,7}}")];
    v6.extend((1..=6).map(|before| format!("({group}:){{1,{before}}}(:{group}){{1,{}}}", 7 - before)));
    v6.extend(["::".to_owned(), format!("::[fF]{{4}}:{v4}")]);
    format!("^({v4}/(3[0-2]|[12]?[0-9])|({})/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))$", v6.join("|"))
}

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
    list(&["array"])
}

/// The same; `null` is the same as nothing.
pub(crate) fn maybe_networks(_: &mut SchemaGenerator) -> Schema {
    list(&["array", "null"])
}

fn list(kinds: &[&str]) -> Schema {
    let item = json_schema!({ "type": "string", "description": "CIDR notation", "pattern": network() });
    json_schema!({ "type": kinds, "maxItems": oauth::Profile::MOST_NETWORKS, "items": item })
}

/// A list of scopes, as `grants::authorize` takes them.
pub(crate) fn scopes(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "array",
        "items": { "type": "string", "pattern": "^[!-~]{1,200}$" },
        "maxItems": 60,
    })
}
