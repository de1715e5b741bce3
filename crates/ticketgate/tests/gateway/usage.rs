//! From a client nobody remembers to a manifest that says just what it does, and that docs/usage.md is true.

use std::time::Duration;

use http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::harness::{Running, Said, call, printed, run};
use super::served::Served;

const PAGE: &str = include_str!("../../../../docs/usage.md");

fn manifest(scopes: &[&str], ids: &[&str], observe: bool) -> String {
    let observe = if observe { "observe = true\n" } else { "" };
    format!(
        "owner = \"tests\"\npurpose = \"tests\"\nsite = \"demo\"\ngrant = \"standin\"\n{observe}scopes = {scopes:?} # why\n[operations]\nids = {ids:?}\n"
    )
}

fn now() -> Timestamp {
    clock::Clock::system().unwrap().now()
}

struct Story {
    served: Served,
    _process: Running,
}

impl Story {
    fn write(&self, text: &str) {
        std::fs::write(self.served.dir.path().join("manifests/robot.toml"), text).unwrap();
    }

    fn written(&self) -> String {
        std::fs::read_to_string(self.served.dir.path().join("manifests/robot.toml")).unwrap()
    }

    fn json(&self, args: &[&str]) -> (i32, Value) {
        let output = run(&[args, &["--json"]].concat(), self.served.dir.path());
        let said = if output.stdout.is_empty() { &output.stderr } else { &output.stdout };
        let value = serde_json::from_slice(said).unwrap_or_else(|_| panic!("{args:?}: {}", printed(&output)));
        (output.status.code().unwrap(), value)
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Said {
        let url = format!("{}{path}", self.served.gateway());
        call(&url, method, Some(&self.served.authorization()), body).await
    }

    async fn comment(&self) -> Said {
        let text = json!({ "type": "doc", "version": 1, "content": [
            { "type": "paragraph", "content": [{ "type": "text", "text": "seen" }] },
        ] });
        self.call(Method::POST, "/rest/api/3/issue/REL-1/comment", Some(json!({ "body": text }))).await
    }

    async fn look(&self) -> Said {
        self.call(Method::GET, "/rest/api/3/issue/REL-1", None).await
    }

    /// What is on record of a call, once it is durable.
    async fn record_of(&self, said: &Said) -> Value {
        let id = said.headers["ticketgate-request-id"].to_str().unwrap();
        for _ in 0..200 {
            let (_, found) = self.json(&["explain", id]);
            if found["request"] == id {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{id} does not come on record");
    }

    /// Counts by operation: calls, refusals, would-be refusals.
    fn usage(&self) -> Vec<(String, u64, u64, u64)> {
        let (_, usage) = self.json(&["scopes", "usage", "--client", "robot"]);
        let number = |entry: &Value, name: &str| entry[name].as_u64().unwrap();
        let one = |entry: &Value| {
            let operation = entry["operation"].as_str().unwrap().to_owned();
            (operation, number(entry, "calls"), number(entry, "refusals"), number(entry, "would_refuse"))
        };
        usage["entries"].as_array().unwrap().iter().map(one).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_observed_drafted_held_to_it_and_made_smaller() {
    let (served, process) = Served::start().await;
    let story = Story { served, _process: process };
    story.write(&manifest(&["read:jira-work"], &["jira:getIssue"], true));
    let (code, plan) = story.json(&["plan"]);
    assert_eq!(
        (code, plan["changes"]["clients"][0]["facets"][0]["facet"].as_str()),
        (11, Some("observe")),
        "{plan}"
    );
    story.served.command(&["apply"]);
    let (_, usage) = story.json(&["scopes", "usage"]);
    let began: Timestamp = usage["counted"]["since"].as_str().unwrap().parse().unwrap();
    // A window of whole seconds shall reach back to the first record and hold the calls.
    while now().duration_since(began).as_secs() < 2 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }

    assert_eq!(story.look().await.status.as_u16(), 200);
    let commented = story.comment().await;
    assert_eq!(commented.status.as_u16(), 201, "{commented:?}");
    let record = story.record_of(&commented).await;
    assert_eq!(
        (record["would_refuse"].as_str(), record["allowed"].as_bool()),
        (Some("operation-not-permitted"), Some(false))
    );
    let counted = [("jira:addComment".to_owned(), 1, 0, 1), ("jira:getIssue".to_owned(), 1, 0, 0)];
    assert_eq!(story.usage(), counted, "counted once, however often it is asked");
    assert_eq!(story.usage(), counted);
    let (_, found) = story.json(&["audit", "search", "--would-refuse", "--kind", "call"]);
    assert_eq!(found["record"]["operation"], "jira:addComment", "{found}");
    let (_, doctor) = story.json(&["doctor"]);
    assert!(doctor.to_string().contains("robot is observed"), "{doctor}");

    // The draft allows what it did, and nothing else.
    let (_, draft) = story.json(&["manifest", "draft", "robot"]);
    let draft = draft["text"].as_str().unwrap().to_owned();
    story.write(&draft);
    story.served.command(&["apply"]);
    assert_eq!(story.look().await.status.as_u16(), 200, "{draft}");
    assert_eq!(story.comment().await.status.as_u16(), 201, "{draft}");
    let deleted = story.call(Method::DELETE, "/rest/api/3/issue/REL-1", None).await;
    assert_eq!(deleted.refusal(), Some("operation-not-permitted"));
    let other = story.call(Method::GET, "/rest/api/3/issue/DATA-1", None).await;
    assert_eq!(other.status.as_u16(), 404, "{draft}");
    let record = story.record_of(&deleted).await;
    assert_eq!(record["version"], record["version_in_force"]);
    assert!(record["words"].as_str().unwrap().contains("deleteIssue"), "{record}");

    // Too much is given, found to be unused, and taken out.
    let scopes = ["read:jira-work", "write:jira-work", "manage:jira-project"];
    story.write(&manifest(&scopes, &["jira:getIssue", "jira:addComment", "jira:createComponent"], false));
    story.served.command(&["apply"]);
    assert_ne!(
        story.record_of(&deleted).await["version_in_force"],
        record["version"],
        "another is in force now"
    );
    let (_, usage) = story.json(&["scopes", "usage", "--client", "robot", "--unused-for", "1h"]);
    let unused = &usage["unused"][0];
    assert_eq!(unused["operations"][0]["name"], "jira:createComponent", "{unused}");
    assert_eq!(
        (unused["scopes"][0]["name"].as_str(), unused["too_early"].as_bool()),
        (Some("manage:jira-project"), Some(true))
    );
    let before = story.written();
    let minimum = ["scopes", "minimum", "--client", "robot", "--operations", "--write", "--observed"];
    let (code, said) = story.json(&[&minimum[..], &["1h"]].concat());
    assert_eq!((code, story.written()), (3, before), "what was not seen is not known to be unused: {said}");
    let window = format!("{}s", now().duration_since(began).as_secs());
    let (code, said) = story.json(&[&minimum[..], &[&window]].concat());
    assert_eq!(code, 0, "{said}");
    let after = story.written();
    let ids = manifest(&["read:jira-work", "write:jira-work"], &["jira:getIssue", "jira:addComment"], false);
    assert_eq!(after, ids, "comments and all else stay");
    assert_eq!(story.json(&["plan"]).0, 10);
    every_command_of_the_page(&story, &deleted);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_terms_would_hide_from_an_observed_client_it_gets_and_the_record_says_so() {
    let (served, process) = Served::start().await;
    let story = Story { served, _process: process };
    let text = manifest(&["read:jira-work"], &["jira:getIssue"], true);
    story.write(&format!("{text}[projects]\nallow = [\"REL\"]\n"));
    story.served.command(&["apply"]);
    for (path, would) in [("/rest/api/3/issue/REL-1", None), ("/rest/api/3/issue/DATA-1", Some("hidden"))] {
        let said = story.call(Method::GET, path, None).await;
        assert_eq!(said.status.as_u16(), 200, "{path}: {said:?}");
        let record = story.record_of(&said).await;
        assert_eq!(record["would_refuse"].as_str(), would, "{path}: {record}");
    }
    let mut counted = story.usage();
    counted.sort();
    let by_project = [("jira:getIssue".to_owned(), 1, 0, 0), ("jira:getIssue".to_owned(), 1, 0, 1)];
    assert_eq!(counted, by_project);
    story.write(&format!("{text}[projects]\nallow = [\"REL\"]\n").replace("observe = true\n", ""));
    story.served.command(&["apply"]);
    assert_eq!(story.call(Method::GET, "/rest/api/3/issue/DATA-1", None).await.status.as_u16(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn manifests_are_laid_over_the_calls_on_record_before_they_are_live() {
    let (served, process) = Served::start().await;
    let story = Story { served, _process: process };
    let ids = ["jira:getIssue", "jira:addComment", "jira:editIssue"];
    let scopes = ["read:jira-work", "write:jira-work"];
    let live = manifest(&scopes, &ids, false);
    story.write(&live);
    story.served.command(&["apply"]);
    let edit = json!({ "fields": { "summary": "as it was" } });
    let elsewhere = "/rest/api/3/issue/DATA-1";
    let mut said = vec![story.look().await, story.comment().await, story.comment().await];
    said.push(story.call(Method::PUT, "/rest/api/3/issue/REL-1", Some(edit)).await);
    said.push(story.call(Method::GET, elsewhere, None).await);
    said.push(story.call(Method::DELETE, elsewhere, None).await);
    let statuses: Vec<u16> = said.iter().map(|said| said.status.as_u16()).collect();
    assert_eq!(statuses, [200, 201, 201, 204, 200, 403]);
    for said in &said {
        story.record_of(said).await;
    }
    let replay = |text: &str| {
        story.write(text);
        story.json(&["manifest", "replay", "manifests", "--since", "1h", "--client", "robot"])
    };
    let kinds = |view: &Value, which: &str| -> Vec<(String, String, u64)> {
        let all = view[which].as_array().unwrap().iter();
        let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
        all.map(|one| (text(one, "operation"), text(one, "refusal"), one["calls"].as_u64().unwrap()))
            .collect()
    };
    let of = |operation: &str, refusal: &str, calls| vec![(operation.to_owned(), refusal.to_owned(), calls)];
    // The same: nothing would be refused, and what was refused still is.
    let (code, view) = replay(&live);
    assert_eq!((code, view["calls"].as_u64(), view["unsure"].as_u64()), (0, Some(6), Some(0)), "{view}");
    assert!(kinds(&view, "refused").is_empty() && kinds(&view, "let_through").is_empty(), "{view}");
    // Fewer operations.
    let (code, view) = replay(&manifest(&scopes, &["jira:getIssue", "jira:editIssue"], false));
    assert_eq!(code, 3, "{view}");
    assert_eq!(kinds(&view, "refused"), of("jira:addComment", "operation-not-permitted", 2), "{view}");
    let why = view["refused"][0]["why"].as_str().unwrap();
    assert!(why.contains("Add \"jira:addComment\"") || why.contains("addComment"), "{why}");
    assert_eq!(view["refused"][0]["requests"].as_array().unwrap().len(), 2);
    // One project: by the keys that were named.
    let (code, view) = replay(&format!("{live}[projects]\nallow = [\"REL\"]\n"));
    assert_eq!((code, kinds(&view, "refused")), (3, of("jira:getIssue", "hidden", 1)), "{view}");
    // What hangs on bodies is not made up.
    let (code, view) = replay(&format!("{live}[fields]\nwrite = [\"description\"]\n"));
    assert_eq!((code, view["unsure"].as_u64()), (0, Some(1)), "{view}");
    // More: what was refused would go through.
    let more = manifest(&scopes, &[&ids[..], &["jira:deleteIssue"]].concat(), false);
    let (code, view) = replay(&more);
    let refused = of("jira:deleteIssue", "operation-not-permitted", 1);
    assert_eq!((code, kinds(&view, "let_through")), (0, refused), "{view}");
    // ... unless something else is in its way: what was deleted lies outside.
    let (code, view) = replay(&format!("{more}[projects]\nallow = [\"REL\"]\n"));
    assert!(code == 3 && kinds(&view, "let_through").is_empty(), "{view}");
    // By an id nothing is said of a key.
    let (code, view) = replay(&format!("{live}[projects]\nallow = [10000]\n"));
    assert!(code == 0 && view["unsure"].as_u64() > Some(3), "{view}");
    // None of it is live.
    assert_eq!(story.comment().await.status.as_u16(), 201);
}

fn every_command_of_the_page(story: &Story, said: &Said) {
    let id = said.headers["ticketgate-request-id"].to_str().unwrap();
    let commands: Vec<_> = PAGE.lines().filter_map(|line| line.strip_prefix("    ticketgate ")).collect();
    assert!(commands.len() >= 9, "{commands:?}");
    for command in commands {
        std::fs::write(story.served.dir.path().join("call.json"), "{}").unwrap();
        let args: Vec<&str> =
            command.split(' ').map(|word| if word == "REQUEST-ID" { id } else { word }).collect();
        let output = run(&args, story.served.dir.path());
        assert!(output.status.success() && !output.stdout.is_empty(), "{command}: {}", printed(&output));
    }
}
