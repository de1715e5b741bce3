//! An observed client does what its manifest would refuse, and nothing that no manifest could allow.

use std::collections::BTreeSet;

use jiff::Timestamp;
use policy::difference::{Direction, difference};
use policy::minimum::{Asked, minimum_of_use, with_scopes, without_ids};
use policy::{Denial, ManifestFile, ManifestSet, Permit, Question, Rulebook, Used, Verdict, draft};
use types::{Code, GrantName};

use crate::world::{
    CATALOGUE, SITES, call_of, compile_set, etl, known, manifest, now, rulebook, try_compile,
};

const GUARDRAILS: &str = "[operations.deny]\nids = [\"deleteProject\"]\n[projects]\ndeny = [\"SEC\"]\n[fields]\ndeny_write = [\"security\"]\n";

fn observed(text: &str) -> ManifestFile {
    let mut file =
        manifest(&["read:jira-work"], "ids = [\"jira:getIssue\"]\n[operations.deny]\neffects = [\"delete\"]");
    file.text = file.text.replace("[operations]\n", &format!("observe = true\n{text}\n[operations]\n"));
    file
}

fn under_guardrails(file: ManifestFile) -> Rulebook {
    let guardrails = ManifestFile::new("guardrails.toml", GUARDRAILS);
    let set = ManifestSet::of([file, guardrails]);
    compile_set(&set).unwrap_or_else(|all| panic!("{}", policy::render_human(&all, set.files()))).rulebook
}

fn ask(rulebook: &Rulebook, id: &str, at: Timestamp, token: Option<&[&str]>) -> Result<Permit, Denial> {
    let operation = CATALOGUE.by_id(id).find(|one| one.version() != "2").unwrap();
    let call = call_of(operation).unwrap();
    let scopes = token.map(|names| CATALOGUE.scope_set(names.iter().copied()).unwrap());
    let client = etl();
    rulebook.decide(Question {
        client: &client,
        token_scopes: scopes.as_ref(),
        user: None,
        account: None,
        site: &SITES["demo"],
        call: &call,
        now: at,
    })
}

#[test]
fn what_the_manifest_would_refuse_is_permitted_and_says_what_would_have_refused_it() {
    let rulebook = under_guardrails(observed(""));
    let plain = ask(&rulebook, "getIssue", now(), None).unwrap();
    assert_eq!(plain.observed(), None, "nothing would refuse it");
    for (id, code, rule) in [
        ("addComment", Code::OperationNotPermitted, None),
        ("deleteIssue", Code::OperationNotPermitted, Some("deny.effects \"delete\"")),
    ] {
        let permit = ask(&rulebook, id, now(), None).unwrap();
        let would = permit.observed().unwrap();
        assert_eq!(would.code, code, "{id}");
        assert_eq!(would.rule.is_some(), rule.is_some(), "{id}");
        assert!(rule.is_none_or(|rule| would.rule.as_deref().unwrap().ends_with(rule)), "{would:?}");
        assert!(permit.rule().ends_with(" observe"), "{}", permit.rule());
        assert!(!permit.scopes().is_empty());
    }
}

#[test]
fn what_no_manifest_could_allow_is_refused_all_the_same() {
    let rulebook = under_guardrails(observed("starts = 2026-11-01\nexpires = 2026-11-30"));
    let denied = |id: &str, at: &str, token: Option<&[&str]>| {
        ask(&rulebook, id, at.parse().unwrap(), token).map(|permit| permit.rule().clone()).unwrap_err().code
    };
    let day = "2026-11-22T12:00:00Z";
    assert!(ask(&rulebook, "addComment", day.parse().unwrap(), None).is_ok());
    assert_eq!(denied("deleteProject", day, None), Code::OperationNotPermitted, "a guardrail");
    assert_eq!(denied("addComment", "2026-12-22T12:00:00Z", None), Code::ManifestExpired);
    assert_eq!(denied("addComment", "2026-10-22T12:00:00Z", None), Code::ManifestNotStarted);
    let narrowed: &[&str] = &["read:jira-work"];
    assert_eq!(
        denied("addComment", day, Some(narrowed)),
        Code::OperationNotPermitted,
        "the token's own scopes"
    );
    let closed =
        CATALOGUE.operations().iter().find(|one| one.classic().is_none() && one.granular().is_none());
    if let Some(closed) = closed.filter(|one| SITES["demo"].face(false) == Some(one.face())) {
        assert_eq!(denied(closed.id(), day, None), Code::OperationNotPermitted, "closed to every scope");
    }
    let night = under_guardrails(observed("hours = { from = \"20:00\", to = \"22:00\" }"));
    assert_eq!(ask(&night, "getIssue", now(), None).unwrap_err().code, Code::OutsideHours);
    let user = observed("").text.replace("grant = \"demo-service-account\"", "grant = \"user\"");
    let user = rulebook_of(&user);
    assert_eq!(ask(&user, "addComment", now(), None).unwrap_err().code, Code::OperationNotPermitted);
}

