#[test]
fn the_reference_page_is_up_to_date() {
    crate::golden::compare("docs/refusals.md", &super::page());
}
