use super::*;

#[test]
fn no_two_facets_have_the_same_name() {
    let mut seen = std::collections::BTreeSet::new();
    assert!(facets::FACETS.iter().all(|facet| seen.insert(facet.name)));
}

#[test]
fn what_is_wider_weighs_more_than_what_is_narrower() {
    assert!(Direction::Wider > Direction::Narrower && Direction::Narrower > Direction::Same);
}