fn rulebook_of(text: &str) -> Rulebook {
    let path = manifest(&[], "").path;
    rulebook(&[ManifestFile::new(path, text)])
}

#[test]
fn the_terms_are_tried_and_only_those_of_the_guardrails_hold() {
    let terms =
        "projects = { allow = [\"REL\"] }\nfields = { write = [\"summary\"], redact = [\"reporter\"] }";
    let permit = ask(&under_guardrails(observed(terms)), "getIssue", now(), None).unwrap();
    let held = permit.terms();
    assert!(held.observes());
    assert!(held.boundary().allows_project("APP", "1") && !held.boundary().allows_project("SEC", "2"));
    assert!(held.fields().may_write("labels") && !held.fields().may_write("security"));
    assert!(!held.fields().redacts("reporter"));
    let trial = permit.trial().unwrap();
    let tried = trial.permit().terms();
    assert!(tried.boundary().allows_project("REL", "3") && !tried.boundary().allows_project("APP", "1"));
    assert!(!tried.fields().may_write("labels"));
    assert!(trial.rule(Code::Hidden).unwrap().starts_with("etl.toml:"));
    let free = ask(&rulebook(&[observed("")]), "getIssue", now(), None).unwrap();
    assert!(free.trial().is_none() && free.terms().is_free());
}

#[test]
fn observing_is_wider_and_loud_and_ending_it_narrower() {
    let watched = observed("");
    let mut plain = watched.clone();
    plain.text = plain.text.replace("observe = true", "observe = false");
    let (before, after) = (rulebook(std::slice::from_ref(&plain)), rulebook(std::slice::from_ref(&watched)));
    let found = difference(&before, &after);
    assert_eq!(found.direction, Direction::Wider);
    let facet = &found.clients[0].facets[0];
    assert!(facet.facet == "observe" && facet.gained[0].starts_with("WIDE OPEN"), "{facet:?}");
    assert!(found.clients[0].facets[1].gained.iter().any(|one| one == "jira:deleteIssue at demo"));
    assert_eq!(difference(&after, &before).direction, Direction::Narrower);
    let compiled = try_compile(&[watched]).unwrap();
    let codes: Vec<_> = compiled.warnings.iter().map(|one| one.code).collect();
    assert!(codes.contains(&policy::DiagnosticCode::Observes), "{codes:?}");
}

fn used() -> Used {
    Used {
        operations: vec![("jira:addComment".into(), 3), ("jira:getIssue".into(), 40)],
        projects: ["10001", "REL"].map(str::to_owned).into(),
        spaces: BTreeSet::new(),
        unnamed: 2,
        more_places: false,
        period: "from 2026-10-23 to 2026-11-22".into(),
    }
}

