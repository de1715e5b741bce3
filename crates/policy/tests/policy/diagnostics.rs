//! What each mistake sounds like: golden renderings. Read them as a user would.

use insta::assert_snapshot;
use policy::{
    DIAGNOSTICS, Diagnostic, DiagnosticCode, ManifestFile, Severity, Verdict, limits, render_human,
    render_terminal,
};

use crate::world::{demo, manifest, try_compile};

fn diagnostics(files: &[ManifestFile]) -> Vec<Diagnostic> {
    match try_compile(files) {
        Ok(compiled) => compiled.warnings,
        Err(all) => all,
    }
}

fn rendered(file: &ManifestFile) -> String {
    let files = std::slice::from_ref(file);
    render_human(&diagnostics(files), files)
}

/// The codes and lines, for tests that are about which and where.
fn codes(files: &[ManifestFile]) -> Vec<(DiagnosticCode, u32)> {
    diagnostics(files).iter().map(|one| (one.code, one.line)).collect()
}

fn text(text: &str) -> ManifestFile {
    ManifestFile::new("manifests/etl.toml", text)
}

#[test]
fn everything_wrong_with_a_manifest_is_said_at_once() {
    let file = text(
        r#"client = "elt"
onwer = "team"
purpose = "Copies issues"
expires = "2027-06-30"
site = "dmo"
grant = "demo-service-acount"
scopes = ["read:jira-wrok", "read:jira-user"]
effects = ["read"]

[operations]
ids = ["getIsue", "read", 7]
tags = ["issue coments"]
products = ["jria"]
deny = { effects = ["destroy"], projects = ["REL"] }
"#,
    );
    assert_snapshot!(rendered(&file));
}

#[test]
fn several_syntax_errors_are_said_at_once() {
    assert_snapshot!(rendered(&text(
        "owner = \"team\npurpose = \"testing\"\nscopes = [\"read:jira-work\"\nsite == \"demo\"\n"
    )));
}

#[test]
fn an_empty_file_is_told_all_it_needs() {
    assert_snapshot!(rendered(&text("")));
}

#[test]
fn an_id_without_its_scope_is_an_error_that_names_the_smallest_scope() {
    let file =
        manifest(&["read:jira-work"], "ids = [\n  \"getIssue\",\n  \"deleteIssue\",\n  \"getAllBoards\",\n]");
    assert_snapshot!(rendered(&file));
}

#[test]
fn lints_say_what_may_not_be_meant() {
    let mut file = manifest(
        &["read:jira-work", "write:jira-work", "manage:jira-webhook", "read:jira-work"],
        r#"effects = ["delete", "administer"]
tags = ["Screens"]
ids = ["getPriorities", "getPage", "editIssue", "GET /rest/api/3/filter/{id}"]
deny = { ids = ["editIssue"], tags = ["Dashboards"] }"#,
    );
    file.text = file.text.replace("owner = \"team\"", "owner = \"TODO\"\nexpires = 2026-01-31");
    file.text = file.text.replace("\"getPage\", ", "\"addSpaceWatch\", ");
    assert_snapshot!(rendered(&file));
}

#[test]
fn each_lint_speaks_only_when_it_should() {
    use DiagnosticCode::*;
    let both = &["read:jira-work", "write:jira-work"][..];
    let read = &["read:jira-work"][..];
    for (scopes, operations, expected) in [
        (read, "effects = [\"read\"]", vec![]),
        (both, "effects = [\"read\"]\nids = [\"editIssue\"]", vec![]),
        (both, "effects = [\"read\"]", vec![(UnusedScope, 5)]),
        (read, "effects = [\"read\"]\ntags = [\"Screens\"]", vec![(ChoosesNothing, 9)]),
        (read, "", vec![(UnusedScope, 5), (AllowsNothing, 7)]),
        (read, "effects = [\"read\"]\nproducts = []", vec![(UnusedScope, 5), (AllowsNothing, 7)]),
        (read, "products = [\"jira\"]\nids = [\"jira:getIssue\"]", vec![(ProductsWithoutEffects, 8)]),
        (read, "ids = [\"getIssue\"]", vec![(PartlyCovered, 8)]),
        (read, "ids = [\"jira:getIssue\", \"jira:getIssue\"]", vec![(Repeated, 8)]),
        (read, "ids = [\"jira:getIssue\", \"jira-data-center:getIssue\"]", vec![(ElsewhereOnly, 8)]),
        (&["read:jira-user"][..], "ids = [\"getGroup\"]", vec![(Deprecated, 8)]),
        (read, "ids = [\"jira:getIssue\", \"getResolutions\"]", vec![(Removed, 8)]),
        (both, "ids = [\"jira:getIssue\"]\neffects = [\"delete\"]", vec![(DeleteByEffect, 9)]),
        (
            read,
            "ids = [\"jira:getIssue\"]\ndeny = { ids = [\"deleteIssue\"] }",
            vec![(DenyRemovesNothing, 9)],
        ),
        (
            both,
            "effects = [\"write\"]\nids = [\"jira:getIssue\", \"editIssue\"]\ndeny = { ids = [\"editIssue\"] }",
            vec![(AllowedAndDenied, 9)],
        ),
        (read, "effects = [\"read\"]\nids = [\"jira:getIssue\"]", vec![(Shadowed, 9)]),
        (read, "tags = [\"jira:Issues\"]\nids = [\"jira:getIssue\"]", vec![(Shadowed, 9)]),
        (
            both,
            "effects = [\"read\", \"write\"]\ndeny = { effects = [\"write\"] }",
            vec![(UnusedScope, 5), (AllowedAndDenied, 8)],
        ),
    ] {
        let file = manifest(scopes, operations);
        let found = codes(std::slice::from_ref(&file));
        assert_eq!(found, expected, "{}", rendered(&file));
    }
}

