//! A broker over a store in memory, three sites, and permits from a real rulebook.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use audit::Recorder;
use audit::metrics::Metrics;
use broker::{Apps, Broker, CustodySettings, Material, NewGrant, Parts, UpstreamCredential};
use catalogue::{CanonicalPath, Catalogue};
use clock::{Clock, Hands};
use egress::{Egress, Roots};
use policy::{Known, ManifestFile, Permit, Question, compile};
use seal::{Keyring, RootKey};
use store::Store;
use types::{Deployment, Face, GrantName, Refusal, Secret, Site, SiteName, Verb};
use zeroize::Zeroizing;

pub(crate) const CLOUD_ID: &str = "11111111-2222-3333-4444-555555555555";

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::builtin().unwrap());

type Sites = BTreeMap<SiteName, Arc<Site>>;

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) hands: Hands,
    pub(crate) broker: Broker,
    pub(crate) sites: Arc<ArcSwap<Sites>>,
    pub(crate) metrics: Metrics,
    pub(crate) apps: Apps,
    pub(crate) recorder: Recorder,
}

/// `demo` and `other` are Cloud, `jira-dc` and `wiki-dc` Data Center, all at one origin.
fn sites(origin: &str) -> Sites {
    let cloud = |cloud_id: &str| Deployment::Cloud {
        cloud_id: cloud_id.parse().unwrap(),
        origin: format!("{origin}/site"),
        api_origin: origin.to_owned(),
    };
    let all = [
        ("demo", cloud(CLOUD_ID)),
        ("other", cloud("99999999-2222-3333-4444-555555555555")),
        ("jira-dc", Deployment::JiraDataCenter { base: format!("{origin}/dc/jira") }),
        ("wiki-dc", Deployment::ConfluenceDataCenter { base: format!("{origin}/dc/wiki") }),
    ];
    let site = |(name, deployment): (&str, Deployment)| {
        let name: SiteName = name.parse().unwrap();
        (name.clone(), Arc::new(Site { name, deployment }))
    };
    all.into_iter().map(site).collect()
}

pub(crate) fn keyring(key: u8) -> Arc<Keyring> {
    Arc::new(Keyring::new(RootKey::from_bytes(Zeroizing::new([key; 32])), Vec::new()))
}

impl World {
    pub(crate) async fn new(origin: &str) -> Self {
        let clock = Clock::manual("2026-11-22T00:00:00Z".parse().unwrap());
        Self::with(origin, clock, Apps::new()).await
    }

    pub(crate) async fn with(origin: &str, (clock, hands): (Clock, Hands), apps: Apps) -> Self {
        let store = Store::in_memory().await.unwrap();
        let sites = Arc::new(ArcSwap::from_pointee(sites(origin)));
        let settings = audit::Settings { linger: Duration::ZERO, ..audit::Settings::default() };
        let (recorder, _writer) = Recorder::start(store.clone(), clock.clone(), settings).await.unwrap();
        let metrics = recorder.metrics().clone();
        let broker = start(&store, keyring(7), &clock, (&sites, &recorder, &apps)).await;
        Self { store, clock, hands, broker, sites, metrics, apps, recorder }
    }

    /// Another gateway with the same store.
    pub(crate) async fn another(&self, store: &Store) -> Broker {
        start(store, keyring(7), &self.clock, (&self.sites, &self.recorder, &self.apps)).await
    }

    /// The same store seen by a process that has just started, with this root key.
    pub(crate) async fn restart(&mut self, key: u8) {
        let rest = (&self.sites, &self.recorder, &self.apps);
        self.broker = start(&self.store, keyring(key), &self.clock, rest).await;
    }

    pub(crate) fn pass(&self, seconds: u64) {
        self.hands.advance(Duration::from_secs(seconds));
    }

    pub(crate) async fn add_service_account(&self, name: &str, origin: &str) {
        let material = Material::ServiceAccount {
            client_id: name.to_owned(),
            client_secret: Secret::new(format!("secret-of-{name}")),
            token_url: format!("{origin}/oauth/token"),
        };
        self.add(name, &["demo"], material).await;
    }

    pub(crate) async fn add_api_token(&self, name: &str, scoped: bool) {
        let token = Secret::new("hidden-word".to_owned());
        self.add(name, &["demo"], Material::ApiToken { email: "rosa@example.com".to_owned(), token, scoped })
            .await;
    }

    pub(crate) async fn add(&self, name: &str, sites: &[&str], material: Material) {
        let sites = sites.iter().map(|site| site.parse().unwrap()).collect();
        self.broker.put(NewGrant { name: name.parse().unwrap(), sites, material }).await.unwrap();
    }

    /// A permit to read one issue at `site` with `grant`, or as the person whose own that is.
    pub(crate) fn permit(&self, grant: &str, site: &str) -> Permit {
        let own: GrantName = grant.parse().unwrap();
        let own = Some(&own).filter(|own| own.is_of_person());
        let grant = if own.is_some() { GrantName::USER } else { grant };
        let sites = self.sites.load();
        let site = &sites[&site.parse::<SiteName>().unwrap()];
        let face = site.face(false).unwrap();
        let (product, path) = match face {
            Face::JiraCloud => ("jira", "/rest/api/3/issue/REL-1"),
            Face::JiraDataCenter => ("jira-data-center", "/rest/api/2/issue/REL-1"),
            _ => ("confluence-data-center", "/rest/api/content/1"),
        };
        let manifest = format!(
            "owner = \"o\"\npurpose = \"p\"\nsite = \"{}\"\ngrant = \"{grant}\"\nscopes = [\"read:jira-work\"]\n\
             [operations]\neffects = [\"read\"]\nproducts = [\"{product}\"]\n",
            site.name
        );
        let catalogue = &*CATALOGUE;
        let known = Known { sites: &sites, grants: None, now: self.clock.now() };
        let compiled = compile(&[ManifestFile::new("a.toml", manifest.as_str())], catalogue, &known).unwrap();
        let path = CanonicalPath::canonicalise(path).unwrap();
        let call = catalogue.recognise(face, Verb::Get, &path).unwrap();
        let client = "a".parse().unwrap();
        let question = Question {
            client: &client,
            token_scopes: None,
            user: own,
            account: None,
            site,
            call: &call,
            now: self.clock.now(),
        };
        compiled.rulebook.decide(question).unwrap()
    }

    pub(crate) async fn acquire_at(&self, grant: &str, site: &str) -> Result<UpstreamCredential, Refusal> {
        self.broker.acquire(&self.permit(grant, site), Face::JiraCloud).await
    }

    pub(crate) async fn acquire(&self, grant: &str) -> Result<UpstreamCredential, Refusal> {
        self.broker.acquire(&self.permit(grant, "demo"), Face::JiraCloud).await
    }
}

async fn start(
    store: &Store,
    keyring: Arc<Keyring>,
    clock: &Clock,
    (sites, recorder, apps): (&Arc<ArcSwap<Sites>>, &Recorder, &Apps),
) -> Broker {
    let egress =
        Egress::new(&egress::Settings { roots: Roots::WebPki, ..egress::Settings::default() }).unwrap();
    let (store, clock, sites) = (store.clone(), clock.clone(), Arc::clone(sites));
    let (metrics, recorder) = (recorder.metrics().clone(), Some(recorder.clone()));
    let reconnect_at = Some("https://gateway.example".to_owned());
    let custody = CustodySettings { reconnect_at, ..CustodySettings::default() };
    let apps = apps.clone();
    Broker::of(Parts { store, keyring, egress, clock, sites, metrics, recorder, apps, custody })
        .await
        .unwrap()
}
