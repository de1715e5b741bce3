use serde_json::json;

use super::*;

fn added(replaced: Option<&Value>) -> AddedGrant {
    let grant = json!({
        "name": "rel-bot", "kind": "api-token", "sites": ["acme"],
        "facts": { "kind": "api-token", "email": "rosa@example.com", "scoped": true },
        "health": {}, "created_at": "2026-11-01T00:00:00Z", "changed_at": "2026-11-22T00:00:00Z",
        "replaced": replaced,
    });
    serde_json::from_value(grant).unwrap()
}

fn before(kind: &str, sites: &[&str], facts: &Value) -> Value {
    let (changed_at, changed) = ("2026-11-01T00:00:00Z", ["kind"]);
    json!({ "kind": kind, "sites": sites, "facts": facts, "changed_at": changed_at, "changed": changed })
}

#[test]
fn a_new_grant_is_said_to_be_added() {
    let words = words(&added(None));
    assert!(words.starts_with("Added rel-bot, an api-token, for acme."), "{words}");
}

#[test]
fn another_credential_of_the_same_kind_and_sites_is_said_to_replace_and_change_nothing_else() {
    let facts = json!({ "kind": "api-token", "email": "rosa@example.com", "scoped": true });
    let words = words(&added(Some(&before("api-token", &["acme"], &facts))));
    assert!(words.starts_with("Replaced the credential of rel-bot"), "{words}");
    assert_eq!(words.matches("as before").count(), 4, "{words}");
    assert!(!words.contains("was:"), "{words}");
}

#[test]
fn what_differs_from_the_grant_that_was_there_is_said_with_what_it_was() {
    let facts = json!({ "kind": "service-account", "client_id": "abc" });
    let words = words(&added(Some(&before("service-account", &["acme", "globex"], &facts))));
    for line in [
        "api-token (was: service-account)",
        "acme (was: acme, globex)",
        "rosa@example.com (new)",
        "none (was: abc)",
    ] {
        assert!(words.contains(line), "{line}: {words}");
    }
}
