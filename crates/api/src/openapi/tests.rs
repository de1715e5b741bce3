use std::collections::BTreeSet;

use super::*;

fn parsed() -> Value {
    serde_json::from_str(openapi()).unwrap()
}

#[test]
fn every_route_is_in_the_document_and_nothing_else_is() {
    let routes: BTreeSet<_> = crate::routes()
        .into_iter()
        .map(|route| (route.path.to_owned(), route.method.as_str().to_ascii_lowercase()))
        .collect();
    let document = parsed();
    let paths = document["paths"].as_object().unwrap();
    let told: BTreeSet<_> = paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(|method| (path.clone(), method.clone()))
        })
        .collect();
    assert_eq!(told, routes);
}

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let items = paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, it)| (format!("{method} {path}"), it))
    });
    items.collect()
}

#[test]
fn every_operation_says_what_it_takes_what_it_gives_and_who_may() {
    let document = parsed();
    let mut names = BTreeSet::new();
    for (name, operation) in operations(&document) {
        assert!(names.insert(operation["operationId"].as_str().unwrap()), "{name}");
        let role = &operation["security"][0]["operator"][0];
        assert!(role.as_str().unwrap().parse::<control::operators::Role>().is_ok(), "{name}: {role}");
        let answers = operation["responses"].as_object().unwrap();
        assert!(answers.keys().any(|status| status.starts_with('2')), "{name} ends well somehow");
        assert!(answers.contains_key("401") && answers.contains_key("500"), "{name}");
        let described: Vec<_> = operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        let path = name.split_once(' ').unwrap().1;
        assert_eq!(described, told::names(path).collect::<Vec<_>>(), "{name}");
    }
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|field| references(field, found));
        }
        _ => {}
    }
}

#[test]
fn everything_referred_to_is_there_and_described() {
    let document = parsed();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 15, "{found:?}");
    for reference in found {
        let schema = document.pointer(reference.trim_start_matches('#'));
        assert!(schema.is_some_and(|schema| schema["description"].is_string()), "{reference}: {schema:?}");
    }
}

#[test]
fn a_schema_that_is_both_asked_for_and_said_is_the_same_both_times() {
    let mut schemas = Schemas::new();
    for (route, told) in described() {
        operation(&route, &told, &mut schemas);
    }
    let (asked, said) = (schemas.asked.take_definitions(true), schemas.said.take_definitions(true));
    for (name, schema) in &asked {
        assert!(said.get(name).is_none_or(|other| other == schema), "{name}");
    }
}
