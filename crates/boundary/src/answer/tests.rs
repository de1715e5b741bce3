use super::*;

/// Inside is project REL, whose id is 10000, issues 10001 to 10009, and board 1.
fn inside(reference: &Reference) -> bool {
    match reference.kind {
        Some(Kind::Issue) => {
            let by_project = reference.project_key().map(|key| key == "REL");
            let by_id = reference.id.as_deref().map(|id| id.len() == 5 && id.starts_with("1000"));
            by_project.or(by_id).unwrap_or(false)
        }
        Some(Kind::Project) => {
            reference.key.as_deref() == Some("REL") || reference.id.as_deref() == Some("10000")
        }
        Some(Kind::Space) => reference.key.as_deref() == Some("DOC"),
        Some(Kind::Board) => {
            reference.id.as_deref() == Some("1") || reference.project_id.as_deref() == Some("10000")
        }
        _ => false,
    }
}

fn left(answer: &str, lists: &[&str]) -> Result<String, Outside> {
    let mut json = Json::parse(answer.as_bytes()).unwrap();
    let lists: Vec<Listing> = lists.iter().map(|list| list.parse().unwrap()).collect();
    let lists: Vec<&Listing> = lists.iter().collect();
    take_out(&mut json, &Filter { inside: &inside, lists: &lists })?;
    Ok(json.to_string())
}

#[test]
fn an_issue_of_another_project_is_taken_out_wherever_it_stands() {
    let answer = r#"{"id":"10001","key":"REL-1","fields":{"parent":{"id":"20001","key":"SEC-1"},"subtasks":[{"id":"10002","key":"REL-2"},{"id":"20002","key":"SEC-2"}],"issuelinks":[{"id":"7","outwardIssue":{"id":"20003","key":"SEC-3"}},{"id":"8","inwardIssue":{"id":"10003","key":"REL-3"}}],"summary":"x"}}"#;
    let expected = r#"{"id":"10001","key":"REL-1","fields":{"subtasks":[{"id":"10002","key":"REL-2"}],"issuelinks":[{"id":"8","inwardIssue":{"id":"10003","key":"REL-3"}}],"summary":"x"}}"#;
    assert_eq!(left(answer, &[]).unwrap(), expected);
}

#[test]
fn an_answer_that_is_outside_as_a_whole_is_not_told() {
    for answer in [
        r#"{"id":"20001","key":"SEC-1","fields":{}}"#,
        r#"{"self":"https://x.atlassian.net/rest/api/3/issue/20001","x":1}"#,
        r#"{"self":"https://x.atlassian.net/rest/api/3/issue/20001/comment/5","id":"5","body":"secret"}"#,
        r#"{"self":"https://x.atlassian.net/rest/api/3/project/20000","id":"20000","key":"SEC","name":"Secrets"}"#,
        r#"{"id":"5","issueId":"20001","timeSpent":"1h"}"#,
        r#"{"id":"9","name":"v1","projectId":20000}"#,
    ] {
        assert_eq!(left(answer, &[]), Err(Outside), "{answer}");
    }
}

#[test]
fn a_history_does_not_tell_of_links_to_the_outside() {
    let answer = r#"{"histories":[{"id":"1","items":[{"field":"Link","fieldtype":"jira","from":null,"to":"SEC-1","toString":"This issue blocks SEC-1"},{"field":"status","from":"1","to":"20001","toString":"Done"},{"field":"Epic Link","from":"20001","fromString":"x","to":null}]}]}"#;
    let expected = r#"{"histories":[{"id":"1","items":[{"field":"status","from":"1","to":"20001","toString":"Done"}]}]}"#;
    assert_eq!(left(answer, &[]).unwrap(), expected);
}

#[test]
fn a_custom_field_that_is_an_issue_outside_is_null() {
    let answer = r#"{"key":"REL-1","fields":{"customfield_10014":"SEC-1","customfield_10015":"REL-2","customfield_10016":["SEC-2","REL-3"],"description":"see SEC-1"}}"#;
    let expected = r#"{"key":"REL-1","fields":{"customfield_10014":null,"customfield_10015":"REL-2","customfield_10016":["REL-3"],"description":"see SEC-1"}}"#;
    assert_eq!(left(answer, &[]).unwrap(), expected);
}

#[test]
fn what_is_not_recognised_in_a_list_the_catalogue_knows_is_taken_out() {
    let answer = r#"{"values":[{"id":1,"name":"a"},{"id":2,"name":"b"},{"name":"what is this"},7]}"#;
    assert_eq!(left(answer, &["values[]=board@id"]).unwrap(), r#"{"values":[{"id":1,"name":"a"}]}"#);
    let projects = r#"[{"id":"10000","key":"REL"},{"id":"20000","key":"SEC"},{"lead":{}}]"#;
    assert_eq!(left(projects, &["[]=project@key"]).unwrap(), r#"[{"id":"10000","key":"REL"}]"#);
}

#[test]
fn things_scoped_to_a_project_outside_are_taken_out() {
    let types = r#"[{"id":"1","name":"Bug"},{"id":"2","name":"Secret","scope":{"type":"PROJECT","project":{"id":"20000"}}}]"#;
    assert_eq!(left(types, &[]).unwrap(), r#"[{"id":"1","name":"Bug"}]"#);
}

#[test]
fn what_an_answer_speaks_of_is_told_once() {
    let json =
        Json::parse(br#"[{"key":"REL-1","id":"10001"},{"key":"REL-1","id":"10001"},{"issueId":"10002"}]"#)
            .unwrap();
    let found = references(&json, &[]).unwrap();
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn what_belongs_to_no_project_stays_where_the_catalogue_knows_of_such() {
    let types = r#"[{"id":"1","name":"Bug"},{"id":"2","projectKey":"SEC"},{"id":"3","projectKey":"REL"}]"#;
    assert_eq!(
        left(types, &["[]=project@projectKey?"]).unwrap(),
        r#"[{"id":"1","name":"Bug"},{"id":"3","projectKey":"REL"}]"#
    );
    assert_eq!(left(types, &["[]=project@projectKey"]).unwrap(), r#"[{"id":"3","projectKey":"REL"}]"#);
}

#[test]
fn members_named_after_what_they_are_about_are_elements_too() {
    let counts = r#"{"counts":{"REL":1,"SEC":2}}"#;
    assert_eq!(left(counts, &["counts.*=project"]).unwrap(), r#"{"counts":{"REL":1}}"#);
    assert_eq!(left(r#"{"key":"SEC"}"#, &[".=project@key"]), Err(Outside));
    assert_eq!(left(r#"{"counts":[1]}"#, &["counts.*=project"]), Err(Outside));
}
