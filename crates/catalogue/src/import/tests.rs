use std::fs;
use std::path::PathBuf;

use super::*;

const BUILTIN: &str = include_str!("../../data/operations.tsv");

fn shared() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared")
}

fn documents() -> Vec<serde_json::Value> {
    let folder = fs::read_dir(shared().join("openapi")).unwrap();
    let files =
        folder.map(|file| file.unwrap().path()).filter(|file| file.extension().is_some_and(|e| e == "json"));
    let mut files: Vec<_> = files.collect();
    files.sort();
    let documents = files.iter().map(|file| serde_json::from_slice(&fs::read(file).unwrap()).unwrap());
    documents.filter(|document: &serde_json::Value| document.get("paths").is_some()).collect()
}

/// The same steps as `examples/table.rs`.
#[test]
fn the_builtin_table_is_what_its_sources_give() {
    if !shared().join("catalogue/operations.tsv").exists() {
        println!("skipped: the sources of the table (../shared) are not here");
        return;
    }
    let mut entries = from_table(UNDOCUMENTED).unwrap();
    for document in documents() {
        entries = merge(entries, from_openapi(&document).unwrap());
    }
    let list = fs::read_to_string(shared().join("catalogue/operations.tsv")).unwrap();
    let table = render(merge(entries, from_tsv(&list).unwrap())).unwrap();
    let differing = table.lines().zip(BUILTIN.lines()).find(|(made, kept)| made != kept);
    assert_eq!(differing, None, "make it anew: cargo run -p catalogue --example table");
    assert_eq!(table.len(), BUILTIN.len());
}

#[test]
fn what_is_packed_into_the_program_is_the_table() {
    assert_eq!(crate::Catalogue::builtin_text().unwrap(), BUILTIN);
}

#[test]
fn the_documents_agree_with_the_builtin_table_about_scopes() {
    if !shared().join("openapi").exists() {
        println!("skipped: Atlassian's documents (../shared/openapi) are not here");
        return;
    }
    let builtin = from_table(BUILTIN).unwrap();
    let by_key: std::collections::BTreeMap<_, _> = builtin.iter().map(|entry| (entry.key(), entry)).collect();
    for entry in documents().iter().flat_map(|document| from_openapi(document).unwrap()) {
        let kept = by_key[&entry.key()];
        // These were announced after the document was saved.
        if !entry.template.starts_with("/rest/security/1.0/") {
            assert_eq!(
                (&entry.classic, &entry.granular),
                (&kept.classic, &kept.granular),
                "{:?}",
                entry.key()
            );
            assert_eq!(entry.effect(), kept.effect(), "{:?}", entry.key());
        }
    }
}

#[test]
fn a_table_read_and_written_again_is_the_same_table() {
    assert_eq!(render(from_table(BUILTIN).unwrap()).unwrap(), BUILTIN);
}

#[test]
fn merging_a_table_with_itself_changes_nothing() {
    let entries = from_table(BUILTIN).unwrap();
    assert_eq!(render(merge(entries.clone(), entries)).unwrap(), BUILTIN);
}

const HEAD: &str = "api\tversion\tmethod\tpath\toperation_id\tclassic_scopes\tgranular_scopes\tjira_permissions\t\
                    deprecated\texperimental\tapp_access_rule_exempt\tchange\ttag\n";

#[test]
fn a_line_of_the_list_becomes_an_entry() {
    let line = "jira\t3\tPOST\t/rest/api/3/search\tsearch\tread:jira-work\tread:issue:jira | read:issue:jira\tBROWSE\t\
                1\t0\tTrue\tremoved announced 2024-10-31 effective 2025-05-01\tIssue search\n";
    let entries = from_tsv(&format!("{HEAD}{line}")).unwrap();
    assert_eq!(
        render(entries).unwrap().lines().last().unwrap(),
        "jira\t3\tPOST\t/rest/api/3/search\tsearch\tread\tread:jira-work\tread:issue:jira\tBROWSE\td\t2025-05-01\t\
         Issue search\tbody:jql=jql\tqueried"
    );
}

#[test]
fn a_list_that_cannot_be_read_is_refused_with_its_line() {
    let problem = |text: &str| from_tsv(text).unwrap_err().to_string();
    assert_eq!(problem("a\tb\n"), "line 1: the head names other columns");
    assert_eq!(problem(&format!("{HEAD}jira\t3\n")), "line 2: it has 2 cells, not 13");
    assert!(
        problem(&format!("{HEAD}bamboo{}", "\t".repeat(12))).starts_with("line 2: \"bamboo\" is no product")
    );
}

#[test]
fn the_newer_facts_win_and_what_they_leave_out_stays() {
    let older = from_table(
        "jira\t3\tGET\t/rest/api/3/dashboard/{x}\told\tread\tread:jira-work\t\tBROWSE\td\t2025-05-01\tTag\t\
         path:x=issue query:jql=jql\tnamed\n\
         jira\t3\tGET\t/rest/api/3/webhook\tstays\tread\t\t\t\t\t\t\t\tnamed\n",
    );
    let newer =
        from_table("jira\t3\tGET\t/rest/api/3/dashboard/{y}\tnew\tread\t-\t\t\t\t\t\tpath:y=issue\tnamed\n");
    let merged = render(merge(older.unwrap(), newer.unwrap())).unwrap();
    let lines: Vec<&str> = merged.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(
        lines,
        [
            "jira\t3\tGET\t/rest/api/3/dashboard/{y}\tnew\tread\t-\t\tBROWSE\t\t2025-05-01\tTag\tpath:y=issue query:jql=jql\trefused:dashboards",
            "jira\t3\tGET\t/rest/api/3/webhook\tstays\tread\t\t\t\t\t\t\t\trefused:webhooks",
        ]
    );
}

#[test]
fn an_operation_nothing_classifies_makes_no_table() {
    let document = serde_json::json!({"paths": {
        "/rest/api/3/issue/{issueIdOrKey}": {"get": {}},
        "/rest/api/3/issue/{issueIdOrKey}/novelty": {"get": {}, "post": {}},
    }});
    assert_eq!(
        render(from_openapi(&document).unwrap()).unwrap_err().to_string(),
        "nothing says how bounded clients are kept within their projects or spaces by \
         jira GET /rest/api/3/issue/{issueIdOrKey}/novelty, jira POST /rest/api/3/issue/{issueIdOrKey}/novelty"
    );
}

#[test]
fn a_foreign_text_cannot_break_out_of_its_cell() {
    let document = serde_json::json!({"paths": {"/rest/api/3/webhook": {"get": {"operationId": "a\tb\nc", "tags": ["\r"]}}}});
    let table = render(from_openapi(&document).unwrap()).unwrap();
    assert!(table.lines().last().unwrap().contains("\ta b c\t"));
    assert!(from_table(&table).is_ok());
}
