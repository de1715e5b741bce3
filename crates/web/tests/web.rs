//! The pages about tokens of people's own, and what a page that calls in somebody's name is told.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that meets the unexpected should fail, and helpers outside #[test] functions are tests too"
)]

use std::sync::Arc;

use arc_swap::ArcSwap;
use audit::Recorder;
use axum::Router;
use axum::body::{Body, to_bytes};
use broker::Broker;
use catalogue::Catalogue;
use clock::Clock;
use control::Control;
use control::keys::{KeyFiles, Origin};
use control::operators::Roster;
use egress::Egress;
use http::{HeaderMap, Method, Request, StatusCode, header};
use oauth::{Clients, Issuer, Passes, Sessions, Whence};
use policy::Rulebook;
use seal::{Digest, KeyId, Keyring, RootKey, proof};
use store::Store;
use tower::ServiceExt as _;
use web::{Parts, Resident, router};

const ROSA: &str = "5b10ac8d82e05b22cc7d0001";
const ORIGIN: &str = "http://127.0.0.1:8080";

struct World {
    router: Router,
    clients: Clients,
    sessions: Sessions,
    store: Store,
    recorder: Recorder,
}

/// Somebody's browser.
struct Browser<'w> {
    world: &'w World,
    cookie: String,
}

struct Said {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

/// No keys are kept here.
struct NoFiles;

impl KeyFiles for NoFiles {
    fn origin(&self, _id: KeyId) -> Option<Origin> {
        None
    }

    fn put_current(&self, _old: KeyId, _new: &RootKey) -> std::io::Result<()> {
        Err(std::io::ErrorKind::Unsupported.into())
    }

    fn remove_retired(&self, _id: KeyId) -> std::io::Result<()> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}

async fn world(people: bool) -> World {
    let store = Store::in_memory().await.unwrap();
    let clock = Clock::system().unwrap();
    let catalogue = Arc::new(Catalogue::builtin().unwrap());
    let keyring = Arc::new(Keyring::new(RootKey::from_bytes(zeroize::Zeroizing::new([7; 32])), Vec::new()));
    let clients = Clients::load(store.clone(), clock.clone(), Arc::clone(&catalogue), Arc::clone(&keyring));
    let clients = clients.await.unwrap();
    let settings = audit::Settings { linger: std::time::Duration::ZERO, ..audit::Settings::default() };
    let (recorder, _writer) = Recorder::start(store.clone(), clock.clone(), settings).await.unwrap();
    let sessions = Sessions::new(store.clone(), clock.clone());
    let issuer = Issuer::new(None, false, "127.0.0.1:8080".parse().unwrap());
    if people {
        clients.serve_people(sessions.clone(), issuer.clone());
    }
    let resident = Resident {
        account: ROSA.to_owned(),
        name: "Rosa Release".to_owned(),
        email: "r@example.com".to_owned(),
    };
    let (sites, egress) = (Arc::default(), Egress::new(&egress::Settings::default()).unwrap());
    let ring = Arc::clone(&keyring);
    let broker = Broker::start(store.clone(), ring, egress.clone(), clock.clone(), Arc::clone(&sites));
    let broker = broker.await.unwrap();
    let passes = Passes::new(store.clone(), clock.clone(), Arc::clone(&keyring));
    let rulebook = Arc::new(ArcSwap::from_pointee(Rulebook::empty()));
    let operators =
        Roster::load(&store, "local".parse().unwrap(), Digest::of_text("nobody's")).await.unwrap();
    let control = Control::new(control::Parts {
        store: store.clone(),
        clock,
        catalogue,
        recorder: recorder.clone(),
        rulebook: Arc::clone(&rulebook),
        sites,
        clients: clients.clone(),
        broker: broker.clone(),
        keyring,
        key_files: Arc::new(NoFiles),
        egress,
        operators,
        passes: passes.clone(),
        manifests: "nowhere".into(),
        people: None,
        approval: control::manifests::Approval::default(),
    });
    let router = router(Parts {
        clients: clients.clone(),
        sessions: sessions.clone(),
        rulebook,
        recorder: recorder.clone(),
        issuer,
        residents: Some([resident].into()),
        sign_in: None,
        broker,
        control,
        passes,
    });
    World { router, clients, sessions, store, recorder }
}

impl World {
    async fn browser(&self) -> Browser<'_> {
        let cookie = self.sessions.open(ROSA, "Rosa Release").await.unwrap();
        Browser { world: self, cookie: cookie.open().to_owned() }
    }

    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: String) -> Said {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "127.0.0.1:8080");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let whence = Whence::direct(std::net::Ipv4Addr::LOCALHOST.into());
        let request = request.extension(whence).body(Body::from(body)).unwrap();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = to_bytes(body, 1 << 20).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Said { status: parts.status, headers: parts.headers, text }
    }

    /// What was recorded about tokens: who, what, with which hint.
    async fn records(&self) -> Vec<(String, String, String)> {
        self.recorder.stop().await;
        let found = audit::query::search(&self.store, &audit::query::Filter::default()).await.unwrap();
        let text = |text: &Option<audit::Text>| text.as_ref().unwrap().as_str().to_owned();
        let mut records: Vec<_> = found.into_iter().collect();
        records.sort_by_key(|found| found.seq);
        let of_tokens = records.iter().map(|it| &it.record).filter(|it| it.kind == audit::Kind::Consent);
        of_tokens.map(|it| (text(&it.user), text(&it.operation), text(&it.credential))).collect()
    }
}