#[test]
fn names_of_files_and_clients_agree() {
    use DiagnosticCode::*;
    let good = manifest(&["read:jira-work"], "effects = [\"read\"]");
    let at = |path: &str| ManifestFile::new(path, good.text.clone());
    assert_eq!(codes(&[at("manifests/Etl.toml")]), [(ClientMismatch, 1)]);
    assert_eq!(codes(&[at("manifests/etl--2.toml")]), [(ClientMismatch, 1)]);
    assert_eq!(codes(&[at("a/etl.toml"), at("b/etl.toml")]), [(DuplicateClient, 1)]);
    let mut named = good.clone();
    named.text.insert_str(0, "client = \"etl\"\n");
    assert_eq!(codes(&[named]), []);
}

#[test]
fn values_that_cannot_be_used_are_errors() {
    use DiagnosticCode::*;
    for (line, expected) in [
        ("expires = 12:00:00", BadValue),
        ("expires = 2027-06-30T12:00:00", BadValue),
        ("expires = true", WrongType),
        ("sites = \"demo\"", WrongType),
        ("sites = [\"nowhere\"]", UnknownSite),
        ("sites = [1]", WrongType),
        ("client = \"\"", ClientMismatch),
        ("[operations.more]", UnknownKey),
        ("[[operations]]", WrongType),
        ("extends = \"base\"", WrongType),
        ("extends = [\"base\"]", UnknownFragment),
        ("priority = \"highest\"", BadValue),
        ("[hours]\nzone = \"Europe/Berlun\"", BadValue),
        ("\"\\u001b[31m\" = 1", UnknownKey),
    ] {
        let facts = "owner = \"team\"\npurpose = \"testing\"\nsite = \"demo\"\ngrant = \"basement-token\"\nscopes = []\n";
        let found = codes(&[text(&format!("{facts}{line}\n"))]);
        assert!(found.iter().any(|(code, at)| *code == expected && *at >= 6), "{line}: {found:?}");
    }
    let blank = text("owner = \"  \"\npurpose = \"a\\nb\"\nsite = \"demo\"\ngrant = \"No\"\nscopes = []\n");
    assert_eq!(codes(&[blank]), [(BadValue, 1), (BadValue, 2), (BadValue, 4)]);
}

#[test]
fn every_size_is_bounded() {
    use DiagnosticCode::*;
    let huge = text(&"#".repeat(limits::FILE_BYTES + 1));
    assert_eq!(codes(&[huge]), [(TooLarge, 1)]);

    let long = manifest(&[], &format!("ids = [{}]", "\"x\",".repeat(limits::LIST_ENTRIES + 1)));
    assert!(codes(&[long]).contains(&(TooLarge, 8)));

    let mut verbose = manifest(&[], "");
    verbose.text = verbose.text.replace("testing", &"x".repeat(limits::TEXT_BYTES + 1));
    assert!(codes(&[verbose]).contains(&(TooLarge, 2)));

    let sites = format!("sites = [{}]\n", "\"demo\",".repeat(limits::SITES + 1));
    assert!(codes(&[text(&sites)]).contains(&(TooLarge, 1)));

    let deep = text(&format!("a = {}{}", "[".repeat(5_000), "]".repeat(5_000)));
    assert!(codes(&[deep]).iter().all(|(code, _)| *code == Syntax));

    let wrong = manifest(&[], &format!("ids = [{}]", "\"x\",".repeat(limits::LIST_ENTRIES)));
    let found = diagnostics(&[wrong]);
    assert_eq!(found.len(), limits::DIAGNOSTICS_PER_FILE + 1);
    let last = found.last().unwrap();
    assert_eq!((last.code, last.message.as_str()), (More, "3996 more of this file are not shown"));

    let many: Vec<_> = (0..3_000).map(|number| ManifestFile::new(format!("m/c{number}.toml"), "x")).collect();
    let found = diagnostics(&many);
    assert_eq!(found.len(), limits::DIAGNOSTICS + 1);
    assert_eq!(Verdict::of(&found), Verdict::Errors);
    assert!(found.last().unwrap().message.contains("2000 more errors"), "{:?}", found.last());
}

