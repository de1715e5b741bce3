use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use control::operators::Role;
use http::Method;
use serde_json::{Value, json};

use super::keys::Keys;

/// Whom a door is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Operators with at least this role.
    Operators(Role),
    /// Clients, with a secret or a token.
    Clients,
    /// Clients, with a secret, for a token.
    Tokens,
    /// People with a session, which none of these keys is; where nobody can sign in, everyone hears this status.
    Pages(u16),
    /// Everyone.
    Open,
    /// There is none.
    Nothing,
}

/// An address that answers, and a request that would do something there.
#[derive(Clone, Debug)]
pub(super) struct Door {
    pub(super) kind: Kind,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Option<Value>,
}

impl fmt::Display for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

fn door(kind: Kind, method: Method, path: &str, body: Option<Value>) -> Door {
    Door { kind, method, path: path.to_owned(), body }
}

/// Every door there is.
pub(super) fn all(keys: &Keys) -> Vec<Door> {
    // The control API last: with the right key, its doors end what the others are about.
    let mut doors = others();
    doors.extend(api::routes().iter().map(|route| of_the_control_api(route, keys)));
    doors
}

/// The digest of nothing.
const PLAN: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A request that would change something, were it let in.
fn of_the_control_api(route: &api::Route, keys: &Keys) -> Door {
    let names = [
        ("{client}", "robot"),
        ("{grant}", "standin"),
        ("{operator}", "bystander"),
        ("{key}", "0123456789abcdef"),
        ("{plan}", PLAN),
        ("{version}", "1"),
        ("{request}", "01900000-0000-7000-8000-000000000001"),
        ("{consent}", "0123456789abcdef0123456789abcdef"),
    ];
    let path = names.iter().fold(route.path.to_owned(), |path, (brace, name)| path.replace(brace, name));
    assert!(!path.contains('{'), "a name for {path} is wanted here");
    let body = match (route.method.as_str(), route.path) {
        ("POST", "/clients") => json!({ "client": "intruder", "owner": "me", "purpose": "none" }),
        ("PATCH", "/clients/{client}") => json!({ "purpose": "another" }),
        ("POST", "/clients/{client}/secrets/close") => {
            json!({ "secret": keys.robots_hint, "revoke": true, "force": true })
        }
        ("POST", "/grants") => json!({
            "name": "intruder", "sites": ["demo"], "kind": "api-token", "email": "a@example.com", "token": "abc",
        }),
        ("POST", "/exports") => json!({
            "grants": ["standin"], "to": "tgp_yedgzWsBkZzw1FaZiDZB3ctOnpPTVMfbGcXqEjEQBT70ysznF",
        }),
        ("POST", "/imports") => json!({ "file": "ticketgate-export 1\n" }),
        ("POST", "/grants/{grant}/authorize") => json!({ "app": "people", "sites": ["demo"] }),
        ("POST", "/elevations") => {
            let mut asked = elevation();
            asked["client"] = json!("robot");
            asked
        }
        ("POST", "/manifests/replay") => json!({ "seconds": 3600 }),
        ("POST", "/operators") => json!({ "name": "intruder", "role": "owner" }),
        ("POST", _) => json!({}),
        _ => Value::Null,
    };
    let body = (!body.is_null()).then_some(body);
    door(Kind::Operators(route.least), route.method.clone(), &format!("/api/v1{path}"), body)
}

/// More, for whoever gets it.
fn elevation() -> Value {
    json!({ "adds": "[operations]\neffects = [\"delete\"]", "seconds": 60, "reason": "mine" })
}

