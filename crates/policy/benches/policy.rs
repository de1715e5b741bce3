//! What a decision costs with ten clients and with ten thousand, and what compiling ten thousand manifests costs.
//!
//! `cargo bench -p policy`

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

use catalogue::{Call, CanonicalPath, Catalogue};
use jiff::Timestamp;
use policy::{Compiled, Known, ManifestFile, Question, Rulebook, compile};
use types::{ClientId, Deployment, Face, Site, SiteName, Verb};

fn main() {
    divan::main();
}

const SIZES: &[usize] = &[10, 10_000];

/// Client and site names, ids and paths below are all well formed; a bench that cannot start measures nothing.
struct World {
    catalogue: Catalogue,
    sites: BTreeMap<SiteName, Arc<Site>>,
}

impl World {
    fn new() -> Option<Self> {
        let deployment = Deployment::Cloud {
            cloud_id: "11111111-2222".parse().ok()?,
            origin: "https://demo.atlassian.net".into(),
            api_origin: "https://api.atlassian.com".into(),
        };
        let site = Arc::new(Site { name: "demo".parse().ok()?, deployment });
        let sites = [(site.name.clone(), site)].into();
        Some(Self { catalogue: Catalogue::builtin().ok()?, sites })
    }

    fn compile(&self, files: &[ManifestFile]) -> Option<Compiled> {
        let known = Known { sites: &self.sites, grants: None, now: Timestamp::UNIX_EPOCH };
        compile(files, &self.catalogue, &known).ok()
    }

    fn call(&self, verb: Verb) -> Option<Call> {
        let path = CanonicalPath::canonicalise("/rest/api/3/issue/ABC-1").ok()?;
        self.catalogue.recognise(Face::JiraCloud, verb, &path)
    }
}

/// The demo's three manifests in turn, so that manifests are of real size and share their `[operations]`.
fn shared(count: usize) -> Vec<ManifestFile> {
    let texts = [
        include_str!("../../ticketgate/demo/manifests/release-automation.toml"),
        include_str!("../../ticketgate/demo/manifests/data-analytics.toml"),
        include_str!("../../ticketgate/demo/manifests/partner-integrations.toml"),
    ];
    let files = texts.into_iter().cycle().take(count).enumerate();
    files.map(|(number, text)| ManifestFile::new(format!("client-{number}.toml"), text)).collect()
}

/// No two manifests choose the same operations: each denies other tags.
fn distinct(count: usize, catalogue: &Catalogue) -> Vec<ManifestFile> {
    let tags: Vec<&str> = catalogue.tags().collect();
    let tag = |number: usize| tags.get(number % tags.len()).copied().unwrap_or_default();
    shared(count)
        .into_iter()
        .enumerate()
        .map(|(number, file)| {
            let deny = format!("tags = [{:?}, {:?}]\n", tag(number), tag(number / tags.len() + number + 1));
            let table = if file.text.contains("[operations.deny]") { "" } else { "[operations.deny]\n" };
            ManifestFile::new(file.path, format!("{}{table}{deny}", file.text))
        })
        .collect()
}

struct Asked {
    rulebook: Rulebook,
    site: Arc<Site>,
    clients: Vec<ClientId>,
    call: Call,
}

fn asked(clients: usize, verb: Verb) -> Option<Asked> {
    let world = World::new()?;
    let rulebook = world.compile(&shared(clients))?.rulebook;
    let clients: Option<Vec<ClientId>> =
        (0..clients).step_by(3).map(|number| format!("client-{number}").parse().ok()).collect();
    let site = Arc::clone(world.sites.values().next()?);
    Some(Asked { rulebook, site, clients: clients?, call: world.call(verb)? })
}

fn decide(bencher: divan::Bencher<'_, '_>, clients: usize, busy: usize, verb: Verb) {
    let Some(Asked { rulebook, site, clients, call }) = asked(clients, verb) else { return };
    let ask = |client| {
        let now = Timestamp::UNIX_EPOCH;
        let question =
            Question { client, token_scopes: None, user: None, account: None, site: &site, call: &call, now };
        rulebook.decide(black_box(question)).is_ok()
    };
    // Labels are made at the first permit; what comes after is what counts.
    clients.iter().for_each(|client| {
        black_box(ask(client));
    });
    let mut next = clients.iter().take(busy).cycle();
    bencher.bench_local(|| next.next().map(ask));
}

/// Three busy clients: what the decision itself costs, however many others there are.
#[divan::bench(args = SIZES, sample_count = 200, sample_size = 1_000)]
fn permit(bencher: divan::Bencher<'_, '_>, clients: usize) {
    decide(bencher, clients, 3, Verb::Get);
}

/// Another client each time: with ten thousand of them, mostly the time to fetch from main memory.
#[divan::bench(args = SIZES, sample_count = 200, sample_size = 1_000)]
fn permit_each_client_in_turn(bencher: divan::Bencher<'_, '_>, clients: usize) {
    decide(bencher, clients, usize::MAX, Verb::Get);
}

#[divan::bench(args = SIZES, sample_count = 200, sample_size = 100)]
fn denial(bencher: divan::Bencher<'_, '_>, clients: usize) {
    decide(bencher, clients, 3, Verb::Delete);
}

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn compile_shared(bencher: divan::Bencher<'_, '_>, clients: usize) {
    let Some(world) = World::new() else { return };
    let files = shared(clients);
    bencher.bench_local(|| world.compile(&files));
}

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn compile_distinct(bencher: divan::Bencher<'_, '_>, clients: usize) {
    let Some(world) = World::new() else { return };
    let files = distinct(clients, &world.catalogue);
    bencher.bench_local(|| world.compile(&files));
}
