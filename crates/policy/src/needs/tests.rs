use std::sync::Arc;

use catalogue::Catalogue;

use super::*;

fn comment_reads(catalogue: &Catalogue) -> &Arc<Operation> {
    let both = |operation: &&Arc<Operation>| operation.classic().is_some() && operation.granular().is_some();
    catalogue.by_id("getTransitions").find(both).unwrap()
}

#[test]
fn either_alternative_suffices_and_classic_comes_first() {
    let catalogue = Catalogue::builtin().unwrap();
    let operation = comment_reads(&catalogue);
    let (classic, granular) = (operation.classic().unwrap(), operation.granular().unwrap());
    assert_eq!(satisfied(operation, granular), Some(*granular));
    assert_eq!(satisfied(operation, &granular.union(classic)), Some(*classic));
    assert_eq!(satisfied(operation, &ScopeSet::EMPTY), None);
    assert_eq!(satisfied_all(operation, &granular.union(classic)).count(), 2);
}

#[test]
fn the_fewest_missing_scopes_are_found() {
    let catalogue = Catalogue::builtin().unwrap();
    let operation = comment_reads(&catalogue);
    let (classic, granular) = (operation.classic().unwrap(), operation.granular().unwrap());
    assert_eq!(missing(operation, &ScopeSet::EMPTY), Some(*classic));
    assert_eq!(missing(operation, granular), Some(ScopeSet::EMPTY));
    // What only the other alternative needs does not help when it cannot be asked for.
    assert_eq!(missing_within(operation, &ScopeSet::EMPTY, granular), Some(*granular));
    assert_eq!(missing_within(operation, classic, &ScopeSet::EMPTY), None);
}
