//! The audit as a person uses it: searched, exported, verified, and tampered with.

use http::Method;
use serde_json::Value;

use super::harness::{Demo, printed, run};

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

#[tokio::test]
async fn verify_finds_a_flipped_byte_a_removed_row_and_a_cut_tail() {
    let demo = demo_with_calls().await;
    let export = demo.dir.path().join("audit.jsonl");
    let name = export.to_str().unwrap();
    let output = demo.command(&["audit", "export", "--output", name]);
    assert!(output.status.success(), "{}", printed(&output));
    let (code, words) = verify(&demo, &[name]);
    assert_eq!(code, Some(0), "{words}");

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

#[tokio::test]
async fn the_database_of_a_running_gateway_can_be_verified() {
    let demo = demo_with_calls().await;
    let database = demo.data().join("gateway.db");
    let (code, words) = verify(&demo, &[database.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{words}");
}

#[tokio::test]
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
