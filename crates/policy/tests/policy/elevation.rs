//! What an elevation adds is there for its time, for whom it is meant, and is enumerated beforehand.

use jiff::Timestamp;
use policy::difference::{Direction, difference};
use policy::{Denial, DiagnosticCode, Elevation, ManifestFile, Permit, Question, Rulebook, Sources, compile};
use types::{Address, Code};

use crate::world::{CATALOGUE, call, etl, known, manifest, now};

const OWN: &str = "ids = [\"getIssue\"]\n[operations.deny]\nids = [\"deleteIssue\"]\n[projects]\nallow = [\"REL\"]\n\
                   [attachments]\nmax_bytes = 5";

fn elevation(account: Option<&str>, until: &str, text: &str) -> Elevation {
    Elevation {
        client: etl(),
        account: account.map(Into::into),
        until: until.parse().unwrap(),
        file: ManifestFile::new("elevation-1.toml", text),
    }
}

fn with(elevations: &[Elevation]) -> Result<Rulebook, Vec<policy::Diagnostic>> {
    let manifests = [manifest(&["read:jira-work"], OWN)];
    let sources = Sources { elevations, ..Sources::from(&manifests) };
    compile(sources, &CATALOGUE, &known()).map(|compiled| compiled.rulebook)
}

fn ask(
    rulebook: &Rulebook,
    account: Option<&str>,
    (verb, path): (&str, &str),
    now: Timestamp,
) -> Result<Permit, Denial> {
    let client = etl();
    let site = rulebook.site_for((&client, account), &Address::Default, now)?;
    let call = call(&site, verb, path);
    let (client, site, call) = (&client, &site, &call);
    rulebook.decide(Question { client, token_scopes: None, user: None, account, site, call, now })
}

const EDIT: (&str, &str) = ("PUT", "/rest/api/3/issue/REL-1");
const READ: (&str, &str) = ("GET", "/rest/api/3/issue/REL-1");
const DELETE: (&str, &str) = ("DELETE", "/rest/api/3/issue/REL-1");
const MORE: &str = "scopes = [\"write:jira-work\"]\n[operations]\nids = [\"editIssue\", \"deleteIssue\"]\n[projects]\nallow = [\"OPS\"]\n\
                    [attachments]\nmax_bytes = 50";

#[test]
fn it_holds_up_to_its_end_and_not_a_moment_longer() {
    let until = "2026-11-22T13:00:00Z";
    let rulebook = with(&[elevation(None, until, MORE)]).unwrap();
    let end: Timestamp = until.parse().unwrap();
    let last = end.checked_sub(jiff::SignedDuration::from_nanos(1)).unwrap();
    for (at, holds) in [(now(), true), (last, true), (end, false)] {
        let edit = ask(&rulebook, None, EDIT, at);
        assert_eq!(edit.is_ok(), holds, "{at}");
        let read = ask(&rulebook, None, READ, at).unwrap();
        assert_eq!(read.rule().as_ref(), "etl.toml:8 ids \"getIssue\"", "{at}");
        let boundary = read.terms().boundary();
        assert!(boundary.allows_project("REL", "1"), "{at}");
        assert_eq!(boundary.allows_project("OPS", "2"), holds, "{at}");
        assert_eq!(read.terms().attachments().max_bytes(), Some(if holds { 50 } else { 5 }));
        let manifest = rulebook.manifest_at(&etl(), None, at).unwrap();
        assert_eq!(manifest.scopes().len(), if holds { 2 } else { 1 }, "{at}");
    }
    let edit = ask(&rulebook, None, EDIT, now()).unwrap();
    assert_eq!(edit.elevation().map(AsRef::as_ref), Some("elevation-1"));
    assert!(ask(&rulebook, None, READ, end).unwrap().elevation().is_none());
    assert!(ask(&rulebook.without_elevation_of(&etl(), None), None, EDIT, now()).is_err());
    assert_eq!(edit.rule().as_ref(), "elevation-1.toml:3 ids \"editIssue\"");
    // Whoever asks for the manifest itself gets the manifest itself.
    assert_eq!(rulebook.manifest(&etl()).unwrap().scopes().len(), 1);
}

#[test]
fn what_the_manifest_denies_stays_denied() {
    let rulebook = with(&[elevation(None, "2026-11-22T13:00:00Z", MORE)]).unwrap();
    let denial = ask(&rulebook, None, DELETE, now()).unwrap_err();
    assert_eq!(denial.code, Code::OperationNotPermitted);
}

