//! What `ticketgate doctor` looks at when no gateway runs.

use std::path::Path;

use clock::Clock;
use http::Method;
use serde_json::{Value, json};
use standin::{Settings, Standin};

use super::harness::{call, printed, run};

// The stand-in lives in the test, and commands block a thread while they wait for it: hence two threads in each test.

/// A folder with settings that name a Cloud site, a Jira and a Confluence Data Center of the stand-in.
async fn three_sites() -> (tempfile::TempDir, Standin) {
    let dir = tempfile::tempdir().unwrap();
    let standin = Standin::start(Settings::new(Clock::system().unwrap())).await.unwrap();
    let facts = standin.demo_facts();
    let settings = format!(
        "listen = \"127.0.0.1:0\"\n[sites.acme]\nurl = {:?}\n\
         [sites.jira]\nkind = \"jira-data-center\"\nurl = {:?}\n\
         [sites.wiki]\nkind = \"confluence-data-center\"\nurl = {:?}\n",
        facts.sites[0].origin, facts.data_center_jira, facts.data_center_confluence
    );
    std::fs::write(dir.path().join("ticketgate.toml"), settings).unwrap();
    std::fs::create_dir(dir.path().join("manifests")).unwrap();
    (dir, standin)
}

/// Grade and words of what is said about sites, in order.
fn sites(dir: &Path) -> Vec<(String, String)> {
    let output = run(&["doctor", "--json"], dir);
    let findings: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", printed(&output)));
    let about_sites = findings.as_array().unwrap().iter().filter(|finding| finding["about"] == "site");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    about_sites.map(|finding| (text(&finding["grade"]), text(&finding["words"]))).collect()
}

fn grades(found: &[(String, String)]) -> Vec<&str> {
    found.iter().map(|(grade, _)| grade.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_looks_at_data_center_sites_as_well_as_at_cloud_sites() {
    let (dir, standin) = three_sites().await;
    let found = sites(dir.path());
    assert_eq!(grades(&found), ["ok", "ok", "ok"], "{found:?}");
    assert!(found[1].1.starts_with("jira ") && found[2].1.starts_with("wiki "), "{found:?}");

    let fault = json!({
        "match": { "path_prefix": "/dc/jira/status" },
        "action": { "answer": { "status": 503, "body": { "state": "STARTING" } } },
    });
    let set = call(&format!("{}/standin/faults", standin.origin()), Method::PUT, None, Some(fault)).await;
    assert!(set.status.is_success(), "{set:?}");
    let found = sites(dir.path());
    assert_eq!(grades(&found), ["ok", "fail", "ok"], "{found:?}");
    assert!(found[1].1.contains("STARTING"), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_center_url_that_leads_elsewhere_or_nowhere_is_found() {
    let (dir, standin) = three_sites().await;
    let file = dir.path().join("ticketgate.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("/dc/jira", "/dc/other")).unwrap();
    let found = sites(dir.path());
    assert_eq!(grades(&found), ["ok", "warn", "ok"], "{found:?}");
    standin.stop().await;
    let found = sites(dir.path());
    assert_eq!(grades(&found), ["fail", "fail", "fail"], "{found:?}");
}
