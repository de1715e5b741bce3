//! Fragments and guardrails: what several manifests have in common, and what holds for all.

use policy::{DiagnosticCode, ManifestFile, ManifestSet, Rulebook, render_human};
use types::Code;

use crate::world::{CATALOGUE, ask, compile_set, manifest};

fn set(manifests: Vec<ManifestFile>, fragments: &[(&str, &str)], guardrails: Option<&str>) -> ManifestSet {
    ManifestSet {
        manifests,
        fragments: fragments
            .iter()
            .map(|(name, text)| ManifestFile::new(format!("shared/{name}.toml"), *text))
            .collect(),
        guardrails: guardrails.map(|text| ManifestFile::new("guardrails.toml", text)),
    }
}

fn rulebook(set: &ManifestSet) -> Rulebook {
    compile_set(set).unwrap_or_else(|all| panic!("{}", render_human(&all, set.files()))).rulebook
}

/// Path, line and code of what is said.
fn said(set: &ManifestSet) -> Vec<(String, u32, DiagnosticCode)> {
    let said = match compile_set(set) {
        Ok(compiled) => compiled.warnings,
        Err(all) => all,
    };
    said.into_iter().map(|one| (one.path.to_string(), one.line, one.code)).collect()
}

fn extending(fragments: &str) -> ManifestFile {
    let text = format!("owner = \"team\"\npurpose = \"testing\"\nextends = [{fragments}]\n");
    ManifestFile::new("etl.toml", text)
}

const BASE: &str = "site = \"demo\"\ngrant = \"demo-service-account\"\nscopes = [\"read:jira-work\", \"write:jira-work\"]\n\
                    [operations]\nids = [\"jira:getIssue\"]\n[operations.deny]\nids = [\"deleteIssue\"]\n[projects]\nallow = [\"REL\"]\n";

#[test]
fn permits_and_denials_name_the_fragments_file_and_line() {
    let mut own = extending("\"base\"");
    own.text += "[operations]\nids = [\"editIssue\", \"deleteIssue\"]\n[projects]\nallow = [\"APP\"]\ndeny = [\"SEC\"]\n";
    let set = set(vec![own], &[("base", BASE)], None);
    let rulebook = rulebook(&set);
    let permit = ask(&rulebook, "etl", "GET", "/rest/api/3/issue/A-1").unwrap();
    assert_eq!(permit.rule().as_ref(), "shared/base.toml:5 ids \"jira:getIssue\"");
    let boundary = permit.terms().boundary();
    for (key, allowed) in [("REL", true), ("APP", true), ("SEC", false), ("X", false)] {
        assert_eq!(boundary.allows_project(key, "1"), allowed, "{key}");
    }
    let permit = ask(&rulebook, "etl", "PUT", "/rest/api/3/issue/A-1").unwrap();
    assert_eq!(permit.rule().as_ref(), "etl.toml:5 ids \"editIssue\"");
    let denial = ask(&rulebook, "etl", "DELETE", "/rest/api/3/issue/A-1").unwrap_err();
    assert_eq!(denial.rule.as_deref(), Some("shared/base.toml:7 deny.ids \"deleteIssue\""));
    assert_eq!(
        denial.smallest_change,
        "To allow it, remove \"deleteIssue\" from operations.deny.ids in shared/base.toml (line 7)."
    );
}

#[test]
fn single_values_of_the_manifest_win_and_lists_are_united() {
    let mut own = extending("\"one\", \"base\"");
    own.text += "priority = \"high\"\nscopes = [\"read:jira-user\"]\n[limits]\nburst = 2\n[hours]\nfrom = \"08:00\"\n";
    let one = "priority = \"low\"\nread_only = true\nsite = \"other\"\n[limits]\nburst = 9\nconcurrent = 3\n[hours]\nto = \"09:00\"\n";
    let rulebook = rulebook(&set(vec![own], &[("one", one), ("base", BASE)], None));
    let manifest = rulebook.manifest(&"etl".parse().unwrap()).unwrap();
    assert_eq!(manifest.terms().priority().as_str(), "high");
    assert_eq!((manifest.terms().limits().burst, manifest.terms().limits().concurrent), (Some(2), Some(3)));
    // The fragment that is named first wins over the second.
    assert_eq!(manifest.sites()[0].name.as_str(), "other");
    assert_eq!(manifest.scopes().len(), 3);
    assert_eq!(manifest.hours().unwrap().to_string(), "every day 08:00 to 24:00, UTC");
}

