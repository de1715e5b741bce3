//! A whole gateway in memory, in front of an upstream.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use audit::Recorder;
use base64::Engine as _;
use broker::{Broker, Material, NewGrant};
use bytes::Bytes;
use catalogue::Catalogue;
use clock::Clock;
use egress::{Egress, RequestBody};
use http::response::Parts as Head;
use http::{Request, StatusCode};
use oauth::{Clients, Issuer, NewClient, Sessions};
use policy::{Known, ManifestFile, compile};
use proxy::{Body, Drained, Gateway, Listener, ListenerSettings, Parts, Settings};
use seal::{Keyring, RootKey};
use store::Store;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use traffic::{Admissions, Limits};
use types::{ClientId, Deployment, Secret, Site, SiteName};

pub(crate) const SOON: Duration = Duration::from_secs(20);

const MANIFEST: &str = r#"
owner = "team@example.com"
purpose = "tests"
site = "acme"
grant = "robot"
scopes = ["read:jira-work", "write:jira-work", "read:page:confluence"]
[operations]
ids = ["jira:getIssue", "jira:createIssue", "addComment", "addAttachment", "getAttachmentContent", "getPages"]
"#;

const PEOPLE: &str = r#"
owner = "whoever calls"
purpose = "tests"
site = "acme"
grant = "user"
scopes = ["read:jira-work", "write:jira-work"]
[operations]
effects = ["read", "write"]
"#;

/// How a test wants its gateway.
pub(crate) struct Wish {
    pub(crate) settings: Settings,
    pub(crate) listener: ListenerSettings,
    pub(crate) material: Option<Material>,
    pub(crate) clock: Option<Clock>,
    /// How many calls the client may have under way.
    pub(crate) in_flight: usize,
    /// Whether people call in their own name.
    pub(crate) people: bool,
}

impl Default for Wish {
    fn default() -> Self {
        let listener = ListenerSettings::at(([127, 0, 0, 1], 0).into());
        Self {
            settings: Settings::default(),
            listener,
            material: None,
            clock: None,
            in_flight: 64,
            people: false,
        }
    }
}

pub(crate) struct World {
    pub(crate) address: SocketAddr,
    pub(crate) authorization: String,
    pub(crate) clients: Clients,
    pub(crate) secret: Secret,
    recorder: Recorder,
    pub(crate) admissions: Admissions,
    pub(crate) broker: Broker,
    pub(crate) sessions: Sessions,
    store: Store,
    egress: Egress,
    stop: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<Drained>>,
}

impl World {
    pub(crate) async fn new(upstream: SocketAddr) -> Self {
        Self::with(upstream, Wish::default()).await
    }

    pub(crate) async fn with(upstream: SocketAddr, wish: Wish) -> Self {
        let clock = wish.clock.unwrap_or_else(|| Clock::system().unwrap());
        let store = Store::in_memory().await.unwrap();
        let catalogue = Arc::new(Catalogue::builtin().unwrap());
        let sites = Arc::new(BTreeMap::from([site(upstream)]));
        let known = Known { sites: &sites, grants: None, now: clock.now() };
        let manifests = [("robot.toml", MANIFEST), ("people.toml", PEOPLE)];
        let manifests = manifests.map(|(name, text)| ManifestFile::new(name, text));
        let compiled = compile(&manifests, &catalogue, &known).unwrap();
        let egress =
            Egress::new(&egress::Settings { roots: egress::Roots::WebPki, ..egress::Settings::default() });
        let egress = egress.unwrap();
        let keyring =
            Arc::new(Keyring::new(RootKey::from_bytes(zeroize::Zeroizing::new([7; 32])), Vec::new()));
        let published = Arc::new(ArcSwap::new(Arc::clone(&sites)));
        let broker =
            Broker::start(store.clone(), Arc::clone(&keyring), egress.clone(), clock.clone(), published)
                .await
                .unwrap();
        broker.put(robots_grant(wish.material)).await.unwrap();
        let clients =
            Clients::load(store.clone(), clock.clone(), Arc::clone(&catalogue), keyring).await.unwrap();
        let client = NewClient {
            id: "robot".parse().unwrap(),
            owner: "team@example.com".into(),
            purpose: "tests".into(),
            expires_at: None,
            contact: String::new(),
            profile: oauth::Profile::default(),
        };
        let secret = clients.register(client).await.unwrap().secret;
        let audit = audit::Settings { linger: Duration::ZERO, ..audit::Settings::default() };
        let (recorder, _writer) = Recorder::start(store.clone(), clock.clone(), audit).await.unwrap();
        let limits = Limits { client_in_flight: wish.in_flight, ..Limits::default() };
        let admissions = Admissions::new(limits, clock.clone());
        let gateway = Gateway::new(Parts {
            catalogue,
            rulebook: Arc::new(ArcSwap::from_pointee(compiled.rulebook)),
            clients: clients.clone(),
            broker: broker.clone(),
            admissions: admissions.clone(),
            egress: egress.clone(),
            recorder: recorder.clone(),
            clock: clock.clone(),
            settings: wish.settings,
        });
        let listener = Listener::bind(wish.listener).await.unwrap();
        let address = listener.address().unwrap();
        let sessions = Sessions::new(store.clone(), clock);
        if wish.people {
            clients.serve_people(sessions.clone(), Issuer::new(None, false, address));
        }
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(listener.serve(gateway, elsewhere, async {
            let _dropped = stopped.await;
        }));
        let blob = base64::engine::general_purpose::STANDARD.encode(format!("anyone:{}", secret.open()));
        let authorization = format!("Basic {blob}");
        let (stop, served) = (Some(stop), Some(served));
        Self {
            address,
            authorization,
            clients,
            secret,
            recorder,
            admissions,
            broker,
            sessions,
            store,
            egress,
            stop,
            served,
        }
    }

