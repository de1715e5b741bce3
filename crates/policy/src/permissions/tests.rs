use super::*;

fn need(operation: &str, permissions: &[&str]) -> Needed {
    Needed {
        client: "etl".parse().unwrap(),
        operation: operation.into(),
        permissions: permissions.iter().map(|key| Box::from(*key)).collect(),
        effect: Effect::Write,
        by_effect: false,
    }
}

fn keys(keys: &[&str]) -> BTreeSet<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

/// What is missing, with every key known.
fn missing(needed: &[Needed], holds: &[&str]) -> Vec<(String, Vec<String>)> {
    let known = needed.iter().flat_map(|need| need.permissions.iter().map(ToString::to_string)).collect();
    let found = second_layer(needed, &keys(holds), &known).missing;
    found.into_iter().map(|one| (one.permission, one.operations)).collect()
}

#[test]
fn what_an_operation_needs_and_the_account_lacks_is_named_with_the_operation() {
    let needed =
        [need("deleteIssue", &["BROWSE_PROJECTS", "DELETE_ISSUES"]), need("getIssue", &["BROWSE_PROJECTS"])];
    assert_eq!(
        missing(&needed, &["BROWSE_PROJECTS"]),
        [("DELETE_ISSUES".into(), vec!["deleteIssue".into()])]
    );
    assert_eq!(missing(&needed, &["BROWSE_PROJECTS", "DELETE_ISSUES"]), []);
    let both = vec!["deleteIssue".to_owned(), "getIssue".to_owned()];
    assert_eq!(missing(&needed, &["DELETE_ISSUES"]), [("BROWSE_PROJECTS".into(), both)]);
}

#[test]
fn of_alternatives_one_is_enough() {
    let version = [need("updateVersion", &["ADMINISTER", "ADMINISTER_PROJECTS"])];
    assert_eq!(missing(&version, &["ADMINISTER"]), []);
    assert_eq!(missing(&version, &["ADMINISTER_PROJECTS"]), []);
    assert_eq!(missing(&version, &[]), [("ADMINISTER_PROJECTS".into(), vec!["updateVersion".into()])]);
    let comment = [need("updateComment", &["EDIT_ALL_COMMENTS", "EDIT_OWN_COMMENTS"])];
    assert_eq!(missing(&comment, &["EDIT_OWN_COMMENTS"]), []);
    assert_eq!(missing(&comment, &["EDIT_ALL_COMMENTS"]), []);
    assert_eq!(missing(&comment, &[]).len(), 2);
    // The documentation names one of the two at times, and the operation works with the other as well.
    let worklog = [need("updateWorklog", &["BROWSE_PROJECTS", "EDIT_ALL_WORKLOGS"])];
    assert_eq!(missing(&worklog, &["BROWSE_PROJECTS", "EDIT_OWN_WORKLOGS"]), []);
    assert!(permissions_to_ask(&worklog).contains("EDIT_OWN_WORKLOGS"));
    assert_eq!(
        missing(&[need("setBanner", &["ADMINISTER"])], &[]),
        [("ADMINISTER".into(), vec!["setBanner".into()])]
    );
}

#[test]
fn power_that_nobody_needs_is_spare_and_other_permissions_are_not_spoken_of() {
    let needed = [need("deleteIssue", &["BROWSE_PROJECTS", "DELETE_ISSUES"])];
    let holds = keys(&["ADMINISTER", "DELETE_ISSUES", "BROWSE_PROJECTS", "EDIT_ISSUES"]);
    assert_eq!(second_layer(&needed, &holds, &holds).spare, ["ADMINISTER"]);
    assert_eq!(second_layer(&[], &holds, &holds).spare, ["ADMINISTER", "DELETE_ISSUES"]);
}

#[test]
fn an_effect_that_happens_to_reach_administration_is_no_reason_to_be_an_administrator() {
    let by = |effect| Needed { by_effect: true, effect, ..need("getBanner", &["ADMINISTER"]) };
    let holds = keys(&["ADMINISTER"]);
    assert_eq!(second_layer(&[by(Effect::Read)], &holds, &holds).spare, ["ADMINISTER"]);
    assert_eq!(second_layer(&[by(Effect::Administer)], &holds, &holds).spare, Vec::<String>::new());
    assert_eq!(missing(&[by(Effect::Read)], &[]), []);
    // Who sees no project at all reads nothing, however it was chosen.
    let read = Needed { by_effect: true, effect: Effect::Read, ..need("getIssue", &["BROWSE_PROJECTS"]) };
    assert_eq!(missing(&[read], &[]).len(), 1);
}

#[test]
fn of_a_permission_jira_does_not_know_nothing_is_said() {
    let needed = [need("getIssue", &["NEW_PERMISSION"])];
    assert_eq!(second_layer(&needed, &keys(&[]), &keys(&["BROWSE_PROJECTS"])), SecondLayer::default());
}