#[test]
fn read_only_anywhere_is_read_only() {
    let mut own = extending("\"base\", \"quiet\"");
    own.text += "read_only = false\n[operations]\nids = [\"editIssue\"]\n";
    let rulebook = rulebook(&set(vec![own], &[("base", BASE), ("quiet", "read_only = true\n")], None));
    let denial = ask(&rulebook, "etl", "PUT", "/rest/api/3/issue/A-1").unwrap_err();
    assert_eq!(denial.rule.as_deref(), Some("shared/quiet.toml:1 read_only"));
    assert_eq!(denial.smallest_change, "To allow it, remove \"read_only\" in shared/quiet.toml (line 1).");
    assert!(ask(&rulebook, "etl", "GET", "/rest/api/3/issue/A-1").is_ok());
}

#[test]
fn a_circle_is_an_error_that_shows_the_way_round() {
    let fragments = [
        ("a", "extends = [\"b\"]\n"),
        ("b", "extends = [\"c\"]\n"),
        ("c", "extends = [\"b\", \"a\"]\n"),
        ("d", "extends = [\"d\"]\n"),
    ];
    let set = set(vec![extending("\"a\", \"d\"")], &fragments, None);
    let all = compile_set(&set).unwrap_err();
    let cycles: Vec<_> =
        all.iter().filter(|one| one.code == DiagnosticCode::Cycle).map(|one| one.message.as_str()).collect();
    assert!(
        cycles.contains(&"the fragment \"a\" extends itself: a extends b extends c extends a"),
        "{cycles:?}"
    );
    assert!(cycles.contains(&"the fragment \"d\" extends itself: d extends d"), "{cycles:?}");
}

#[test]
fn a_fragment_counts_once_and_too_long_a_way_is_an_error() {
    let diamond = [("l", "extends = [\"base\"]\n"), ("r", "extends = [\"base\"]\n"), ("base", BASE)];
    assert_eq!(said(&set(vec![extending("\"l\", \"r\"")], &diamond, None)), []);
    let names: Vec<String> = (0..12).map(|number| format!("f{number}")).collect();
    let texts: Vec<String> = (1..13)
        .map(|next| if next == 12 { BASE.to_owned() } else { format!("extends = [\"f{next}\"]\n") })
        .collect();
    let chain: Vec<_> = names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    let found = said(&set(vec![extending("\"f0\"")], &chain, None));
    assert!(found.contains(&("etl.toml".into(), 3, DiagnosticCode::TooLarge)), "{found:?}");
    assert_eq!(said(&set(vec![extending("\"f4\"")], &chain, None)), []);
}