#[test]
fn one_for_a_user_is_no_other_users() {
    let until = "2026-11-22T13:00:00Z";
    let rulebook = with(&[elevation(Some("ada"), until, MORE), elevation(Some("ben"), until, MORE)]).unwrap();
    for (account, holds) in [(Some("ada"), true), (Some("ben"), true), (Some("cy"), false), (None, false)] {
        assert_eq!(ask(&rulebook, account, EDIT, now()).is_ok(), holds, "{account:?}");
    }
}

#[test]
fn what_it_comes_to_is_enumerated_and_it_is_the_sum() {
    let rulebook = with(&[elevation(None, "2026-11-22T13:00:00Z", MORE)]).unwrap();
    let found = difference(&rulebook, &rulebook.with_elevation_of(&etl(), None).unwrap());
    assert_eq!(found.direction, Direction::Wider);
    let facets: Vec<_> = found.clients[0]
        .facets
        .iter()
        .map(|facet| (facet.facet, facet.gained.join(", "), facet.direction))
        .collect();
    assert!(facets.iter().any(|(name, gained, _)| *name == "projects" && gained == "OPS"), "{facets:?}");
    let operations = &found.clients[0].facets[0];
    assert_eq!(operations.facet, "operations");
    assert!(operations.gained.iter().all(|one| one.contains("editIssue")), "{operations:?}");
    assert!(operations.lost.is_empty());
    assert_eq!(rulebook.with_elevation_of(&etl(), Some("ada")).map(|_| ()), None);
}

#[test]
fn what_takes_away_is_seen_to_take_away() {
    // The manifest says nothing about spaces, so all of them exist; this would leave one.
    let rulebook = with(&[elevation(None, "2026-11-22T13:00:00Z", "[spaces]\nallow = [\"ENG\"]")]).unwrap();
    let found = difference(&rulebook, &rulebook.with_elevation_of(&etl(), None).unwrap());
    assert!(found.clients[0].facets.iter().any(|facet| facet.takes_away), "{found:?}");
}

#[test]
fn what_is_wrong_with_the_manifest_is_said_once() {
    let manifests = [manifest(&["read:jira-work"], "ids = [\"getIsue\"]")];
    let elevations = [elevation(None, "2026-11-22T13:00:00Z", MORE)];
    let of = |elevations| {
        let sources = Sources { elevations, ..Sources::from(&manifests) };
        let found = compile(sources, &CATALOGUE, &known()).unwrap_err();
        found.into_iter().filter(|one| one.code == DiagnosticCode::UnknownOperation).count()
    };
    assert_eq!(of(&[]), 1);
    assert_eq!(of(&elevations), 1);
}

#[test]
fn what_is_wrong_with_it_is_said_with_its_own_line() {
    for (text, line, code) in [
        ("grant = \"basement-token\"", 1, DiagnosticCode::UnknownKey),
        ("observe = true", 1, DiagnosticCode::UnknownKey),
        ("vending = true", 1, DiagnosticCode::UnknownKey),
        ("expires = 2030-01-01", 1, DiagnosticCode::UnknownKey),
        ("[limits]\nper_day = 5", 1, DiagnosticCode::UnknownKey),
        ("extends = [\"base\"]", 1, DiagnosticCode::UnknownKey),
        ("# more\n[operations]\nids = [\"editIsue\"]", 3, DiagnosticCode::UnknownOperation),
        ("scopes = [", 1, DiagnosticCode::Syntax),
    ] {
        let found = with(&[elevation(None, "2026-11-22T13:00:00Z", text)]).unwrap_err();
        let said: Vec<_> = found.iter().map(|one| (&*one.path, one.line, one.code)).collect();
        assert!(said.contains(&("elevation-1.toml", line, code)), "{text}: {said:?}");
    }
}

#[test]
fn nobody_has_more_than_nothing() {
    let other =
        Elevation { client: "nobody".parse().unwrap(), ..elevation(None, "2026-11-22T13:00:00Z", MORE) };
    let rulebook = with(&[other]).unwrap();
    assert_eq!(rulebook.elevations(), 0);
    assert!(rulebook.manifest_at(&"nobody".parse().unwrap(), None, now()).is_none());
}
