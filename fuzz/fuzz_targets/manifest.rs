//! Any text as a manifest: compile it, and render whatever there is to say.
//!
//! What must hold: every diagnostic has a place in the text, an error keeps the set from being published, and a
//! rulebook that comes out permits nothing to a client it has no manifest for.
#![no_main]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use catalogue::{Call, CanonicalPath, Catalogue};
use libfuzzer_sys::fuzz_target;
use policy::{Known, ManifestFile, Question, Severity, compile, render_human, render_terminal};
use types::{ClientId, Deployment, Face, GrantName, Site, SiteName, Verb};

struct World {
    catalogue: Catalogue,
    sites: BTreeMap<SiteName, Arc<Site>>,
    grants: BTreeSet<GrantName>,
    call: Call,
    stranger: ClientId,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let catalogue = Catalogue::builtin().expect("the builtin table can be read");
    let site = |name: &str, deployment| Arc::new(Site { name: name.parse().expect("a name"), deployment });
    let cloud = Deployment::Cloud {
        cloud_id: "11111111-2222".parse().expect("an id"),
        origin: "https://demo.atlassian.net".into(),
        api_origin: "https://api.atlassian.com".into(),
    };
    let basement = Deployment::JiraDataCenter { base: "https://jira.example.com".into() };
    let sites = [site("demo", cloud), site("basement", basement)];
    let path = CanonicalPath::canonicalise("/rest/api/3/issue/A-1").expect("a path");
    let call = catalogue.recognise(Face::JiraCloud, Verb::Get, &path).expect("an operation");
    World {
        catalogue,
        sites: sites.map(|site| (site.name.clone(), site)).into(),
        grants: ["demo-service-account".parse().expect("a name")].into(),
        call,
        stranger: "stranger".parse().expect("a name"),
    }
});

fuzz_target!(|text: &str| {
    let World { catalogue, sites, grants, call, stranger } = &*WORLD;
    let now = jiff::Timestamp::UNIX_EPOCH;
    let known = Known { sites, grants: Some(grants), now };
    let files = [ManifestFile::new("manifests/etl.toml", text)];
    let diagnostics = match compile(&files, catalogue, &known) {
        Ok(compiled) => {
            assert_eq!(compiled.rulebook.len(), 1);
            let client: ClientId = "etl".parse().expect("a name");
            let manifest = compiled.rulebook.manifest(&client).expect("its manifest");
            let site = &manifest.sites()[0];
            let question = Question { client: &client, user: None, account: None, token_scopes: None, site, call, now };
            if let Ok(permit) = compiled.rulebook.decide(question) {
                assert!(permit.scopes().is_subset(manifest.scopes()));
            }
            assert!(compiled.rulebook.decide(Question { client: stranger, ..question }).is_err());
            assert!(compiled.warnings.iter().all(|one| one.severity == Severity::Warning));
            compiled.warnings
        }
        Err(all) => {
            assert!(all.iter().any(|one| one.severity == Severity::Error));
            all
        }
    };
    let lines = text.split('\n').count();
    for one in &diagnostics {
        assert!(one.line >= 1 && one.column >= 1 && one.line as usize <= lines);
        assert!((one.end.line, one.end.column) >= (one.line, one.column));
    }
    let human = render_human(&diagnostics, &files);
    assert_eq!(human.is_empty(), diagnostics.is_empty());
    assert!(!human.contains('\u{1b}'), "no manifest steers a terminal");
    let _ = render_terminal(&diagnostics, &files);
});
