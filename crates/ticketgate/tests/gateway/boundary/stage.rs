//! A running demo with a client for each manifest, and what it takes to hold an answer against the table.

use std::collections::BTreeMap;

use bytes::Bytes;
use egress::{Egress, RequestBody};
use http::{Method, Request, header};
use serde_json::{Value, json};

use super::super::harness::{Demo, PATIENCE, Said, basic, printed};
use super::case::{Case, Expected};
use super::outside::World;

/// Clients by name. The first lines of a manifest say what lies outside: `# outside: DATA PART`, `# inside: JQL`,
/// `# spaces outside: DATA`.
const MANIFESTS: [(&str, &str); 12] = [
    ("rel", include_str!("manifests/rel.toml")),
    ("all-but-data", include_str!("manifests/all-but-data.toml")),
    ("part", include_str!("manifests/part.toml")),
    ("desk", include_str!("manifests/desk.toml")),
    ("bugs", include_str!("manifests/bugs.toml")),
    ("condition", include_str!("manifests/condition.toml")),
    ("unleveled", include_str!("manifests/unleveled.toml")),
    ("rel-space", include_str!("manifests/rel-space.toml")),
    ("not-data-space", include_str!("manifests/not-data-space.toml")),
    ("fields", include_str!("manifests/fields.toml")),
    ("steps", include_str!("manifests/steps.toml")),
    ("reader", include_str!("manifests/reader.toml")),
];

const HEAD: &str = "owner = \"team-boundary@example.com\"\npurpose = \"Tries what a boundary holds\"\nsite = \"demo\"\n\
                    grant = \"demo-service-account\"\n";
const OPERATIONS: &str = "[operations]\neffects = [\"read\", \"write\", \"delete\", \"administer\"]\n";

/// What numbers that are nowhere begin with.
const NOWHERE: &str = "9870";

const NOWHERE_ASKED: [&str; 3] = [":blogpost:confluence", ":content.property:confluence", "read:me"];

/// What one client may not be told.
#[derive(Debug)]
struct Client {
    authorization: String,
    /// Keys of projects and spaces.
    outside: Vec<String>,
    secrets: Vec<String>,
    wiki_secrets: Vec<String>,
}

pub(super) struct Stage {
    demo: Demo,
    world: World,
    clients: BTreeMap<&'static str, Client>,
    kept: BTreeMap<String, String>,
    egress: Egress,
}

/// A text of a case as it is sent, and as it would be if what it names existed nowhere.
struct Twins {
    sent: String,
    nowhere: String,
}

impl Stage {
    pub(super) async fn set() -> Self {
        let demo = Demo::start().await;
        let world = World::look(&demo.standin()).await;
        let facts = world.ask(Method::GET, "/standin/facts", None).await;
        let wide =
            facts["service_accounts"].as_array().unwrap().iter().find(|one| one["name"] == "wide").unwrap();
        // The stand-in's account has more than any operation of the catalogue asks for.
        let asked_for = |scope: &&str| !NOWHERE_ASKED.iter().any(|end| scope.ends_with(end));
        let scopes = wide["scopes"].as_array().unwrap().iter().map(|scope| scope.as_str().unwrap());
        let head = format!("{HEAD}scopes = {:?}\n", scopes.filter(asked_for).collect::<Vec<_>>());
        let mut clients = BTreeMap::new();
        for (name, manifest) in MANIFESTS {
            let tables = manifest.find("\n[").map_or(manifest.len(), |at| at + 1);
            let (top, rest) = manifest.split_at(tables);
            let operations = if rest.contains("[operations]") { "" } else { OPERATIONS };
            let path = demo.data().join(format!("manifests/{name}.toml"));
            std::fs::write(path, format!("{head}{top}{operations}{rest}")).unwrap();
            let asked = json!({ "client": name, "owner": "team boundary", "purpose": "tries boundaries" });
            let made = demo.operate(Method::POST, "/api/v1/clients", Some(asked)).await;
            assert_eq!(made.status, 201, "{}", made.text());
            let said = |what: &str| {
                let line = manifest.lines().find_map(|line| line.strip_prefix(&format!("# {what}: ")));
                line.unwrap_or_default().to_owned()
            };
            let outside: Vec<String> = said("outside").split_whitespace().map(str::to_owned).collect();
            let spaces: Vec<String> = said("spaces outside").split_whitespace().map(str::to_owned).collect();
            let inside = said("inside");
            let secrets = if inside.is_empty() { Vec::new() } else { world.secrets(&inside, &outside).await };
            let wiki_secrets = if spaces.is_empty() { Vec::new() } else { world.wiki_secrets(&spaces) };
            let authorization = basic(name, made.json()["client_secret"].as_str().unwrap());
            let outside = outside.into_iter().chain(spaces).collect();
            clients.insert(name, Client { authorization, outside, secrets, wiki_secrets });
        }
        let applied = demo.command(&["apply"]);
        assert!(applied.status.success(), "{}", printed(&applied));
        let settings = egress::Settings { roots: egress::Roots::WebPki, ..Default::default() };
        Self { demo, world, clients, kept: BTreeMap::new(), egress: Egress::new(&settings).unwrap() }
    }

