//! Every operation of the catalogue, asked of every demo manifest, decided twice: by the rulebook and by the slow
//! evaluator. They must agree on all of them.

use std::collections::BTreeSet;

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
                let question = Question { client: &client, token_scopes, site, call: &call, now: now() };
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
