use proptest::prelude::*;

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

#[test]
fn a_sprint_of_another_projects_board_is_taken_out() {
    let answer = r#"{"key":"REL-1","id":"10001","fields":{"customfield_10020":[{"id":1,"name":"a","boardId":1},{"id":5,"name":"b","boardId":2}],"customfield_10021":["com.x.Sprint@1[id=7,rapidViewId=2,name=c]"]}}"#;
    let expected = r#"{"key":"REL-1","id":"10001","fields":{"customfield_10020":[{"id":1,"name":"a","boardId":1}],"customfield_10021":[]}}"#;
    assert_eq!(left(answer, &[]).unwrap(), expected);
}

#[test]
fn a_move_from_another_project_is_taken_out_with_all_it_changed() {
    let moved = r#"[{"id":"1","items":[{"field":"Key","fromString":"SEC-1","toString":"REL-1"},{"field":"Fix Version","fromString":"secret plan"}]},{"id":"2","items":[{"field":"project","from":"20000","fromString":"Secrets","to":"10000"}]},{"id":"3","items":[{"field":"project","fromString":"Secrets","toString":"Release"}]},{"id":"4","items":[{"field":"summary","toString":"x"}]}]"#;
    assert_eq!(left(moved, &[]).unwrap(), r#"[{"id":"4","items":[{"field":"summary","toString":"x"}]}]"#);
}

#[test]
fn an_address_alone_names_what_it_leads_to() {
    let request = |id: u32| {
        format!(r#"[{{"issueId":"{id}","_links":{{"self":"https://x/rest/servicedeskapi/request/{id}"}}}}]"#)
    };
    assert_eq!(left(&request(10001), &[]).unwrap(), request(10001));
    assert_eq!(left(&request(20001), &[]).unwrap(), "[]");
}

/// A piece of an answer, and the marks of what has to be left of it.
#[derive(Clone, Debug)]
enum Piece {
    Text,
    List(Vec<Self>),
    Members(Vec<Self>),
    /// Inside or not, how it is told, what is in it.
    Issue(bool, u8, Vec<Self>),
}

fn piece() -> impl Strategy<Value = Piece> {
    let leaf = prop_oneof![
        Just(Piece::Text),
        (any::<bool>(), 0_u8..5).prop_map(|(is, how)| Piece::Issue(is, how, Vec::new()))
    ];
    leaf.prop_recursive(5, 60, 5, |inner| {
        let some = proptest::collection::vec(inner, 0..5);
        prop_oneof![
            some.clone().prop_map(Piece::List),
            some.clone().prop_map(Piece::Members),
            (any::<bool>(), 0_u8..5, some).prop_map(|(is, how, inner)| Piece::Issue(is, how, inner)),
        ]
    })
}

/// Writes a piece; marks of things that are outside, or in something that is, begin with `out`.
fn write(piece: &Piece, outside: bool, next: &mut u32, text: &mut String) {
    *next += 1;
    let number = *next;
    let inner = |pieces: &[Piece], outside: bool, next: &mut u32, text: &mut String| {
        for (at, piece) in pieces.iter().enumerate() {
            text.push_str(&format!(",\"m{at}\":"));
            write(piece, outside, next, text);
        }
    };
    let mark = |outside: bool| format!("\"{}{number}\"", if outside { "out" } else { "in" });
    match piece {
        Piece::Text => text.push_str(&mark(outside)),
        Piece::List(pieces) => {
            text.push('[');
            for (at, piece) in pieces.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write(piece, outside, next, text);
            }
            text.push(']');
        }
        Piece::Members(pieces) => {
            text.push_str(&format!("{{\"mark\":{}", mark(outside)));
            inner(pieces, outside, next, text);
            text.push('}');
        }
        Piece::Issue(inside, how, pieces) => {
            let outside = outside || !inside;
            let (key, id) = if *inside { ("REL", "10001") } else { ("SEC", "20001") };
            let told = match how {
                0 => format!("\"key\":\"{key}-{number}\",\"id\":\"{id}\""),
                1 => format!("\"self\":\"https://x/rest/api/3/issue/{id}/comment/{number}\""),
                2 => format!("\"issueId\":\"{id}\""),
                3 => format!("\"inwardIssue\":{{\"id\":\"{id}\",\"key\":\"{key}-{number}\"}}"),
                _ => format!("\"field\":\"Link\",\"toString\":\"blocks {key}-{number}\""),
            };
            text.push_str(&format!("{{{told},\"mark\":{}", mark(outside)));
            inner(pieces, outside, next, text);
            text.push('}');
        }
    }
}

fn marks(text: &str, begin: &str) -> Vec<String> {
    let quoted = text.split('"').filter(|word| {
        word.strip_prefix(begin)
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    });
    quoted.map(str::to_owned).collect()
}

proptest! {
    #[test]
    fn of_any_answer_all_that_lies_outside_is_taken_out_and_nothing_that_lies_inside(pieces in proptest::collection::vec(piece(), 0..6)) {
        let mut text = String::new();
        write(&Piece::List(pieces), false, &mut 0, &mut text);
        let kept = left(&text, &[]).unwrap();
        prop_assert_eq!(marks(&kept, "in"), marks(&text, "in"), "{} of {}", &kept, &text);
        prop_assert!(marks(&kept, "out").is_empty(), "{} of {}", &kept, &text);
        prop_assert!(!kept.contains("SEC-"), "{} of {}", &kept, &text);
        // And looked at once more, nothing else goes.
        prop_assert_eq!(left(&kept, &[]).unwrap(), kept);
    }
}

/// JSON of the names and values that mean something, put together at random.
fn any_answer() -> impl Strategy<Value = String> {
    const NAMES: [&str; 24] = [
        "id",
        "key",
        "self",
        "fields",
        "parent",
        "issuelinks",
        "inwardIssue",
        "outwardIssue",
        "issueId",
        "issueKeys",
        "projectId",
        "project",
        "scope",
        "location",
        "space",
        "spaceId",
        "_links",
        "_expandable",
        "field",
        "to",
        "toString",
        "items",
        "boardId",
        "customfield_1",
    ];
    const VALUES: [&str; 14] = [
        "1",
        "\"10001\"",
        "20001",
        "\"REL-1\"",
        "\"SEC-1\"",
        "\"REL\"",
        "\"SEC\"",
        "\"link\"",
        "\"project\"",
        "\"Sprint\"",
        "null",
        "\"https://x/rest/api/3/issue/20001\"",
        "\"https://x/rest/api/3/project/SEC\"",
        "\"rapidViewId=2,x\"",
    ];
    let leaf = (0..VALUES.len()).prop_map(|at| VALUES[at].to_owned());
    leaf.prop_recursive(4, 40, 5, |inner| {
        let list =
            proptest::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(",")));
        let object = proptest::collection::btree_map(0..NAMES.len(), inner, 0..5).prop_map(|members| {
            let members = members.iter().map(|(at, value)| format!("\"{}\":{value}", NAMES[*at]));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        });
        prop_oneof![list, object]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn what_is_left_of_any_answer_speaks_of_nothing_outside(answer in any_answer()) {
        if let Ok(kept) = left(&answer, &[]) {
            let json = Json::parse(kept.as_bytes()).unwrap();
            let told = references(&json, &[]).unwrap();
            prop_assert!(told.iter().all(inside), "{:?} of {} of {}", told, kept, answer);
            prop_assert_eq!(left(&kept, &[]).unwrap(), kept);
        }
    }
}
