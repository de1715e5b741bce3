use super::*;

fn left(answer: &str, fields: &[&str]) -> String {
    let mut json = Json::parse(answer.as_bytes()).unwrap();
    let any_custom = fields.iter().any(|field| field.starts_with("customfield_"));
    redact(&mut json, &Redaction { field: &|id| fields.contains(&id), any_custom });
    json.to_string()
}

#[test]
fn a_field_that_is_not_told_is_gone_from_issues_descriptions_and_histories() {
    let answer = r#"{"issues":[{"key":"REL-1","fields":{"summary":"s","customfield_1":5,"reporter":{"x":1}},"renderedFields":{"customfield_1":"5"},"changelog":{"histories":[{"items":[{"field":"Points","fieldId":"customfield_1","to":"5"},{"field":"status","fieldId":"status","to":"1"}]}]}}],"names":{"customfield_1":"Points","summary":"Summary"},"schema":{"customfield_1":{}}}"#;
    let expected = r#"{"issues":[{"key":"REL-1","fields":{"summary":"s"},"renderedFields":{},"changelog":{"histories":[{"items":[{"field":"status","fieldId":"status","to":"1"}]}]}}],"names":{"summary":"Summary"},"schema":{}}"#;
    assert_eq!(left(answer, &["customfield_1", "reporter"]), expected);
}

#[test]
fn a_history_without_ids_leaves_out_whatever_could_be_the_field() {
    let answer = r#"[{"field":"Points","to":"5","toString":"5"},{"field":"Fix Version","to":"1","toString":"1.0"},{"field":"status","to":"1","toString":"Done"}]"#;
    assert_eq!(
        left(answer, &["customfield_1"]),
        r#"[{"field":"Fix Version","to":"1","toString":"1.0"},{"field":"status","to":"1","toString":"Done"}]"#
    );
    assert_eq!(
        left(answer, &["fixVersions"]),
        r#"[{"field":"Points","to":"5","toString":"5"},{"field":"status","to":"1","toString":"Done"}]"#
    );
}

#[test]
fn what_stands_beside_an_issues_fields_is_not_told_either() {
    let answer = r#"{"sections":[{"issues":[{"key":"REL-1","keyHtml":"REL-1","summaryText":"x"}]}],"values":[{"issueKey":"REL-1","summary":"x","reporter":{}},{"id":1,"key":"REL-1","name":"x","color":{"key":"c"}},{"name":"a version"}],"versionedRepresentations":{"summary":{"1":"x"},"labels":{"1":[]}}}"#;
    let mut json = Json::parse(answer.as_bytes()).unwrap();
    redact(&mut json, &Redaction { field: &|field| field == "summary", any_custom: false });
    let expected = r#"{"sections":[{"issues":[{"key":"REL-1","keyHtml":"REL-1"}]}],"values":[{"issueKey":"REL-1","reporter":{}},{"id":1,"key":"REL-1","color":{"key":"c"}},{"name":"a version"}],"versionedRepresentations":{"labels":{"1":[]}}}"#;
    assert_eq!(json.to_string(), expected);
}
