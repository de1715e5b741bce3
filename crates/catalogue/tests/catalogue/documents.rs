//! The classification against Atlassian's own documents, where they are at hand (`../shared/openapi`).

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use catalogue::{Catalogue, Operation, import};
use serde_json::Value;
use types::Product;

use crate::{called, operations};

/// The documents, or nothing and a word about it.
fn documents() -> Vec<Value> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/openapi");
    let Ok(files) = fs::read_dir(&folder) else {
        println!("skipped: Atlassian's documents (../shared/openapi) are not here");
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    let read = |file: &PathBuf| serde_json::from_slice(&fs::read(file).expect("a document")).expect("JSON");
    files.iter().map(read).filter(|document: &Value| document.get("paths").is_some()).collect()
}

fn table_of(document: &Value) -> Catalogue {
    let entries = import::from_openapi(document).expect("a document of Atlassian's");
    let table = import::render(entries).expect("a table in which every operation is classified");
    Catalogue::parse(&table).expect("a table")
}

#[test]
fn no_operation_of_the_documents_is_unclassified() {
    for document in documents() {
        let catalogue = table_of(&document);
        assert!(!catalogue.operations().is_empty());
    }
}

fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let reference = value.get("$ref").and_then(Value::as_str);
    let target = reference.and_then(|reference| document.pointer(reference.trim_start_matches('#')));
    target.map_or(value, |target| resolve(document, target))
}

/// The ways to properties of a schema, lists written as `[]`, as deep as `left`.
fn ways(document: &Value, schema: &Value, way: &str, left: usize, out: &mut BTreeSet<String>) {
    let Some(left) = left.checked_sub(1) else { return };
    let schema = resolve(document, schema);
    for choice in ["allOf", "oneOf", "anyOf"] {
        for part in schema.get(choice).and_then(Value::as_array).into_iter().flatten() {
            ways(document, part, way, left, out);
        }
    }
    if let Some(items) = schema.get("items") {
        ways(document, items, &format!("{way}[]"), left, out);
    }
    if let Some(members) = schema.get("additionalProperties").filter(|members| members.is_object()) {
        ways(document, members, &format!("{way}.*"), left, out);
    }
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let way = if way.is_empty() { name.clone() } else { format!("{way}.{name}") };
        out.insert(way.clone());
        ways(document, property, &way, left, out);
    }
}

/// Every operation whose body is JSON with a schema, as the shipped table has it, and the ways into its body.
fn bodies() -> Vec<(&'static Operation, BTreeSet<String>)> {
    let mut found = Vec::new();
    for document in documents() {
        for imported in table_of(&document).operations() {
            let body = source(&document, imported).and_then(|source| source.get("requestBody"));
            let body = body.map(|body| resolve(&document, body));
            let schema = body.and_then(|body| body.pointer("/content/application~1json/schema"));
            let same = |o: &&Operation| {
                (o.product(), o.verb(), o.template())
                    == (imported.product(), imported.verb(), imported.template())
            };
            if let (Some(schema), Some(shipped)) = (schema, operations().find(same)) {
                let mut out = BTreeSet::new();
                ways(&document, schema, "", 4, &mut out);
                found.push((shipped, out));
            }
        }
    }
    found
}

#[test]
fn a_body_with_fields_update_or_transition_says_what_of_an_issue_it_writes() {
    const TELLING: [&str; 8] = [
        "fields",
        "update",
        "transition",
        "transitionId",
        "issueUpdates[].fields",
        "editedFieldsInput",
        "requestFieldValues",
        "bulkTransitionInputs[].transitionId",
    ];
    // These ask for fields by name, or are about the fields themselves.
    let asks = |o: &Operation| {
        o.effect() == types::Effect::Read
            || o.template().contains("/field/association")
            || o.template().contains("/config/")
    };
    let writes = |ways: &BTreeSet<String>| TELLING.iter().any(|way| ways.contains(*way));
    let wrong = bodies().into_iter().filter(|(o, ways)| writes(ways) && !o.writes_issue() && !asks(o));
    assert_eq!(wrong.map(|(operation, _)| called(operation)).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn where_an_issues_fields_stand_is_where_the_documents_say() {
    for (operation, known) in bodies() {
        let Some(shape) = operation.issue_body() else { continue };
        let said = shape.fields().iter().chain(shape.update()).chain(shape.transition());
        for way in said.filter(|way| !way.is_empty()) {
            let top = way.split('.').next().unwrap_or(way).trim_end_matches("[]");
            assert!(known.contains(top), "{}: {way} is not in {known:?}", called(operation));
        }
    }
}

/// The path in the document and what it says of it, for an operation imported from that document.
fn source<'a>(document: &'a Value, operation: &Operation) -> Option<&'a Value> {
    let verb = operation.verb().as_str().to_ascii_lowercase();
    let paths = document["paths"].as_object()?.iter();
    // A document's paths lack what its server's URL says; the longest that fits is the whole rest.
    let fitting = paths.filter(|(path, _)| operation.template().ends_with(path.trim_end_matches('/')));
    fitting
        .filter_map(|(path, item)| Some((path, item.get(&verb)?)))
        .max_by_key(|(path, _)| path.len())
        .map(|(_, it)| it)
}

/// What the documents of Data Center describe as one element instead of the list or page of them, or as a bare object.
const UNSAID: &[&str] = &[
    "/rest/agile/1.0/board",
    "/rest/agile/1.0/board/{boardId}/epic",
    "/rest/agile/1.0/board/{boardId}/project",
    "/rest/agile/1.0/board/{boardId}/sprint",
    "/rest/agile/1.0/board/{boardId}/version",
    "/rest/api/2/component/page",
    "/rest/api/2/project",
    "/rest/api/2/version",
];

#[test]
fn what_an_answer_is_said_to_list_is_in_the_documents_answer() {
    let (mut compared, mut missing) = (0, BTreeSet::new());
    for document in documents() {
        for operation in table_of(&document).operations().iter().filter(|one| one.lists().next().is_some()) {
            let responses = source(&document, operation).map(|source| &source["responses"]);
            let answer = responses.and_then(|all| all.get("200").or_else(|| all.get("default")));
            let content =
                answer.map(|answer| resolve(&document, answer)).and_then(|answer| answer.get("content"));
            let schema =
                content.and_then(Value::as_object).and_then(|kinds| kinds.values().next()?.get("schema"));
            let Some(schema) = schema else { continue };
            let mut known = BTreeSet::new();
            ways(&document, schema, "", 7, &mut known);
            for listing in operation.lists() {
                let dot = if listing.way.is_empty() || listing.names.is_empty() { "" } else { "." };
                let way = format!("{}{dot}{}", listing.way, listing.names);
                let bare = way.trim_end_matches("[]").trim_end_matches(".*");
                compared += 1;
                let unsaid =
                    operation.product() == Product::JiraDataCenter && UNSAID.contains(&operation.template());
                if !known.contains(bare) && !unsaid {
                    missing.insert(format!("{}: {way}", called(operation)));
                }
            }
        }
    }
    println!("{compared} listings compared");
    assert_eq!(missing, BTreeSet::new());
}