    /// What is wrong about one case.
    pub(super) async fn play(&mut self, case: &Case) -> Vec<String> {
        let Some(client) = case.client.as_deref() else {
            let path = self.fill(&case.path, &[]).sent;
            let body = self.fill(&case.body, &[]).sent;
            let said = self.world.ask(case.method.clone(), &path, serde_json::from_str(&body).ok()).await;
            return self.judge(case, &said.to_string(), None);
        };
        let client = self.clients.get(client).unwrap_or_else(|| panic!("{}: no client {client}", case.at));
        let (authorization, outside) = (client.authorization.clone(), client.outside.clone());
        let (path, body) = (self.fill(&case.path, &outside), self.fill(&case.body, &outside));
        let gateway = self.demo.gateway();
        let said = self.send(case, &format!("{gateway}{}", path.sent), &authorization, &body.sent).await;
        let mut wrong = self.leaks(case, &said, &format!("{} {}", path.sent, body.sent));
        for expected in &case.expected {
            match expected {
                Expected::Status(status) if said.status.as_u16() != *status => {
                    wrong.push(format!("{} {}", said.status, brief(&said.text())));
                }
                Expected::Refused(code) if said.refusal() != Some(code) => {
                    wrong.push(format!(
                        "not refused with {code}: {} {:?} {}",
                        said.status,
                        said.refusal(),
                        brief(&said.text())
                    ));
                }
                Expected::Hidden | Expected::Unseen => {
                    if said.status.is_success() || said.refusal().is_some() {
                        wrong.push(format!(
                            "it is seen: {} {:?} {}",
                            said.status,
                            said.refusal(),
                            brief(&said.text())
                        ));
                    }
                    let twin = self
                        .send(case, &format!("{gateway}{}", path.nowhere), &authorization, &body.nowhere)
                        .await;
                    wrong.extend(differ(&said, &twin, "the gateway of what is nowhere"));
                }
                _ => {}
            }
            if matches!(expected, Expected::Hidden) {
                let url = format!("{}{}", self.demo.standin(), path.nowhere);
                let theirs = self.send(case, &url, self.world.authorization(), &body.nowhere).await;
                wrong.extend(differ(&said, &theirs, "the stand-in of what is nowhere"));
            }
        }
        wrong.extend(self.judge(case, &said.text(), Some(said.status.as_u16())));
        wrong
    }

    /// Expectations about a body.
    fn judge(&mut self, case: &Case, text: &str, status: Option<u16>) -> Vec<String> {
        let mut wrong = Vec::new();
        let json: Value = serde_json::from_str(text).unwrap_or_default();
        for expected in &case.expected {
            let complaint = match expected {
                Expected::Has(wanted) => {
                    (!text.contains(&self.fill(wanted, &[]).sent)).then_some("it has it not")
                }
                Expected::Lacks(wanted) => text.contains(&self.fill(wanted, &[]).sent).then_some("it has it"),
                Expected::Count(count, pointer) => {
                    let found = json.pointer(pointer).and_then(Value::as_array).map(Vec::len);
                    (found != Some(*count)).then_some("another count")
                }
                Expected::Is(value, pointer) => {
                    (json.pointer(pointer).unwrap_or(&Value::Null) != value).then_some("another value")
                }
                Expected::Keep(name, pointer) => match json.pointer(pointer) {
                    Some(value) => {
                        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                        self.kept.insert(name.clone(), value);
                        None
                    }
                    None => Some("nothing to keep"),
                },
                _ => None,
            };
            wrong.extend(
                complaint.map(|complaint| format!("{expected:?}: {complaint}: {status:?} {}", brief(text))),
            );
        }
        wrong
    }

    /// What an answer tells that lies outside. What the client said itself it is not told.
    fn leaks(&self, case: &Case, said: &Said, asked: &str) -> Vec<String> {
        let client = &self.clients[case.client.as_deref().unwrap_or_default()];
        let secrets = if case.path.starts_with("/wiki/") { &client.wiki_secrets } else { &client.secrets };
        let asked = asked.replace("%20", " ").replace("%22", "\"").to_uppercase();
        let texts = std::iter::once(said.text())
            .chain(said.headers.values().filter_map(|value| value.to_str().ok().map(str::to_owned)));
        let texts: Vec<String> = texts.collect();
        let told = secrets.iter().filter(|secret| texts.iter().any(|text| holds(text, secret)));
        told.filter(|secret| !holds(&asked, &secret.to_uppercase()))
            .map(|secret| format!("it tells {secret:?}: {} {}", said.status, around(&said.text(), secret)))
            .collect()
    }

