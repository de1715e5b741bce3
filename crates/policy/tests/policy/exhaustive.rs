//! Every operation of the catalogue, asked of every demo manifest, decided twice: by the rulebook and by the slow
//! evaluator. They must agree on all of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use catalogue::ScopeSet;
use policy::Question;
use types::ClientId;

use crate::draft::Draft;
use crate::world::{CATALOGUE, SITES, call_of, demo, now, rulebook};

#[test]
fn every_operation_is_decided_as_the_reference_decides_it() {
    let files = demo();
    let rulebook = rulebook(&files);
    let site = &SITES["demo"];
    let narrow: BTreeSet<String> = ["read:jira-work", "read:page:confluence"].map(String::from).into();
    let narrow_set = CATALOGUE.scope_set(narrow.iter().map(String::as_str)).unwrap();
    let tokens: [(Option<&ScopeSet>, Option<&BTreeSet<String>>); 3] =
        [(None, None), (Some(&narrow_set), Some(&narrow)), (Some(&ScopeSet::EMPTY), Some(&BTreeSet::new()))];
    let (mut asked, mut permitted, mut unreachable) = (0, 0, 0);
    for operation in CATALOGUE.operations() {
        let Some(call) = call_of(operation) else {
            unreachable += 1;
            continue;
        };
        let at_site = site.face(false) == Some(operation.face()) || site.face(true) == Some(operation.face());
        for file in &files {
            let draft = Draft::read(file);
            let client: ClientId = file.path["manifests/".len()..].trim_end_matches(".toml").parse().unwrap();
            for (token_scopes, names) in tokens {
                let question = Question {
                    client: &client,
                    token_scopes,
                    user: None,
                    account: None,
                    site,
                    call: &call,
                    now: now(),
                };
                let permit = rulebook.decide(question);
                let expected = at_site && draft.allows(operation, names);
                assert_eq!(permit.is_ok(), expected, "{client} {}: {permit:?}", operation.label());
                if let Ok(permit) = permit {
                    assert!(permit.is_for(&call) && permit.client() == &client && permit.site() == site);
                    assert!(operation.satisfied_by(permit.scopes()));
                    permitted += 1;
                }
                asked += 1;
            }
        }
    }
    assert!(asked > 15_000 && permitted > 1_000, "{asked} asked, {permitted} permitted");
    // Shapes that another operation of the same face and verb has claimed; the catalogue says which.
    assert!(unreachable < 40, "{unreachable} operations cannot be asked for");
}

#[test]
fn what_is_listed_for_people_is_what_would_be_permitted() {
    let files = demo();
    let rulebook = rulebook(&files);
    let narrow = CATALOGUE.scope_set(["read:jira-work", "read:page:confluence"]).unwrap();
    for manifest in rulebook.manifests() {
        for scopes in [*manifest.scopes(), narrow, ScopeSet::EMPTY] {
            let listed: BTreeSet<_> =
                rulebook.operations(manifest.client(), &scopes).map(|operation| operation.index()).collect();
            for operation in CATALOGUE.operations() {
                let Some(call) =
                    call_of(operation).filter(|call| Arc::ptr_eq(call.operation_arc(), operation))
                else {
                    continue;
                };
                let (client, site) = (manifest.client(), &SITES["demo"]);
                let question = Question {
                    client,
                    token_scopes: Some(&scopes),
                    user: None,
                    account: None,
                    site,
                    call: &call,
                    now: now(),
                };
                let permitted = rulebook.decide(question).is_ok();
                assert_eq!(listed.contains(&operation.index()), permitted, "{client} {}", operation.label());
            }
        }
    }
    assert_eq!(rulebook.operations(&"nobody".parse().unwrap(), &narrow).count(), 0);
}
