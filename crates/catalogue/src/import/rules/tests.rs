use super::*;

#[test]
fn a_star_is_one_segment_and_two_stars_are_any_rest() {
    assert!(covers("/rest/*/issue", "/rest/3/issue"));
    assert!(!covers("/rest/*/issue", "/rest/3/issue/{id}"));
    assert!(covers("/rest/issue/**", "/rest/issue"));
    assert!(covers("/rest/issue/**", "/rest/issue/{id}/comment"));
    assert!(!covers("/rest/issue/**", "/rest/issues"));
}

#[test]
fn a_line_holds_only_for_the_products_of_its_section() {
    let table = "# head\n[jira assets]\nGET /a read\n\n[confluence]\nGET /b read\n";
    let of = |product| lines(table, product).collect::<Vec<_>>();
    assert_eq!(of(Product::Assets), [["GET", "/a", "read"]]);
    assert_eq!(of(Product::Confluence), [["GET", "/b", "read"]]);
    assert!(of(Product::JiraSoftware).is_empty());
}

#[test]
fn every_line_of_the_hand_written_tables_can_be_read() {
    for product in Product::ALL {
        for words in lines(include_str!("../../../data/effects.txt"), product) {
            assert!(
                matches!(words.as_slice(), [_, _, effect] if effect.parse::<types::Effect>().is_ok()),
                "{words:?}"
            );
        }
        for words in lines(include_str!("../../../data/names.txt"), product) {
            let (place, kind) = match words.as_slice() {
                ["+", _, place, _, kind, _] | [place, _, kind] | [place, _, kind, _] => (place, kind),
                _ => panic!("{words:?}"),
            };
            assert!(place.parse::<crate::Place>().is_ok(), "{words:?}");
            assert!(*kind == "none" || kind.parse::<crate::Kind>().is_ok(), "{words:?}");
        }
    }
}
