//! What is measured: rulebooks of many clients, and of one with many rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalogue::{Call, CanonicalPath, Catalogue};
use jiff::Timestamp;
use policy::{Compiled, Known, ManifestFile, Rulebook, compile};
use types::{ClientId, Deployment, Face, Site, SiteName, Verb};

/// Client and site names, ids and paths below are all well formed; a bench that cannot start measures nothing.
pub(crate) struct World {
    pub(crate) catalogue: Catalogue,
    pub(crate) sites: BTreeMap<SiteName, Arc<Site>>,
}

impl World {
    pub(crate) fn new() -> Option<Self> {
        let deployment = Deployment::Cloud {
            cloud_id: "11111111-2222".parse().ok()?,
            origin: "https://demo.atlassian.net".into(),
            api_origin: "https://api.atlassian.com".into(),
        };
        let site = Arc::new(Site { name: "demo".parse().ok()?, deployment });
        let sites = [(site.name.clone(), site)].into();
        Some(Self { catalogue: Catalogue::builtin().ok()?, sites })
    }

    pub(crate) fn compile(&self, files: &[ManifestFile]) -> Option<Compiled> {
        let known = Known { sites: &self.sites, grants: None, now: Timestamp::UNIX_EPOCH };
        compile(files, &self.catalogue, &known).ok()
    }

    pub(crate) fn call(&self, verb: Verb) -> Option<Call> {
        let path = CanonicalPath::canonicalise("/rest/api/3/issue/ABC-1").ok()?;
        self.catalogue.recognise(Face::JiraCloud, verb, &path)
    }
}

/// The demo's three manifests in turn, so that manifests are of real size and share their `[operations]`.
pub(crate) fn shared(count: usize) -> Vec<ManifestFile> {
    let texts = [
        include_str!("../../../ticketgate/demo/manifests/release-automation.toml"),
        include_str!("../../../ticketgate/demo/manifests/data-analytics.toml"),
        include_str!("../../../ticketgate/demo/manifests/partner-integrations.toml"),
    ];
    let files = texts.into_iter().cycle().take(count).enumerate();
    files.map(|(number, text)| ManifestFile::new(format!("client-{number}.toml"), text)).collect()
}

/// No two manifests choose the same operations: each denies other tags.
pub(crate) fn distinct(count: usize, catalogue: &Catalogue) -> Vec<ManifestFile> {
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

pub(crate) struct Asked {
    pub(crate) rulebook: Rulebook,
    pub(crate) site: Arc<Site>,
    pub(crate) clients: Vec<ClientId>,
    pub(crate) call: Call,
}

pub(crate) fn asked(clients: usize, verb: Verb) -> Option<Asked> {
    let world = World::new()?;
    let rulebook = world.compile(&shared(clients))?.rulebook;
    let clients: Option<Vec<ClientId>> =
        (0..clients).step_by(3).map(|number| format!("client-{number}").parse().ok()).collect();
    let site = Arc::clone(world.sites.values().next()?);
    Some(Asked { rulebook, site, clients: clients?, call: world.call(verb)? })
}

/// A manifest with this many entries in each of its lists, and hours, users and a fragment too.
pub(crate) fn ruled(rules: usize, catalogue: &Catalogue) -> ManifestFile {
    let list = |make: &dyn Fn(usize) -> String| (0..rules).map(make).collect::<Vec<_>>().join(", ");
    let ids: Vec<&str> = catalogue.ids().collect();
    let deny = list(&|number| format!("{:?}", ids.get(number % ids.len()).copied().unwrap_or_default()));
    let deny = deny.replace("\"getIssue\"", "\"deleteIssue\"");
    let transitions: String = (0..rules.min(256))
        .map(|number| format!("[[transitions]]\nproject = \"P{number}\"\nto = \"Done\"\n"))
        .collect();
    let projects = list(&|number| format!("\"P{number}\""));
    let fields = list(&|number| format!("\"customfield_{number}\""));
    let users = list(&|number| format!("\"account-{number}\""));
    ManifestFile::new(
        "client-0.toml",
        format!(
            "owner = \"team\"\npurpose = \"rules\"\nsite = \"demo\"\ngrant = \"demo-service-account\"\n\
             scopes = [\"read:jira-work\", \"write:jira-work\"]\nstarts = 1969-01-01\non_behalf_of = [{users}]\n\
             [operations]\nids = [\"jira:getIssue\"]\n[operations.deny]\nids = [{deny}]\n\
             [hours]\nzone = \"Europe/Berlin\"\n[projects]\nallow = [{projects}]\n[fields]\nwrite = [{fields}]\n{transitions}"
        ),
    )
}

pub(crate) fn asked_of_rules(rules: usize) -> Option<Asked> {
    let world = World::new()?;
    let rulebook = world.compile(&[ruled(rules, &world.catalogue)])?.rulebook;
    let site = Arc::clone(world.sites.values().next()?);
    Some(Asked { rulebook, site, clients: vec!["client-0".parse().ok()?], call: world.call(Verb::Get)? })
}
