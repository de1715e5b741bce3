use super::*;

fn names() -> ScopeNames {
    ScopeNames::new(["delete:issue:jira", "read:issue:jira", "read:jira-work"].into_iter())
}

#[test]
fn a_set_holds_what_was_put_in_and_nothing_else() {
    let names = names();
    let set = names.set(["read:jira-work", "delete:issue:jira"]).unwrap();
    assert_eq!(
        set.iter().map(|id| names.name(id)).collect::<Vec<_>>(),
        ["delete:issue:jira", "read:jira-work"]
    );
    assert!(!set.contains(names.id("read:issue:jira").unwrap()));
    assert_eq!(set.len(), 2);
    assert!(!set.is_empty() && ScopeSet::EMPTY.is_empty());
}

#[test]
fn sets_combine_as_sets_do() {
    let names = names();
    let of = |list: &[&str]| names.set(list.iter().copied()).unwrap();
    let (a, b) = (of(&["read:jira-work", "read:issue:jira"]), of(&["read:issue:jira", "delete:issue:jira"]));
    assert_eq!(a.union(&b).len(), 3);
    assert_eq!(a.intersection(&b), of(&["read:issue:jira"]));
    assert_eq!(a.difference(&b), of(&["read:jira-work"]));
    assert!(a.intersection(&b).is_subset(&a) && !a.is_subset(&b));
    assert!(ScopeSet::EMPTY.is_subset(&b));
}

#[test]
fn every_bit_has_a_place() {
    let set: ScopeSet = (0..u16::try_from(CAPACITY).unwrap()).map(ScopeId).collect();
    assert_eq!(set.len(), CAPACITY);
    assert_eq!(set.iter().map(|id| usize::from(id.0)).collect::<Vec<_>>(), (0..CAPACITY).collect::<Vec<_>>());
}

#[test]
fn an_unknown_scope_is_named_with_the_nearest_known_one() {
    let error = names().set(["read:jira-work", "read:isue:jira"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"no operation needs a scope "read:isue:jira"; did you mean "read:issue:jira"?"#
    );
    assert_eq!(names().set(["zzz"]).unwrap_err().nearest, None);
}
