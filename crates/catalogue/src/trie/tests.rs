use super::*;

fn trie(templates: &[(Verb, &str)]) -> Trie {
    let mut trie = Trie::new();
    for (index, (verb, template)) in (0..).zip(templates) {
        trie.insert(Face::JiraCloud, *verb, template, OperationIndex(index)).unwrap();
    }
    trie
}

fn found(trie: &Trie, verb: Verb, path: &str) -> Option<(usize, Vec<String>)> {
    let (index, captures) = trie.find(Face::JiraCloud, verb, path)?;
    let values = captures
        .iter()
        .map(|span| path.get(span.range()).unwrap().to_owned())
        .filter(|value| !value.is_empty());
    Some((index.index(), values.collect()))
}

#[test]
fn a_literal_wins_over_a_parameter() {
    let trie = trie(&[(Verb::Get, "/project/{key}"), (Verb::Get, "/project/search")]);
    assert_eq!(found(&trie, Verb::Get, "/project/search"), Some((1, vec![])));
    assert_eq!(found(&trie, Verb::Get, "/project/ABC"), Some((0, vec!["ABC".into()])));
}

#[test]
fn a_dead_end_behind_a_literal_leads_back_to_the_parameter() {
    let trie = trie(&[(Verb::Get, "/issue/bulk/now"), (Verb::Get, "/issue/{key}/comment")]);
    assert_eq!(found(&trie, Verb::Get, "/issue/bulk/comment"), Some((1, vec!["bulk".into()])));
    assert_eq!(found(&trie, Verb::Get, "/issue/bulk/other"), None);
}

#[test]
fn a_literal_that_lacks_the_verb_leads_back_to_the_parameter() {
    let trie = trie(&[(Verb::Post, "/issue/properties/multi"), (Verb::Put, "/issue/properties/{key}")]);
    assert_eq!(found(&trie, Verb::Put, "/issue/properties/multi"), Some((1, vec!["multi".into()])));
    assert_eq!(found(&trie, Verb::Get, "/issue/properties/multi"), None);
}

#[test]
fn captures_of_an_abandoned_way_leave_no_trace() {
    let trie = trie(&[(Verb::Get, "/a/{x}/b/{y}/c"), (Verb::Get, "/{w}/{x}/b/{y}/d")]);
    assert_eq!(found(&trie, Verb::Get, "/a/1/b/2/d"), Some((1, vec!["a".into(), "1".into(), "2".into()])));
    assert_eq!(found(&trie, Verb::Get, "/a/1/b/2/c"), Some((0, vec!["1".into(), "2".into()])));
}

#[test]
fn a_path_is_recognised_whole_or_not_at_all() {
    let trie = trie(&[(Verb::Get, "/a/{x}")]);
    for path in ["/", "/a", "/a/1/2", "/b/1", "/A/1"] {
        assert_eq!(found(&trie, Verb::Get, path), None, "{path}");
    }
}

#[test]
fn literals_that_begin_alike_are_told_apart() {
    let trie = trie(&[
        (Verb::Get, "/workflowscheme"),
        (Verb::Get, "/workflows"),
        (Verb::Get, "/workflow"),
        (Verb::Get, "/workflo"),
    ]);
    for (index, path) in ["/workflowscheme", "/workflows", "/workflow", "/workflo"].into_iter().enumerate() {
        assert_eq!(found(&trie, Verb::Get, path), Some((index, vec![])));
    }
    assert_eq!(found(&trie, Verb::Get, "/workflowsch"), None);
}

#[test]
fn a_second_operation_of_one_shape_is_refused() {
    let mut trie = trie(&[(Verb::Get, "/a/{x}")]);
    assert_eq!(
        trie.insert(Face::JiraCloud, Verb::Get, "/a/{y}", OperationIndex(9)),
        Err(Misfit::Taken(OperationIndex(0)))
    );
    assert_eq!(trie.insert(Face::ConfluenceCloud, Verb::Get, "/a/{y}", OperationIndex(9)), Ok(()));
}

#[test]
fn more_parameters_than_captures_are_refused() {
    let template = "/{p}".repeat(MOST_PARAMETERS + 1);
    assert_eq!(
        Trie::new().insert(Face::JiraCloud, Verb::Get, &template, OperationIndex(0)),
        Err(Misfit::TooManyParameters)
    );
}