    async fn send(&self, case: &Case, url: &str, authorization: &str, body: &str) -> Said {
        let mut request = Request::builder().method(case.method.clone()).uri(url);
        let given = |name: &str| case.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
        if !given("accept") {
            request = request.header(header::ACCEPT, "application/json");
        }
        if !body.is_empty() && !given("content-type") {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        for (name, value) in &case.headers {
            request = request.header(name, value);
        }
        request = request.header(header::AUTHORIZATION, authorization);
        // In headers of several lines, and in the bodies of uploads, \r\n stands for itself.
        let body = if given("content-type") { body.replace("\\r\\n", "\r\n") } else { body.to_owned() };
        let body = if body.is_empty() { RequestBody::empty() } else { RequestBody::full(Bytes::from(body)) };
        let request = request.body(body).unwrap_or_else(|error| panic!("{}: {error}: {url}", case.at));
        let fetched = self.egress.fetch(request, PATIENCE, 64 << 20).await;
        let (parts, body) = fetched.unwrap_or_else(|error| panic!("{}: {error}", case.at));
        Said { status: parts.status, headers: parts.headers, body }
    }

    /// `$(...)` replaced, and the same with names that nothing has.
    fn fill(&self, text: &str, outside: &[String]) -> Twins {
        let (mut sent, mut nowhere, mut rest) = (String::new(), String::new(), text);
        while let Some((before, after)) = rest.split_once("$(") {
            let (name, after) = after.split_once(')').unwrap();
            sent.push_str(before);
            nowhere.push_str(&elsewhere(before, outside));
            if let Some(kept) = name.strip_prefix("kept ") {
                // What an earlier case failed to keep is complained about there.
                let value = self.kept.get(kept).map_or("nothing-kept", |value| value);
                sent.push_str(value);
                nowhere.push_str(&elsewhere(value, outside));
            } else if let Some(literal) = name.strip_prefix("not ") {
                // Something outside that does not look like it.
                let (before, number) = literal.split_at(literal.rfind('-').map_or(0, |at| at + 1));
                sent.push_str(literal);
                nowhere.push_str(&format!("{before}{NOWHERE}{number}"));
            } else if let Some(length) = name.strip_prefix("long ") {
                let long = "x".repeat(length.parse().unwrap());
                sent.push_str(&long);
                nowhere.push_str(&long);
            } else if let Some(depth) = name.strip_prefix("deep ") {
                let depth: usize = depth.parse().unwrap();
                let deep = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
                sent.push_str(&deep);
                nowhere.push_str(&deep);
            } else {
                let found = self.world.named(name, outside);
                let (value, is_outside) = found.unwrap_or_else(|| panic!("there is no {name}"));
                let twin = if is_outside && value.bytes().all(|byte| byte.is_ascii_digit()) {
                    format!("{NOWHERE}{value}")
                } else {
                    elsewhere(&value, outside)
                };
                nowhere.push_str(&twin);
                sent.push_str(&value);
            }
            rest = after;
        }
        sent.push_str(rest);
        nowhere.push_str(&elsewhere(rest, outside));
        Twins { sent, nowhere }
    }
}

/// A text with other keys of projects and spaces than there are: `NDATA-1` for `DATA-1`.
fn elsewhere(text: &str, outside: &[String]) -> String {
    let mut other = String::new();
    let mut word = String::new();
    for letter in text.chars().chain(['\0']) {
        if letter.is_ascii_alphanumeric() {
            word.push(letter);
            continue;
        }
        if outside.iter().any(|key| key.eq_ignore_ascii_case(&word)) {
            other.push(if word.starts_with(|first: char| first.is_ascii_lowercase()) { 'n' } else { 'N' });
        }
        other.push_str(&std::mem::take(&mut word));
        other.push(letter);
    }
    other.pop();
    other
}

/// Whether two answers differ by more than the names that are nowhere.
fn differ(said: &Said, twin: &Said, whose: &str) -> Option<String> {
    let mut theirs = twin.text();
    for key in ["REL", "DATA", "PART", "DESK", "SEC"] {
        theirs = theirs.replace(&format!("N{key}"), key);
        let small = key.to_lowercase();
        theirs = theirs.replace(&format!("n{small}"), &small);
    }
    let theirs = theirs.replace(NOWHERE, "");
    let own = said.text().replace(NOWHERE, "");
    let kind = |said: &Said| said.headers.get(header::CONTENT_TYPE).cloned();
    let same = said.status == twin.status && own == theirs && kind(said) == kind(twin);
    (!same).then(|| {
        format!(
            "{whose}: {} {} differs from {} {}",
            twin.status,
            brief(&theirs),
            said.status,
            brief(&said.text())
        )
    })
}

/// Whether a text holds a secret as a word of its own.
fn holds(text: &str, secret: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    text.match_indices(secret).any(|(at, found)| {
        let (before, rest) = text.split_at(at);
        let before = before.chars().next_back().is_some_and(is_part);
        let after = rest.chars().nth(found.chars().count()).is_some_and(is_part);
        !before && !after
    })
}

fn brief(text: &str) -> String {
    text.chars().take(400).collect()
}

fn around(text: &str, secret: &str) -> String {
    let at = text.find(secret).unwrap_or(0);
    text.chars().skip(text.split_at(at).0.chars().count().saturating_sub(160)).take(360).collect()
}
