//! Any text as a manifest, a fragment, guardrails and an elevation: compile them, and render whatever there is to say.
//!
//! What must hold: every diagnostic has a place in the text of its file, an error keeps the set from being published, and a
//! rulebook that comes out permits nothing to a client it has no manifest for.
#![no_main]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use catalogue::{Call, CanonicalPath, Catalogue};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use policy::{
    Elevation, Known, ManifestFile, ManifestSet, Question, Rulebook, Severity, Sources, Terms,
    TransitionFacts, compile, render_human, render_terminal,
};
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

/// A manifest; after a line of `---` a fragment called `base`, after another the guardrails, and after a last one an elevation that
/// holds for a second.
fn files(text: &str) -> (ManifestSet, Vec<Elevation>) {
    let mut parts = text.splitn(4, "\n---\n");
    let mut next = |path: &str| parts.next().map(|text| ManifestFile::new(path, text));
    let set = ManifestSet {
        manifests: next("manifests/etl.toml").into_iter().collect(),
        fragments: next("shared/base.toml").into_iter().collect(),
        guardrails: next("guardrails.toml"),
    };
    let client: ClientId = "etl".parse().expect("a name");
    let until = Timestamp::from_second(1).expect("a second");
    let elevation = |file| Elevation { client: client.clone(), account: None, until, file };
    (set, next("elevation.toml").map(elevation).into_iter().collect())
}

fuzz_target!(|text: &str| {
    let World { catalogue, sites, grants, call, stranger } = &*WORLD;
    let now = Timestamp::UNIX_EPOCH;
    let known = Known { sites, grants: Some(grants), now };
    let (files, elevations) = files(text);
    let sources = Sources { elevations: &elevations, ..Sources::from(&files) };
    let diagnostics = match compile(sources, catalogue, &known) {
        Ok(compiled) => {
            assert_eq!(compiled.rulebook.len(), 1);
            let client: ClientId = "etl".parse().expect("a name");
            let manifest = compiled.rulebook.manifest_at(&client, None, now).expect("its manifest");
            let site = &manifest.sites()[0];
            let question =
                Question { client: &client, user: None, account: None, token_scopes: None, site, call, now };
            match compiled.rulebook.decide(question) {
                Ok(permit) => {
                    assert!(permit.scopes().is_subset(manifest.scopes()));
                    assert!(!compiled.rulebook.guardrails().denies(permit.operation()));
                    look_at(permit.terms());
                }
                Err(denial) => assert!(!denial.sentence.is_empty()),
            }
            assert!(compiled.rulebook.decide(Question { client: stranger, ..question }).is_err());
            ends(&compiled.rulebook, &client, question);
            assert!(compiled.warnings.iter().all(|one| one.severity == Severity::Warning));
            compiled.warnings
        }
        Err(all) => {
            assert!(all.iter().any(|one| one.severity == Severity::Error));
            all
        }
    };
    for one in &diagnostics {
        let all = || files.files().chain(elevations.iter().map(|elevation| &elevation.file));
        let file = all().find(|file| *file.path == *one.path).expect("its file");
        let lines = file.text.split('\n').count();
        assert!(one.line >= 1 && one.column >= 1 && one.line as usize <= lines);
        assert!((one.end.line, one.end.column) >= (one.line, one.column));
    }
    let all = || files.files().chain(elevations.iter().map(|elevation| &elevation.file));
    let human = render_human(&diagnostics, all());
    assert_eq!(human.is_empty(), diagnostics.is_empty());
    assert!(!human.contains('\u{1b}'), "no manifest steers a terminal");
    let _ = render_terminal(&diagnostics, all());
});

/// When its time is over, an elevation is as if it had never been.
fn ends(rulebook: &Rulebook, client: &ClientId, question: Question<'_>) {
    let later = Question { now: Timestamp::from_second(1).expect("a second"), ..question };
    let without = rulebook.elevated_as(&Rulebook::empty());
    let label = |rulebook: &Rulebook| rulebook.decide(later).map(|permit| permit.rule().to_string()).ok();
    assert_eq!(label(rulebook), label(&without));
    if rulebook.with_elevation_of(client, None).is_none() {
        let now = |rulebook: &Rulebook| rulebook.decide(question).is_ok();
        assert_eq!(now(rulebook), now(&without));
    }
}

/// What is not known is let in nowhere where a list would have to know it, whatever the terms.
fn look_at(terms: &Terms) {
    let boundary = terms.boundary();
    if boundary.bounds_projects() {
        assert!(!boundary.allows_project("", ""));
        assert!(boundary.as_jql().is_some_and(|jql| !jql.is_empty()));
    }
    assert!(!boundary.bounds_spaces() || !boundary.allows_space("", ""));
    assert_eq!(terms.fields().redacted().count() > 0, terms.fields().redacts_any());
    let unknown = terms.transitions().allows(&TransitionFacts::default());
    assert!(unknown == terms.transitions().is_free() || !unknown);
}
