use std::collections::BTreeMap;
use std::sync::Arc;

use catalogue::Catalogue;
use control::views::{Changes, PlanDigest};
use policy::difference::difference;
use policy::{Known, ManifestFile, ManifestSet, Rulebook, compile};
use types::{Deployment, Site};

use super::*;

const HEAD: &str = "owner = \"team-release\"\npurpose = \"Closes what a release has shipped\"\nsite = \"acme\"\ngrant = \"rel-bot\"\n";

const BEFORE: &str = r#"expires = 2027-06-30
scopes = ["read:jira-work", "write:jira-work"]
[operations]
ids = ["getIssue", "editIssue", "doTransition"]
[projects]
allow = ["REL"]
[fields]
write = ["summary", "fixVersions"]
redact = ["reporter", "assignee"]
[[transitions]]
project = "REL"
to = "Done"
[limits]
requests_per_second = 5
[hours]
from = "08:00"
to = "18:00"
days = ["mon", "tue"]
zone = "Europe/Berlin"
"#;

const AFTER: &str = r#"expires = 2027-12-31
scopes = ["read:jira-work", "write:jira-work"]
[operations]
ids = ["getIssue", "editIssue", "doTransition", "addComment"]
[projects]
allow = ["REL", "APP"]
[issues]
jql = "status != Closed"
[fields]
write = ["summary", "labels"]
redact = ["reporter"]
[[transitions]]
project = "REL"
to = "Done"
[[transitions]]
project = "APP"
from = "In Review"
to = "Done"
[comments]
visibility = "restricted"
roles = ["Developers"]
[limits]
requests_per_second = 10
[hours]
from = "08:00"
to = "20:00"
days = ["mon", "tue"]
zone = "Europe/Berlin"
"#;

const REPORTS: &str = "scopes = [\"read:jira-work\"]\n[operations]\nids = [\"getIssue\", \"getComments\"]\n";

fn compiled(catalogue: &Catalogue, release: &str, guardrails: Option<&str>) -> Rulebook {
    let deployment = Deployment::Cloud {
        cloud_id: "11111111-2222".parse().unwrap(),
        origin: "https://acme.atlassian.net".into(),
        api_origin: "https://api.atlassian.com".into(),
    };
    let site = Arc::new(Site { name: "acme".parse().unwrap(), deployment });
    let sites = BTreeMap::from([(site.name.clone(), site)]);
    let manifests = [("release.toml", release), ("reports.toml", REPORTS)]
        .map(|(name, rest)| ManifestFile::new(name, format!("{HEAD}{rest}")));
    let set = ManifestSet {
        manifests: manifests.into(),
        fragments: Vec::new(),
        guardrails: guardrails.map(|text| ManifestFile::new("guardrails.toml", text)),
    };
    let known = Known { sites: &sites, grants: None, now: "2026-11-22T12:00:00Z".parse().unwrap() };
    compile(&set, catalogue, &known).unwrap().rulebook
}

#[test]
fn a_plan_reads_well_in_a_pull_request() {
    let catalogue = Catalogue::builtin().unwrap();
    let before = compiled(&catalogue, BEFORE, None);
    let guardrails =
        "[operations.deny]\nids = [\"getComments\"]\n[approval.operations]\nids = [\"doTransition\"]\n";
    let after = compiled(&catalogue, AFTER, Some(guardrails));
    let digest = PlanDigest::from_bytes([0xa5; 32]);
    let plan = PlanView {
        digest,
        live: digest,
        live_version: 7,
        proposed: digest,
        differs: true,
        changes: Changes::from(difference(&before, &after)),
        needs_approval: true,
        approved: false,
        warnings: Vec::new(),
    };
    crate::golden::compare("docs/plan-example.md", &markdown(&plan));
}
