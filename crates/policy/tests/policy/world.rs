//! The surroundings of the tests: the builtin catalogue, three sites, one grant, a day in 2026.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use catalogue::{Call, CanonicalPath, Catalogue, Operation};
use jiff::Timestamp;
use policy::{
    Compiled, Denial, Diagnostic, Known, ManifestFile, ManifestSet, Permit, Question, Rulebook, compile,
};
use types::{Address, ClientId, Deployment, GrantName, Site, SiteName};

pub(crate) static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::builtin().unwrap());

pub(crate) static SITES: LazyLock<BTreeMap<SiteName, Arc<Site>>> = LazyLock::new(|| {
    let cloud = |name: &str, cloud_id: &str| Site {
        name: name.parse().unwrap(),
        deployment: Deployment::Cloud {
            cloud_id: cloud_id.parse().unwrap(),
            origin: format!("https://{name}.atlassian.net"),
            api_origin: "https://api.atlassian.com".into(),
        },
    };
    let basement = Site {
        name: "basement".parse().unwrap(),
        deployment: Deployment::JiraDataCenter { base: "https://jira.example.com".into() },
    };
    [cloud("demo", "11111111-2222"), cloud("other", "33333333-4444"), basement]
        .into_iter()
        .map(|site| (site.name.clone(), Arc::new(site)))
        .collect()
});

pub(crate) static GRANTS: LazyLock<BTreeSet<GrantName>> =
    LazyLock::new(|| ["demo-service-account", "basement-token"].map(|name| name.parse().unwrap()).into());

pub(crate) fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

pub(crate) fn known() -> Known<'static> {
    Known { sites: &SITES, grants: Some(&GRANTS), now: now() }
}

pub(crate) fn try_compile(files: &[ManifestFile]) -> Result<Compiled, Vec<Diagnostic>> {
    compile(files, &CATALOGUE, &known())
}

pub(crate) fn compile_set(set: &ManifestSet) -> Result<Compiled, Vec<Diagnostic>> {
    compile(set, &CATALOGUE, &known())
}

/// The rulebook of manifests that must be right.
pub(crate) fn rulebook(files: &[ManifestFile]) -> Rulebook {
    try_compile(files).unwrap_or_else(|all| panic!("{}", policy::render_human(&all, files))).rulebook
}

/// A manifest of the client `etl` whose facts are in order, with these scopes and this `[operations]`.
pub(crate) fn manifest(scopes: &[&str], operations: &str) -> ManifestFile {
    let facts =
        "owner = \"team\"\npurpose = \"testing\"\nsite = \"demo\"\ngrant = \"demo-service-account\"\n";
    ManifestFile::new(
        "manifests/etl.toml",
        format!("{facts}scopes = {scopes:?}\n\n[operations]\n{operations}\n"),
    )
}

pub(crate) fn etl() -> ClientId {
    "etl".parse().unwrap()
}

/// A call of this operation; `None` when its shape belongs to another operation of the same face and verb.
pub(crate) fn call_of(operation: &Operation) -> Option<Call> {
    let path: Vec<&str> = operation
        .template()
        .split('/')
        .map(|segment| if segment.starts_with('{') { "SAMPLE-1" } else { segment })
        .collect();
    let path = CanonicalPath::canonicalise(&path.join("/")).unwrap();
    let call = CATALOGUE.recognise(operation.face(), operation.verb(), &path)?;
    (call.operation().index() == operation.index()).then_some(call)
}

/// The call of a path at a site.
pub(crate) fn call(site: &Site, verb: &str, path: &str) -> Call {
    let canonical = CanonicalPath::canonicalise(path).unwrap();
    let face = site.face(path.starts_with("/wiki/")).unwrap();
    let found = CATALOGUE.recognise(face, verb.parse().unwrap(), &canonical);
    found.unwrap_or_else(|| panic!("{verb} {path} is no operation"))
}

/// Asks for `verb path` at the client's default site.
pub(crate) fn ask(rulebook: &Rulebook, client: &str, verb: &str, path: &str) -> Result<Permit, Denial> {
    let client: ClientId = client.parse().unwrap();
    let site = rulebook.site_for((&client, None), &Address::Default, now())?;
    let call = call(&site, verb, path);
    rulebook.decide(Question {
        client: &client,
        token_scopes: None,
        user: None,
        account: None,
        site: &site,
        call: &call,
        now: now(),
    })
}

/// The manifests of `ticketgate demo`.
pub(crate) fn demo() -> Vec<ManifestFile> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../ticketgate/demo/manifests");
    ["data-analytics", "partner-integrations", "release-automation"]
        .map(|client| {
            let text = std::fs::read_to_string(format!("{directory}/{client}.toml")).unwrap();
            ManifestFile::new(format!("manifests/{client}.toml"), text)
        })
        .into()
}