#[test]
fn no_flood_of_warnings_hides_an_error_or_stops_a_set() {
    let noisy = manifest(&["read:jira-work", "write:jira-work"], "effects = [\"read\"]");
    let mut files: Vec<_> = (0..limits::DIAGNOSTICS + 500)
        .map(|number| ManifestFile::new(format!("m/c{number}.toml"), noisy.text.clone()))
        .collect();
    let compiled = try_compile(&files).unwrap();
    assert_eq!(compiled.rulebook.len(), files.len());
    assert_eq!(compiled.warnings.len(), limits::DIAGNOSTICS + 1);
    assert_eq!(Verdict::of(&compiled.warnings), Verdict::Warnings);

    files.push(text("x"));
    let found = diagnostics(&files);
    assert_eq!(
        found.iter().filter(|one| one.severity == Severity::Error).count(),
        1,
        "only the last is wrong"
    );
}

#[test]
fn the_json_form_has_line_column_and_end() {
    let file = manifest(&["read:jira-work"], "ids = [\"getIsue\"]");
    let json = serde_json::to_value(diagnostics(&[file])).unwrap();
    assert_eq!(
        json[0],
        serde_json::json!({
            "severity": "error",
            "path": "manifests/etl.toml",
            "line": 8,
            "column": 8,
            "end": { "line": 8, "column": 17 },
            "code": "unknown-operation",
            "message": "there is no operation \"getIsue\"",
            "suggestion": "did you mean \"getIssue\"?",
            "replacement": "\"getIssue\"",
        })
    );
}

#[test]
fn a_terminal_is_never_steered_by_a_manifest() {
    let file = text("\"\\u001b[31m\" = \"\u{9b}31m\"\n# \u{202e}\nowner = \"\\u001b]0;x\"\n");
    let mut files = [file];
    files[0].path.push('\u{1b}');
    let plain = render_human(&diagnostics(&files), &files);
    assert!(!plain.contains('\u{1b}') && !plain.contains('\u{9b}'), "{plain:?}");
}

#[test]
fn colours_change_nothing_but_colours() {
    let files = [manifest(&["read:jira-work"], "ids = [\"getIsue\"]")];
    let found = diagnostics(&files);
    let coloured = render_terminal(&found, &files);
    assert!(coloured.contains('\u{1b}'));
    let mut plain = String::new();
    let mut escaped = false;
    for letter in coloured.chars() {
        match letter {
            '\u{1b}' => escaped = true,
            'm' if escaped => escaped = false,
            _ if escaped => {}
            letter => plain.push(letter),
        }
    }
    assert_eq!(plain, render_human(&found, &files));
}

#[test]
fn a_diagnostic_without_its_file_is_still_rendered() {
    let files = [manifest(&["read:jira-work"], "ids = [\"getIsue\"]")];
    assert_snapshot!(render_human(&diagnostics(&files), &[]), @r#"
    error[unknown-operation]: there is no operation "getIsue"
    --> manifests/etl.toml
     = help: did you mean "getIssue"?
    "#);
}

#[test]
fn the_verdict_is_the_heaviest_severity() {
    assert_eq!(Verdict::of(&[]), Verdict::Clean);
    assert_eq!(Verdict::of(&diagnostics(&demo())), Verdict::Clean);
    assert!(Verdict::Warnings.publishable() && !Verdict::Errors.publishable());
}

#[test]
fn the_table_of_diagnostics_is_in_order() {
    assert!(DIAGNOSTICS.windows(2).all(|pair| pair[0].severity >= pair[1].severity), "errors first");
    for entry in DIAGNOSTICS {
        assert_eq!(serde_json::to_value(entry.code).unwrap(), entry.name);
        assert!(entry.meaning.ends_with('.'), "{}", entry.name);
    }
}
