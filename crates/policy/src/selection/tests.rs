use super::*;

fn catalogue() -> catalogue::Catalogue {
    catalogue::Catalogue::builtin().unwrap()
}

fn choice(number: u32, by: By, word: &str, operations: OperationSet) -> Arc<Choice> {
    Arc::new(Choice { number, by, word: word.into(), operations })
}

#[test]
fn the_first_entry_that_chooses_an_operation_is_the_one_named() {
    let catalogue = catalogue();
    let all = catalogue.operations();
    let every = |step: usize| {
        OperationSet::of(all.len(), all.iter().step_by(step).map(|operation| operation.index()))
    };
    let allow = [choice(1, By::Id, "every seventh", every(7)), choice(2, By::Tag, "every third", every(3))];
    let selection =
        Selection::new(all.len(), allow.into(), [choice(3, By::Effect, "fifth", every(5))].into());
    for (position, operation) in all.iter().enumerate() {
        let expected = match position {
            at if at % 5 == 0 => Mention::Denied,
            at if at % 7 == 0 => Mention::Allowed(0),
            at if at % 3 == 0 => Mention::Allowed(1),
            _ => Mention::None,
        };
        assert_eq!(selection.mention(operation.index()), expected, "{position}");
    }
}

#[test]
fn nothing_is_mentioned_by_an_empty_selection_or_beyond_its_catalogue() {
    let catalogue = catalogue();
    let last = catalogue.operations().last().unwrap().index();
    let none = Selection::new(catalogue.operations().len(), [].into(), [].into());
    assert_eq!(none.mention(last), Mention::None);
    assert!(none.allowed().is_empty());
    let smaller = Selection::new(10, [].into(), [].into());
    assert_eq!(smaller.mention(last), Mention::None);
}
