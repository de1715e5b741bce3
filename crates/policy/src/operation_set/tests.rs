use super::*;

#[test]
fn a_set_holds_what_was_put_in_in_ascending_order() {
    let catalogue = catalogue::Catalogue::builtin().unwrap();
    let all = catalogue.operations();
    let wanted = [0, 1, 63, 64, 65, 127, 128, all.len() - 1];
    let set = OperationSet::of(all.len(), wanted.iter().map(|index| all[*index].index()));
    assert_eq!(set.iter().collect::<Vec<_>>(), wanted);
    for (position, operation) in all.iter().enumerate() {
        assert_eq!(set.contains(operation.index()), wanted.contains(&position));
    }
}

#[test]
fn sets_add_remove_keep_and_meet() {
    let catalogue = catalogue::Catalogue::builtin().unwrap();
    let all = catalogue.operations();
    let set =
        |members: &[usize]| OperationSet::of(all.len(), members.iter().map(|index| all[*index].index()));
    let mut work = set(&[1, 100, 200]);
    work.add(&set(&[300]));
    work.remove(&set(&[100]));
    assert_eq!(work, set(&[1, 200, 300]));
    work.keep(&set(&[200, 300, 400]));
    assert_eq!(work, set(&[200, 300]));
    assert!(work.meets(&set(&[300])) && !work.meets(&set(&[1])));
    work.keep(&set(&[]));
    assert!(work.is_empty());
}