#[test]
fn what_is_wrong_with_a_fragment_is_told_once_however_many_extend_it() {
    let bad = format!("{BASE}[issues]\nlabels = [\"two words\"]\nlabel = [\"x\"]\n[operations]\n");
    let bad = bad
        .replace("[operations]\n", "")
        .replace("[operations.deny]", "[operations.deny]\ntags = [\"Isues\"]");
    let mut second = extending("\"base\"");
    second.path = "other.toml".into();
    let found = said(&set(vec![extending("\"base\""), second], &[("base", &bad)], None));
    for code in [DiagnosticCode::BadValue, DiagnosticCode::UnknownKey, DiagnosticCode::UnknownTag] {
        let of_it: Vec<_> =
            found.iter().filter(|(path, _, found)| path == "shared/base.toml" && *found == code).collect();
        assert_eq!(of_it.len(), 1, "{code}: {found:?}");
    }
    let found = said(&set(vec![extending("\"bass\"")], &[("base", BASE)], None));
    assert!(found.contains(&("etl.toml".into(), 3, DiagnosticCode::UnknownFragment)), "{found:?}");
    let found = said(&set(vec![], &[("base", "client = \"etl\"\nowner = \"me\"\n")], None));
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn no_manifest_allows_what_a_guardrail_denies() {
    let operations = "effects = [\"read\", \"write\"]\nids = [\"deleteIssue\"]";
    let set = set(
        vec![manifest(&["read:jira-work", "write:jira-work"], operations)],
        &[],
        Some(
            "[operations.deny]\nids = [\"deleteIssue\"]\n[projects]\ndeny = [\"SEC\"]\n[fields]\ndeny_write = [\"security\"]\nredact = [\"x\"]\n",
        ),
    );
    let rulebook = rulebook(&set);
    let denial = ask(&rulebook, "etl", "DELETE", "/rest/api/3/issue/A-1").unwrap_err();
    assert_eq!(denial.code, Code::OperationNotPermitted);
    assert_eq!(
        denial.to_string(),
        "The organisation's guardrails deny jira:deleteIssue (DELETE /rest/api/3/issue/{issueIdOrKey}) to everybody. It is a guardrail \
         (guardrails.toml:2 deny.ids \"deleteIssue\"): no manifest can allow it."
    );
    assert!(denial.edits.is_empty());
    let permit = ask(&rulebook, "etl", "GET", "/rest/api/3/issue/A-1").unwrap();
    let terms = permit.terms();
    assert!(
        !terms.is_free()
            && !terms.boundary().allows_project("SEC", "1")
            && terms.boundary().allows_project("REL", "1")
    );
    assert!(!terms.fields().may_write("security") && terms.fields().redacts("x"));
    let denial = permit.objection(policy::Objection::Project { key: "SEC", id: "1" });
    assert_eq!(denial.code, Code::ProjectNotPermitted);
    assert_eq!(
        denial.smallest_change,
        "It is a guardrail (guardrails.toml:4 projects.deny): no manifest can allow it."
    );
    let deletes = CATALOGUE.by_id("deleteIssue").next().unwrap();
    assert!(rulebook.guardrails().denies(deletes));
    // The manifest's own allow does nothing, and that is told.
    let found = said(&set);
    assert!(found.contains(&("manifests/etl.toml".into(), 9, DiagnosticCode::AllowedAndDenied)), "{found:?}");
}

#[test]
fn guardrails_ask_for_an_end_an_owner_and_moderation() {
    let guardrails = "require = [\"expires\", \"owner\"]\nmax_days = 30\n[limits]\nburst = 5\n[approval]\nbulk = true\noperations = { effects = [\"delete\"] }\n";
    let with = |line: &str, limits: &str| {
        let mut file = manifest(&["read:jira-work"], "effects = [\"read\"]");
        file.text.insert_str(0, line);
        file.text += limits;
        set(vec![file], &[], Some(guardrails))
    };
    let codes = |set: &ManifestSet| said(set).into_iter().map(|(_, _, code)| code).collect::<Vec<_>>();
    assert_eq!(codes(&with("", "")), [DiagnosticCode::Guardrail]);
    // The thirtieth day from the day of the tests.
    assert_eq!(codes(&with("expires = 2026-12-21\n", "")), []);
    assert_eq!(codes(&with("expires = 2026-12-23\n", "")), [DiagnosticCode::Guardrail]);
    let good = with("expires = 2026-12-21\n", "[limits]\nburst = 50\nconcurrent = 2\n");
    assert_eq!(codes(&good), [DiagnosticCode::AboveGuardrail]);
    let rulebook = rulebook(&good);
    let limits = *rulebook.manifest(&"etl".parse().unwrap()).unwrap().terms().limits();
    assert_eq!((limits.burst, limits.concurrent), (Some(5), Some(2)));
    let guardrails = rulebook.guardrails();
    let operation = |id: &str| CATALOGUE.by_id(id).next().unwrap();
    assert!(guardrails.bulk_needs_approval() && guardrails.needs_approval(operation("deleteIssue")));
    assert!(!guardrails.needs_approval(operation("editIssue")));
    let mut nobody = with("expires = 2026-12-21\n", "");
    nobody.manifests[0].text = nobody.manifests[0].text.replace("\"team\"", "\"TODO\"");
    assert!(codes(&nobody).contains(&DiagnosticCode::Guardrail));
}

#[test]
fn what_is_built_in_is_bound_but_not_asked_for_an_end() {
    let mut file = manifest(&["read:jira-work"], "effects = [\"read\"]");
    file = ManifestFile::built_in(file.path, file.text);
    let rulebook = rulebook(&set(vec![file], &[], Some("max_days = 9\n[projects]\ndeny = [\"SEC\"]\n")));
    let permit = ask(&rulebook, "etl", "GET", "/rest/api/3/issue/A-1").unwrap();
    assert!(!permit.terms().boundary().allows_project("SEC", "1"));
}

#[test]
fn guardrails_are_no_clients_manifest() {
    let set = ManifestSet::of([
        ManifestFile::new("guardrails.toml", "max_days = 9\n"),
        ManifestFile::new("shared/base.toml", BASE),
        ManifestFile::new("etl.toml", ""),
    ]);
    assert_eq!((set.manifests.len(), set.fragments.len(), set.guardrails.is_some()), (1, 1, true));
    let as_manifest = ManifestSet {
        manifests: vec![ManifestFile::new("x/guardrails.toml", BASE)],
        ..ManifestSet::default()
    };
    assert!(said(&as_manifest).iter().any(|(_, _, code)| *code == DiagnosticCode::ClientMismatch));
}
