use super::*;

fn keys(keys: &[&str]) -> BTreeSet<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

#[test]
fn only_what_was_asked_about_is_taken_from_an_answer() {
    let body = br#"{"permissions": {"ADMINISTER": {"havePermission": false}, "BROWSE_PROJECTS": {"havePermission": true, "key": "x"},
        "WORK_ON_ISSUES": {"havePermission": true}}}"#;
    let found = read(StatusCode::OK, body, &keys(&["ADMINISTER", "BROWSE_PROJECTS"]), None);
    let expected =
        Holdings { holds: keys(&["BROWSE_PROJECTS"]), known: keys(&["ADMINISTER", "BROWSE_PROJECTS"]) };
    assert_eq!(found, Ok(expected));
}

#[test]
fn an_answer_that_says_nothing_is_never_taken_for_no_permission() {
    let all = keys(&["ADMINISTER"]);
    for (status, body) in [
        (200, "{}"),
        (200, "[]"),
        (200, "<html>"),
        (401, "{}"),
        (403, ""),
        (429, ""),
        (500, "{\"permissions\":{}}"),
    ] {
        let said = read(StatusCode::from_u16(status).unwrap(), body.as_bytes(), &all, None);
        assert!(said.is_err(), "{status} {body}: {said:?}");
    }
}

#[test]
fn a_key_is_named_as_a_whole_word() {
    assert!(names("Unrecognized permission: ADMINISTER", "ADMINISTER"));
    assert!(!names("Unrecognized permission: ADMINISTER_PROJECTS", "ADMINISTER"));
}

proptest::proptest! {
    #[test]
    fn whatever_jira_answers_nothing_is_held_that_was_not_asked_about(
        status in 100u16..600,
        body in ".{0,80}",
        has in proptest::bool::ANY,
        key in "[A-Z_]{1,8}",
    ) {
        let all = keys(&["ADMINISTER"]);
        let status = StatusCode::from_u16(status).unwrap();
        proptest::prop_assert!(read(status, body.as_bytes(), &all, None).is_err());
        let body = format!("{{\"permissions\": {{{key:?}: {{\"havePermission\": {has}}}}}}}");
        if let Ok(found) = read(status, body.as_bytes(), &all, None) {
            proptest::prop_assert!(found.known.is_subset(&all) && found.holds.is_subset(&found.known));
        }
    }
}