    /// A request with the client's credential.
    pub(crate) fn request(&self, method: &str, path: &str) -> http::request::Builder {
        Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address))
            .header("authorization", &self.authorization)
    }

    pub(crate) async fn get(&self, path: &str) -> (Head, String) {
        self.send(self.request("GET", path).body(RequestBody::empty()).unwrap()).await
    }

    pub(crate) async fn send(&self, request: Request<RequestBody>) -> (Head, String) {
        let (head, body) = self.try_send(request).await.unwrap();
        (head, String::from_utf8(body.to_vec()).unwrap())
    }

    pub(crate) async fn try_send(
        &self,
        request: Request<RequestBody>,
    ) -> Result<(Head, Bytes), egress::EgressError> {
        self.egress.fetch(request, SOON, 1 << 28).await
    }

    /// A bare connection, for what no HTTP library would send.
    #[allow(clippy::disallowed_methods, reason = "this is a client, played by a test")]
    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Gives the client this profile.
    pub(crate) async fn describe(&self, profile: &str) {
        let mut row = self.store.clients().get(&"robot".parse().unwrap()).await.unwrap().unwrap();
        profile.clone_into(&mut row.profile);
        self.clients.replace(&row).await.unwrap();
    }

    /// What `/metrics` would say.
    pub(crate) fn metrics(&self) -> String {
        self.recorder.metrics().render()
    }

    /// Stops the listener, as an operator would.
    pub(crate) async fn stop(&mut self) -> Drained {
        drop(self.stop.take());
        self.served.take().unwrap().await.unwrap()
    }

    /// Ends the audit, and gives every record of a call or an intent.
    pub(crate) async fn records(&self) -> Vec<audit::Record> {
        self.recorder.stop().await;
        let found = audit::query::search(&self.store, &audit::query::Filter::default()).await.unwrap();
        let of_calls = |kind| matches!(kind, audit::Kind::Call | audit::Kind::Intent);
        let mut records: Vec<_> = found.into_iter().collect();
        records.sort_by_key(|found| found.seq);
        records.into_iter().map(|found| found.record).filter(|record| of_calls(record.kind)).collect()
    }

    pub(crate) async fn record(&self) -> audit::Record {
        let mut records = self.records().await;
        assert_eq!(records.len(), 1, "{records:#?}");
        records.remove(0)
    }
}

/// Everything that is not the data plane's.
async fn elsewhere(request: Request<proxy::Unread>) -> http::Response<Body> {
    if request.uri().path() == "/slow" {
        std::future::pending::<()>().await;
    }
    if request.uri().path() == "/who" {
        let peer = request.extensions().get::<proxy::Peer>().unwrap();
        let certificate = peer.certificate.as_ref();
        let who = certificate.map(|it| format!("{} {}", it.subject().unwrap(), it.is_trusted()));
        return http::Response::new(Body::full(who.unwrap_or_else(|| "nobody".to_owned())));
    }
    http::Response::new(Body::full(format!("elsewhere {}", request.uri().path())))
}

fn robots_grant(material: Option<Material>) -> NewGrant {
    let material = material.unwrap_or_else(|| Material::ApiToken {
        email: "robot@example.com".into(),
        token: Secret::new("upstream-secret".into()),
        scoped: true,
    });
    NewGrant { name: "robot".parse().unwrap(), sites: vec!["acme".parse().unwrap()], material }
}

fn site(upstream: SocketAddr) -> (SiteName, Arc<Site>) {
    let name: SiteName = "acme".parse().unwrap();
    let deployment = Deployment::Cloud {
        cloud_id: "1234".parse().unwrap(),
        origin: "https://acme.atlassian.net".into(),
        api_origin: format!("http://{upstream}"),
    };
    (name.clone(), Arc::new(Site { name, deployment }))
}

/// The refusal a response names.
pub(crate) fn refusal(head: &Head) -> (StatusCode, &str) {
    (head.status, head.headers.get("ticketgate-refusal").map_or("", |name| name.to_str().unwrap()))
}

/// Nobody's upstream token is handed out in these tests.
pub(crate) async fn no_vending(_: &ClientId, _: &SiteName) -> Result<oauth::Vended, types::Refusal> {
    Err(types::Code::Internal.into())
}
