use super::*;

fn entry(product: Product, verb: Verb, template: &str, classic: &[&str]) -> Entry {
    Entry {
        classic: Some(classic.iter().map(|scope| (*scope).into()).collect()),
        ..Entry::bare(product, verb, template)
    }
}

#[test]
fn a_line_of_the_table_goes_before_method_and_scopes() {
    let search = entry(Product::Jira, Verb::Post, "/rest/api/3/search/jql", &["read:jira-work"]);
    assert_eq!(of(&search), Effect::Read);
    let mapping = entry(Product::Jira, Verb::Post, "/rest/api/3/workflows", &["manage:jira-configuration"]);
    assert_eq!(of(&mapping), Effect::Read);
}

#[test]
fn what_no_line_covers_goes_by_scopes_and_method() {
    let new = |verb, scopes: &[&str]| of(&entry(Product::Jira, verb, "/rest/api/4/novelty", scopes));
    assert_eq!(new(Verb::Get, &["manage:jira-configuration"]), Effect::Read);
    assert_eq!(new(Verb::Put, &["manage:jira-configuration"]), Effect::Administer);
    assert_eq!(new(Verb::Delete, &["manage:jira-project"]), Effect::Administer);
    assert_eq!(new(Verb::Delete, &["write:jira-work"]), Effect::Delete);
    assert_eq!(new(Verb::Patch, &["write:jira-work"]), Effect::Write);
}

#[test]
fn a_change_nothing_is_known_about_administers() {
    let closed = Entry::bare(Product::Jira, Verb::Post, "/rest/api/4/novelty");
    assert_eq!(of(&closed), Effect::Administer);
    assert_eq!(
        of(&entry(Product::JiraDataCenter, Verb::Post, "/rest/api/2/novelty", &[])),
        Effect::Administer
    );
}