/// All the others: those `api` has beside the control API, the data plane's, and some where nothing is.
fn others() -> Vec<Door> {
    use Kind::{Clients, Nothing, Open, Pages, Tokens};
    let (get, post) = (Method::GET, Method::POST);
    let cloud = "/ex/jira/11111111-2222-3333-4444-555555555555";
    let words = json!({ "type": "text", "text": "not me" });
    let page =
        json!({ "type": "doc", "version": 1, "content": [{ "type": "paragraph", "content": [words] }] });
    let comment = || Some(json!({ "body": page }));
    vec![
        door(Tokens, post.clone(), "/oauth/token", None),
        door(Tokens, post.clone(), "/oauth/introspect", None),
        door(Tokens, post.clone(), "/oauth/revoke", None),
        door(Clients, get.clone(), "/oauth/elevations", None),
        door(Clients, post.clone(), "/oauth/elevations", Some(elevation())),
        door(Clients, get.clone(), &format!("/oauth/elevations/{PLAN}"), None),
        door(Clients, Method::DELETE, &format!("/oauth/elevations/{PLAN}"), None),
        door(Open, get.clone(), "/oauth/jwks", None),
        // Off until the settings say so.
        door(Nothing, post.clone(), "/oauth/register", None),
        // Pages: the first one says what this is; the others are there only where people can sign in.
        door(Open, get.clone(), "/", None),
        door(Open, get.clone(), "/auth/style.css", None),
        door(Pages(503), get.clone(), "/auth/login", None),
        door(Pages(403), post.clone(), "/auth/login", None),
        door(Pages(303), get.clone(), "/auth/logout", None),
        door(Pages(403), post.clone(), "/auth/logout", None),
        door(Pages(403), post.clone(), "/auth/revoke", None),
        door(Pages(403), post.clone(), "/auth/disconnect", None),
        // What leads to Atlassian and back is sealed, and opens only as the gateway made it.
        door(Pages(400), get.clone(), "/auth/connect/ticket", None),
        door(Pages(400), get.clone(), "/auth/callback", None),
        door(Pages(403), post.clone(), "/auth/tokens", None),
        door(Pages(403), post.clone(), "/auth/tokens/revoke", None),
        door(Pages(403), post.clone(), "/auth/elevations", None),
        door(Pages(403), post.clone(), "/auth/elevations/end", None),
        door(Pages(404), get.clone(), "/auth/session", None),
        door(Pages(400), get.clone(), "/oauth/authorize", None),
        door(Pages(403), post.clone(), "/oauth/authorize", None),
        door(Open, get.clone(), "/.well-known/oauth-authorization-server", None),
        door(Open, get.clone(), "/.well-known/oauth-protected-resource", None),
        door(Open, get.clone(), "/healthz", None),
        door(Open, get.clone(), "/readyz", None),
        door(Open, get.clone(), "/metrics", None),
        door(Nothing, get.clone(), "/console", None),
        door(Nothing, get.clone(), "/console/clients", None),
        door(Clients, get.clone(), "/rest/api/3/issue/REL-1", None),
        door(Clients, post.clone(), "/rest/api/3/issue/REL-1/comment", comment()),
        door(Clients, Method::DELETE, "/rest/api/3/issue/REL-1", None),
        door(Clients, get.clone(), "/rest/api/3/no/such/thing", None),
        door(Clients, get.clone(), "/wiki/api/v2/pages", None),
        door(Clients, get.clone(), "/jsm/assets/workspace/w/v1/object/1", None),
        door(Clients, post.clone(), "/sites/demo/rest/api/3/issue/REL-1/comment", comment()),
        door(Clients, get.clone(), "/sites/nowhere/rest/api/3/myself", None),
        door(Clients, get.clone(), "/sites/demo/wiki/api/v2/pages", None),
        door(Clients, post.clone(), &format!("{cloud}/rest/api/3/issue/REL-1/comment"), comment()),
        door(
            Clients,
            get.clone(),
            "/ex/confluence/11111111-2222-3333-4444-555555555555/wiki/api/v2/pages",
            None,
        ),
        door(Clients, get.clone(), "/me", None),
        door(Clients, get.clone(), "/oauth/token/accessible-resources", None),
        door(Nothing, get.clone(), "/no/such/thing", None),
        door(Nothing, get.clone(), "/oauth/nothing", None),
        door(Nothing, post, "/api/v2/clients", None),
        door(Nothing, get, "/apiv1/clients", None),
        // Even what there is not is for operators to know.
        door(Kind::Operators(Role::Viewer), Method::GET, "/api/v1/no/such/thing", None),
    ]
}

/// `METHOD PATH why` of each line of the file.
pub(super) fn listed_open() -> BTreeSet<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/open-doors.txt");
    let text = std::fs::read_to_string(file).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines
        .map(|line| {
            let mut words = line.split_whitespace();
            let (method, path) = (words.next().unwrap(), words.next().unwrap());
            assert!(words.next().is_some(), "say why: {line}");
            format!("{method} {path}")
        })
        .collect()
}

/// The text between quotes after `before`, wherever that stands in a file of the repository.
fn quoted_after(file: &str, before: &str) -> BTreeSet<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    let text = std::fs::read_to_string(file).unwrap();
    text.split(before).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
}

#[test]
fn every_address_the_code_answers_at_is_among_the_doors() {
    let doors = others();
    let mut missing = Vec::new();
    let of_pages = quoted_after("web/src/lib.rs", ".route(\"");
    for path in quoted_after("api/src/lib.rs", ".route(\"").into_iter().chain(of_pages) {
        // A path that goes on is there with anything behind it.
        let begins = path.split('{').next().unwrap();
        let known = |door: &Door| door.path == path || (begins != path && door.path.starts_with(begins));
        if !doors.iter().any(known) {
            missing.push(path);
        }
    }
    for page in quoted_after("proxy/src/own.rs", "            \"") {
        if page.starts_with('/') && !doors.iter().any(|door| door.path == page) {
            missing.push(page);
        }
    }
    for prefix in ["/rest/", "/wiki/", "/jsm/", "/ex/", "/sites/"] {
        assert!(doors.iter().any(|door| door.path.starts_with(prefix)), "{prefix}");
    }
    let gateway =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../proxy/src/gateway.rs"));
    let known = "[\"/rest/\", \"/wiki/\", \"/jsm/\", \"/ex/\", \"/sites/\"]";
    assert!(gateway.unwrap().contains(known), "the data plane claims other prefixes than are tried here");
    assert!(missing.is_empty(), "nobody tries these doors: {missing:?}");
}