impl Browser<'_> {
    async fn get(&self, path: &str) -> Said {
        let cookie = format!("ticketgate={}", self.cookie);
        self.world.send(Method::GET, path, &[("cookie", &cookie)], String::new()).await
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Said {
        let cookie = format!("ticketgate={}", self.cookie);
        let headers = [
            ("cookie", cookie.as_str()),
            ("origin", ORIGIN),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.world.send(Method::POST, path, &headers, form).await
    }

    /// What the form on the first page that makes a token carries.
    async fn proof_of_making(&self) -> String {
        let home = self.get("/").await.text;
        let (_, form) = home.split_once("action=\"/auth/tokens\"").unwrap();
        field(form, "proof")
    }

    async fn make(&self, label: &str, days: &str) -> Said {
        let proof = self.proof_of_making().await;
        self.post("/auth/tokens", &[("proof", &proof), ("label", label), ("days", days)]).await
    }
}

fn field(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

fn token_in(page: &str) -> String {
    let (_, rest) = page.split_once("id=\"token\">").unwrap();
    rest.split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_is_made_shown_once_listed_and_ended() {
    let world = world(true).await;
    let rosa = world.browser().await;
    let home = rosa.get("/").await.text;
    assert!(home.contains("My tokens") && home.contains("value=\"90\"") && home.contains("max=\"365\""));
    let said = rosa.make("laptop <script>", "30").await;
    assert_eq!(said.status, 200, "{}", said.text);
    let token = token_in(&said.text);
    assert!(token.starts_with("tgu_") && token.len() == 53, "{token}");
    assert!(said.text.contains("curl -H") && said.text.contains(&format!("{ORIGIN}/rest/api/3/myself")));
    assert!(said.text.contains("laptop &#60;script&#62;"), "{}", said.text);
    assert_eq!(said.headers[header::CACHE_CONTROL], "no-store");
    let hint = format!("tgu_\u{2026}{}", &token[token.len() - 4..]);

    let home = rosa.get("/").await.text;
    assert!(home.contains(&hint) && !home.contains(&token), "shown once");
    assert!(home.contains("laptop &#60;script&#62;") && home.contains("<dd>never</dd>"));
    let (_, form) = home.split_once("action=\"/auth/tokens/revoke\"").unwrap();
    let (id, proof) = (field(form, "token"), field(form, "proof"));
    let said = rosa.post("/auth/tokens/revoke", &[("token", &id), ("proof", &proof)]).await;
    assert_eq!((said.status.as_u16(), &said.headers[header::LOCATION]), (303, &"/?ended".parse().unwrap()));
    assert!(!rosa.get("/").await.text.contains(&hint));
    let again = rosa.post("/auth/tokens/revoke", &[("token", &id), ("proof", &proof)]).await;
    assert_eq!(again.status, 404);

    let who = ROSA.to_owned();
    let records = world.records().await;
    let expected = ["made a token", "ended a token"].map(|it| (who.clone(), it.to_owned(), hint.clone()));
    assert_eq!(records, expected);
}

#[tokio::test]
async fn a_form_that_is_sent_twice_makes_one_token() {
    let world = world(true).await;
    let rosa = world.browser().await;
    let proof = rosa.proof_of_making().await;
    let fields = [("proof", proof.as_str()), ("label", "laptop"), ("days", "90")];
    assert_eq!(rosa.post("/auth/tokens", &fields).await.status, 200);
    assert_eq!(rosa.post("/auth/tokens", &fields).await.status, 403);
    assert_eq!(world.clients.personal_tokens_of(ROSA).await.unwrap().len(), 1);
}

#[tokio::test]
async fn only_forms_of_the_persons_own_session_do_anything() {
    let world = world(true).await;
    let (rosa, elsewhere) = (world.browser().await, world.browser().await);
    let of_another = elsewhere.proof_of_making().await;
    for proof in [of_another.as_str(), "", "x"] {
        let said = rosa.post("/auth/tokens", &[("proof", proof), ("label", "x"), ("days", "90")]).await;
        assert_eq!(said.status, 403);
        let said = rosa.post("/auth/tokens/revoke", &[("proof", proof), ("token", "x")]).await;
        assert_eq!(said.status, 403);
    }
    let nobody = Browser { world: &world, cookie: String::new() };
    let said = nobody.post("/auth/tokens", &[("proof", &of_another), ("label", "x"), ("days", "90")]).await;
    assert_eq!((said.status.as_u16(), &said.headers[header::LOCATION]), (303, &"/".parse().unwrap()));
    assert!(world.records().await.is_empty());
}

#[tokio::test]
async fn what_cannot_be_is_said_and_nothing_is_recorded() {
    let world = world(true).await;
    let rosa = world.browser().await;
    for (label, days, words) in [
        ("", "90", "1 to 60 characters"),
        ("x", "366", "1 to 365 days"),
        ("x", "0", "1 to 365 days"),
        ("x", "soon", "1 to 365 days"),
    ] {
        let said = rosa.make(label, days).await;
        assert_eq!(said.status, 422, "{}", said.text);
        assert!(said.text.contains(words), "{}", said.text);
    }
    for _ in 0..20 {
        let new = world.clients.new_personal_token((ROSA, "Rosa"), "x", 90).await.unwrap();
        world.clients.keep_personal_token(new).await.unwrap();
    }
    let home = rosa.get("/").await.text;
    assert!(home.contains("as many tokens as you may") && !home.contains("action=\"/auth/tokens\""));
    assert!(world.records().await.is_empty());
}

#[tokio::test]
async fn where_people_do_not_call_in_their_own_name_there_is_nothing_of_it() {
    let world = world(false).await;
    let rosa = world.browser().await;
    assert!(!rosa.get("/").await.text.contains("My tokens"));
    assert_eq!(rosa.post("/auth/tokens", &[]).await.status, 303);
    assert_eq!(rosa.get("/auth/session").await.status, 404);
}

#[tokio::test]
async fn a_page_of_the_gateways_own_and_no_other_is_told_what_calls_prove_themselves_with() {
    let world = world(true).await;
    let rosa = world.browser().await;
    let cookie = format!("ticketgate={}", rosa.cookie);
    let ask = async |more: &[(&str, &str)]| {
        let headers = [&[("cookie", cookie.as_str())], more].concat();
        world.send(Method::GET, "/auth/session", &headers, String::new()).await
    };
    for foreign in [
        &[][..],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "none")],
        &[("origin", "http://evil.example")],
    ] {
        let said = ask(foreign).await;
        assert_eq!(said.status, 403);
        assert!(!said.text.contains("csrf"));
    }
    let said = ask(&[("sec-fetch-site", "same-origin")]).await;
    assert_eq!(said.status, 200, "{}", said.text);
    assert_eq!(said.headers[header::CACHE_CONTROL], "no-store");
    let told: serde_json::Value = serde_json::from_str(&said.text).unwrap();
    assert_eq!((told["name"].as_str(), told["account"].as_str()), (Some("Rosa Release"), Some(ROSA)));
    let session = world.sessions.of(&rosa.cookie).await.unwrap().unwrap();
    assert_eq!(told["csrf"], proof::form(session.digest(), oauth::CALL));
    assert!(told["sites"].is_array() && !said.text.contains(&rosa.cookie));
    let nobody =
        world.send(Method::GET, "/auth/session", &[("sec-fetch-site", "same-origin")], String::new()).await;
    assert_eq!(nobody.status, 401);
}
