use super::*;
use crate::Catalogue;

const LINE: &str = "jira\t3\tGET\t/rest/api/3/issue/{issueIdOrKey}\tgetIssue\tread\tread:jira-work\tread:issue:jira,read:user:jira\tBROWSE_PROJECTS\td\t2027-01-31\tIssues\tpath:issueIdOrKey=issue\tnamed bulk issue:edit issues[]=issue@key;total";

fn problem(text: &str) -> String {
    Catalogue::parse(text).unwrap_err().to_string()
}

#[test]
fn a_line_becomes_an_operation() {
    let catalogue = Catalogue::parse(&format!("# head\n\n{LINE}\n")).unwrap();
    let [operation] = catalogue.operations() else { panic!("one line, one operation") };
    assert_eq!((operation.label(), operation.id()), ("jira:getIssue", "getIssue"));
    assert_eq!(operation.product(), Product::Jira);
    assert_eq!(operation.effect(), Effect::Read);
    assert_eq!(operation.parameters(), ["issueIdOrKey".into()]);
    assert_eq!(operation.permissions(), ["BROWSE_PROJECTS".into()]);
    assert_eq!((operation.deprecated(), operation.experimental()), (true, false));
    assert_eq!(operation.removal().unwrap().to_string(), "2027-01-31");
    assert_eq!(operation.names()[0].to_string(), "path:issueIdOrKey=issue");
    assert_eq!(operation.confinement(), crate::Confinement::Named);
    assert!(operation.is_bulk() && operation.writes_issue());
    assert_eq!(operation.issue_body(), Some(crate::IssueBody::Edit));
    assert_eq!(operation.lists().map(ToString::to_string).collect::<Vec<_>>(), ["issues[]=issue@key;total"]);
}

#[test]
fn without_an_id_the_label_is_method_and_path() {
    let catalogue = Catalogue::parse(&LINE.replace("getIssue", "")).unwrap();
    let operation = &catalogue.operations()[0];
    assert_eq!(operation.label(), format!("jira:{} {}", operation.verb(), operation.template()));
    assert_eq!(operation.id(), "");
}

#[test]
fn either_alternative_suffices_and_each_is_needed_whole() {
    let catalogue = Catalogue::parse(LINE).unwrap();
    let operation = &catalogue.operations()[0];
    let holds = |names: &[&str]| operation.satisfied_by(&catalogue.scope_set(names.iter().copied()).unwrap());
    assert!(holds(&["read:jira-work"]));
    assert!(holds(&["read:issue:jira", "read:user:jira"]));
    assert!(!holds(&["read:issue:jira"]));
    assert!(!holds(&[]));
}

#[test]
fn a_dash_needs_no_scope_and_nothing_means_that_no_scope_helps() {
    let open = LINE.replace("\tread:jira-work\t", "\t-\t");
    let catalogue = Catalogue::parse(&open).unwrap();
    assert!(catalogue.operations()[0].satisfied_by(&ScopeSet::EMPTY));
    let closed = LINE.replace("\tread:jira-work\tread:issue:jira,read:user:jira\t", "\t\t\t");
    let catalogue = Catalogue::parse(&closed).unwrap();
    assert!(!catalogue.operations()[0].satisfied_by(&ScopeSet::EMPTY));
}

#[test]
fn an_operation_without_an_id_is_called_by_verb_and_path() {
    let catalogue = Catalogue::parse(&LINE.replace("getIssue", "")).unwrap();
    assert_eq!(catalogue.operations()[0].label(), "jira:GET /rest/api/3/issue/{issueIdOrKey}");
}

#[test]
fn what_is_wrong_is_told_with_line_and_column() {
    let bad = |from: &str, to: &str| problem(&format!("#\n{}", LINE.replace(from, to)));
    assert_eq!(bad("jira\t3", "jira\t3\t3"), "line 2, column 1: a line has 14 cells between tabs, not 15");
    assert!(bad("jira\t3", "jyra\t3").starts_with("line 2, column 1: \"jyra\": not a product"));
    assert!(bad("GET", "HEAD").starts_with("line 2, column 8: \"HEAD\": a method is"));
    assert!(bad("/rest/api/3", "rest/api/3").starts_with("line 2, column 12: a template starts"));
    assert!(bad("{issueIdOrKey}\t", "x{issueIdOrKey}\t").starts_with("line 2, column 12: a parameter is"));
    assert!(bad("\tread\t", "\tlook\t").starts_with("line 2, column 54: \"look\": an effect is"));
    assert!(bad("\td\t", "\tdx\t").contains("a flag is d"));
    assert!(bad("2027-01-31", "2027-02-31").contains("a day is written"));
    assert!(bad("=issue\tn", "=ishue\tn").contains("\"path:issueIdOrKey=ishue\""));
    assert!(bad("\tnamed", "\tfree").contains("\"free bulk"));
}

#[test]
fn a_line_that_does_not_say_how_clients_are_confined_is_refused() {
    let (head, _) = LINE.rsplit_once('\t').unwrap();
    assert_eq!(problem(head), "line 1, column 1: a line has 14 cells between tabs, not 13");
    let column = head.len() + 2;
    assert!(problem(&format!("{head}\t")).starts_with(&format!("line 1, column {column}: \"\": ")));
}

#[test]
fn two_lines_for_one_verb_and_shape_are_refused() {
    let twin = LINE.replace("{issueIdOrKey}\t", "{key}\t");
    let text = problem(&format!("{LINE}\n{twin}"));
    assert_eq!(text, "line 2, column 12: jira:getIssue already has this verb and shape of path");
}

#[test]
fn a_table_with_too_many_scopes_is_refused() {
    let lines: String = (0..=CAPACITY)
        .map(|n| {
            LINE.replace("/issue/", &format!("/issue{n}/")).replace("read:jira-work", &format!("s:{n}"))
                + "\n"
        })
        .collect();
    assert!(problem(&lines).contains("at most 512 scopes"));
}
