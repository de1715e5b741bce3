use super::*;

#[test]
fn columns_are_as_wide_as_their_widest_cell() {
    let rows = vec![vec!["a".to_owned(), "long cell".to_owned()], vec!["ümlaut".to_owned(), "b".to_owned()]];
    assert_eq!(table(&["one", "two"], &rows), "one     two\na       long cell\nümlaut  b\n");
}
