//! The audit as a person uses it: searched, exported, verified, and tampered with.

use http::Method;
use serde_json::Value;

use super::harness::{Demo, basic, form, printed, run};
use super::served::Served;

async fn demo_with_calls() -> Demo {
    let demo = Demo::start().await;
    for number in 1..=20 {
        let path = format!("/rest/api/3/issue/REL-{number}");
        demo.call("data-analytics", Method::GET, &path, None).await;
        demo.call("partner-integrations", Method::DELETE, &path, None).await;
    }
    demo.records("client=partner-integrations&decision=refused", 20).await;
    demo.records("client=data-analytics&decision=permitted", 20).await;
    demo
}

fn verify(demo: &Demo, args: &[&str]) -> (Option<i32>, String) {
    let output = run(&[&["audit", "verify"], args].concat(), demo.dir.path());
    (output.status.code(), printed(&output))
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_finds_a_flipped_byte_a_removed_row_and_a_cut_tail() {
    let demo = demo_with_calls().await;
    let export = demo.dir.path().join("audit.jsonl");
    let name = export.to_str().unwrap();
    let output = demo.command(&["audit", "export", "--output", name]);
    assert!(output.status.success(), "{}", printed(&output));
    let (code, words) = verify(&demo, &[name]);
    assert_eq!(code, Some(0), "{words}");
    let own = demo.command(&["audit", "verify"]);
    assert!(own.status.success(), "the data directory's own: {}", printed(&own));

    let text = std::fs::read_to_string(&export).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let last: Value = serde_json::from_str(lines[lines.len() - 1]).unwrap();
    let anchor = format!("{}:{}", last["seq"], last["hash"].as_str().unwrap());

    let flipped = text.replacen("REL-7", "REL-8", 1);
    let mut removed = lines.clone();
    removed.remove(lines.len() / 2);
    let cut = &lines[..lines.len() - 3];
    for (what, tampered) in
        [("flipped", flipped), ("removed", removed.join("\n") + "\n"), ("cut", cut.join("\n") + "\n")]
    {
        std::fs::write(&export, tampered).unwrap();
        let (code, words) = verify(&demo, &[name, "--anchor", &anchor]);
        assert_eq!(code, Some(3), "{what}: {words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_of_a_running_gateway_can_be_verified() {
    let demo = demo_with_calls().await;
    let database = demo.data().join("gateway.db");
    let (code, words) = verify(&demo, &[database.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_compared_with_the_anchors_beside_it_without_being_told_to() {
    let demo = Demo::start().await;
    let (database, anchors) = (demo.data().join("gateway.db"), demo.data().join("audit.anchors"));
    let (code, words) = verify(&demo, &[database.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{words}");
    assert!(words.contains("Confirmed by anchors up to record"), "{words}");
    // As if the end had been cut off since.
    let mut text = std::fs::read_to_string(&anchors).unwrap();
    text.push_str(&format!("999999:{} 2026-11-22T10:00:00Z\n", "0f".repeat(32)));
    std::fs::write(&anchors, text).unwrap();
    let (code, words) = verify(&demo, &[database.to_str().unwrap()]);
    assert_eq!(code, Some(3), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_will_do_as_a_file_of_anchors_in_both_of_its_forms() {
    let (mut served, mut gateway) = Served::start().await;
    let database = served.data().join("gateway.db");
    let verify = |served: &Served, log: &std::path::Path| {
        served.command(&["audit", "verify", database.to_str().unwrap(), "--anchors", log.to_str().unwrap()])
    };
    assert_eq!(gateway.stop(), Some(0));
    let words = verify(&served, &gateway.err);
    assert!(words.contains("Confirmed by anchors up to record"), "{words}");

    let settings = served.dir.path().join("ticketgate.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, format!("{text}[log]\nformat = \"json\"\n")).unwrap();
    let mut gateway = served.serve();
    served.until_alive(&mut gateway).await;
    assert_eq!(gateway.stop(), Some(0));
    let words = verify(&served, &gateway.err);
    assert!(words.contains("Confirmed by anchors up to record"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_and_refused_requests_for_tokens_are_recorded() {
    let demo = Demo::start().await;
    let url = demo.ready["token_url"].as_str().unwrap();
    let good = basic("data-analytics", &demo.secret("data-analytics"));
    let token = form(url, &good, "grant_type=client_credentials").await.json();
    form(url, &basic("data-analytics", "wrong"), "grant_type=client_credentials").await;
    let records = demo.records("kind=token", 4).await;
    // The first two are the demo's own.
    let issued = &records[2];
    assert_eq!(issued["client"], "data-analytics", "{issued}");
    assert_eq!(issued["status"], 200);
    assert_eq!(issued["peer"], "127.0.0.1");
    let hint = issued["issued"].as_str().unwrap().strip_prefix("tga_…").unwrap();
    assert!(token["access_token"].as_str().unwrap().ends_with(hint), "{issued}");
    let refused = &records[3];
    assert_eq!(refused["refusal"], "invalid_client", "{refused}");
    assert_eq!(refused["client"], Value::Null);
    let tail = demo.command(&["audit", "tail", "-n", "2"]);
    let words = printed(&tail);
    assert!(words.contains("data-analytics  got the token tga_…"), "{words}");
    assert!(words.contains("(nobody)  got no token: invalid_client"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_found_by_client_decision_and_issue() {
    let demo = demo_with_calls().await;
    let found = |args: &[&str]| -> Vec<Value> {
        let output = demo.command(&[&["audit", "search", "--json"], args].concat());
        assert!(output.status.success(), "{}", printed(&output));
        String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let refused = found(&["--client", "partner-integrations", "--decision", "refused"]);
    assert!(refused.len() >= 20, "{}", refused.len());
    let of_issue = found(&["--issue", "REL-5", "--client", "data-analytics"]);
    assert_eq!(of_issue.len(), 1, "{of_issue:?}");
    assert!(refused.iter().all(|found| found["record"]["client"] == "partner-integrations"));
    assert_eq!(found(&["--limit", "3"]).len(), 3);
    let tail = demo.command(&["audit", "tail", "-n", "5"]);
    assert_eq!(String::from_utf8(tail.stdout).unwrap().lines().count(), 5);
}