#[test]
fn a_draft_allows_what_was_done_and_compiles_without_findings() {
    let rulebook = rulebook(&[observed("")]);
    let text = draft(rulebook.manifest(&etl()).unwrap(), &used(), &CATALOGUE, &known()).unwrap();
    insta::assert_snapshot!(text);
    let files = [ManifestFile::new("etl.toml", text)];
    let compiled = try_compile(&files).unwrap_or_else(|all| panic!("{}", policy::render_human(&all, &files)));
    assert_eq!(
        Verdict::of(&compiled.warnings),
        Verdict::Clean,
        "{}",
        policy::render_human(&compiled.warnings, &files)
    );
    for id in ["getIssue", "addComment"] {
        assert_eq!(ask(&compiled.rulebook, id, now(), None).unwrap().observed(), None, "{id}");
    }
    assert_eq!(
        ask(&compiled.rulebook, "deleteIssue", now(), None).unwrap_err().code,
        Code::OperationNotPermitted
    );
}

#[test]
fn a_draft_says_so_when_it_does_not_know_all_places_and_quotes_what_it_is_told() {
    let mut file = observed("");
    file.text = file.text.replace("testing", "says \\\"hi\\\" and \\\\ more");
    let rulebook = rulebook(&[file]);
    let used = Used { more_places: true, ..used() };
    let text = draft(rulebook.manifest(&etl()).unwrap(), &used, &CATALOGUE, &known()).unwrap();
    assert!(text.contains("# [projects]") && !text.contains("\n[projects]"), "{text}");
    assert!(try_compile(&[ManifestFile::new("etl.toml", text)]).is_ok());
}

#[test]
fn scopes_shrink_to_what_is_used_and_ids_go_only_when_that_is_asked_for() {
    let file = manifest(
        &["read:jira-work", "write:jira-work", "manage:jira-configuration"],
        "ids = [\n  \"jira:getIssue\", # looks\n  \"jira:addComment\",\n]\neffects = [\"read\"]",
    );
    let used: BTreeSet<String> = ["jira:getIssue".to_owned(), "jira:deleteIssue".to_owned()].into();
    let of = |without: bool| {
        let files = std::slice::from_ref(&file);
        minimum_of_use(&file, files, &CATALOGUE, &known(), Asked::default(), (&used, without)).unwrap()
    };
    let with_ids = of(false);
    assert_eq!(with_ids.unused_ids, ["jira:addComment"]);
    assert_eq!(with_ids.minimum.names().collect::<Vec<_>>(), ["read:jira-work", "write:jira-work"]);
    let without = of(true);
    assert_eq!(without.minimum.names().collect::<Vec<_>>(), ["read:jira-work"]);
    let text = without_ids(&file.text, &without.unused_ids.into_iter().collect()).unwrap();
    let text = with_scopes(&text, without.minimum.names()).unwrap();
    assert!(text.contains("\"jira:getIssue\", # looks") && !text.contains("addComment"), "{text}");
    let rulebook = rulebook(&[ManifestFile::new(file.path.clone(), text)]);
    assert!(ask(&rulebook, "getIssue", now(), None).is_ok());
    assert!(
        ask(&rulebook, "deleteIssue", now(), None).is_err(),
        "to have been used is no reason to be allowed"
    );
}

#[test]
fn the_walk_goes_through_every_rule_and_ends_as_the_decision_does() {
    let terms = "projects = { allow = [\"REL\"] }\nexpires = 2026-12-31";
    let rulebook = under_guardrails(observed(terms));
    let user: GrantName = "person-0123456789abcdef0123456789abcdef".parse().unwrap();
    let client = etl();
    let mut text = String::new();
    for (id, project) in [("getIssue", Some("REL")), ("deleteIssue", Some("SEC")), ("deleteProject", None)] {
        let call = call_of(CATALOGUE.by_id(id).find(|one| one.version() != "2").unwrap()).unwrap();
        let site = &SITES["demo"];
        let question = Question {
            client: &client,
            token_scopes: None,
            user: Some(&user),
            account: None,
            site,
            call: &call,
            now: now(),
        };
        text.push_str(&format!("{id} in {project:?}\n"));
        for step in rulebook.walk(&question, project) {
            let holds = step.holds.map_or("-", |holds| if holds { "yes" } else { "no" });
            text.push_str(&format!("  {:<11} {holds:<3} {}  {}\n", step.rule, step.why, step.at.join(", ")));
        }
    }
    insta::assert_snapshot!(text);
}
