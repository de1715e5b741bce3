//! More for a time: asked for with a reason, approved by somebody else as what it comes to, over by itself.

use http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Gateway, READ, WIDENING, digest, manifest};
use crate::gateway::harness::{PATIENCE, basic, call};

const ADDS: &str = "[operations]\nids = [\"jira:setIssueProperty\"]\n";

impl Gateway {
    /// With a manifest in force that lets `robot` read.
    async fn reading(settings: &str) -> Self {
        let gateway = Self::start(settings).await;
        gateway.write(&manifest(&[READ]));
        let (code, proposal) = gateway.run_as("ada", &["apply"]);
        if code == 12 {
            assert_eq!(gateway.run_as("vera", &["approve", &digest(&proposal)]).0, 0);
            assert_eq!(gateway.run_as("ada", &["apply"]).0, 0);
        }
        std::fs::write(gateway.dir().join("more.toml"), ADDS).unwrap();
        assert_eq!(gateway.may().await, (true, false));
        gateway
    }

    fn elevate(&self, lasts: &str) -> (i32, Value) {
        let reason = "the release of Friday is stuck";
        self.run_as("ada", &["elevate", "robot", "more.toml", "--for", lasts, "--reason", reason])
    }

    /// What the gateway says to the client itself.
    async fn robot(&self, method: Method, path: &str, body: Option<Value>) -> super::Said {
        let url = format!("{}/oauth/elevations{path}", self.served.gateway());
        call(&url, method, Some(&self.served.authorization()), body).await
    }

    /// The status of the answer to a text that is JSON and does not say so.
    async fn plain_text(&self, body: &Value) -> u16 {
        let request = http::Request::post(format!("{}/oauth/elevations", self.served.gateway()))
            .header("authorization", self.served.authorization())
            .header("content-type", "text/plain")
            .body(egress::RequestBody::full(bytes::Bytes::from(body.to_string())));
        let settings = egress::Settings { roots: egress::Roots::WebPki, ..Default::default() };
        let egress = egress::Egress::new(&settings).unwrap();
        egress.fetch(request.unwrap(), PATIENCE, 1 << 20).await.unwrap().0.status.as_u16()
    }

    /// Changes on record, the oldest first, of this action.
    async fn changes(&self, action: &str) -> Vec<Value> {
        let said = self.ask("ada", Method::GET, "/audit/search?kind=change&limit=1000", None).await.json();
        let all = said["records"].as_array().unwrap().iter().map(|found| found["record"]["change"].clone());
        all.filter(|change| change["action"] == action).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_waits_for_somebody_else_and_holds_from_their_yes_on() {
    let mut gateway = Gateway::reading(WIDENING).await;
    let (code, asked) = gateway.elevate("1h");
    assert_eq!((code, asked["state"].as_str()), (12, Some("waits")), "{asked}");
    let plan = digest(&asked);
    // What it comes to is enumerated, and whoever says yes sees what stands there.
    let facets = asked["changes"]["clients"][0]["facets"].as_array().unwrap();
    assert_eq!(facets[0]["gained"], json!(["jira:setIssueProperty at demo"]), "{asked}");
    assert_eq!(facets.len(), 1, "{asked}");
    let shown = gateway.run_as("vera", &["elevations", &plan]).1;
    assert_eq!((&shown["adds"], &shown["reason"]), (&json!(ADDS), &asked["reason"]));
    assert_eq!(gateway.may().await, (true, false), "asking changes nothing");
    let (code, said) = gateway.run_as("ada", &["approve", &plan]);
    assert!(code == 5 && said.to_string().contains("nobody approves what they asked for"), "{said}");

    let (code, approved) = gateway.run_as("vera", &["approve", &plan]);
    assert_eq!((code, approved["state"].as_str()), (0, Some("holds")), "{approved}");
    assert_eq!(gateway.may().await, (true, true));
    assert_eq!(gateway.run_as("ada", &["plan"]).0, 0, "what is in force is the manifest all the same");
    // kill -9 changes nothing about it.
    gateway.restart(true).await;
    assert_eq!(gateway.may().await, (true, true));
    let (code, _) = gateway.run_as("vera", &["elevations", &plan, "--end"]);
    assert_eq!(code, 0);
    assert_eq!(gateway.may().await, (true, false));
    assert_eq!(gateway.run_as("vera", &["approve", &plan]).0, 5, "a yes is for once");

    // Everything is on record: who asked, what for, who said yes, who ended it.
    for (action, operator, words) in [
        ("elevation ask", "ada", "the release of Friday is stuck"),
        ("elevation begin", "vera", "\"operator\":\"vera\""),
        ("elevation end", "vera", "vera ended it"),
    ] {
        let found = gateway.changes(action).await;
        assert_eq!(found.len(), 1, "{action}: {found:?}");
        assert_eq!(
            (&found[0]["operator"], &found[0]["target"]),
            (&json!(operator), &json!(plan)),
            "{action}"
        );
        assert!(found[0]["after"].as_str().unwrap().contains(words), "{action}: {}", found[0]);
    }
    let rule = format!("elevation-{}.toml:2 ids \"jira:setIssueProperty\"", plan.get(..12).unwrap());
    let by_it = async {
        loop {
            let path = "/audit/search?kind=call&client=robot&limit=1000";
            let said = gateway.ask("ada", Method::GET, path, None).await.json();
            let records = said["records"].as_array().unwrap();
            if let Some(found) = records.iter().find(|found| found["record"]["rule"] == json!(rule)) {
                assert_eq!(
                    found["record"]["elevation"],
                    json!(format!("elevation-{}", plan.get(..12).unwrap()))
                );
                return found["record"]["id"].as_str().unwrap().to_owned();
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let id = tokio::time::timeout(PATIENCE, by_it).await.expect("no call is on record that it permitted");
    // And why it was permitted can be asked when it is over.
    let why = gateway.ask("ada", Method::GET, &format!("/explain/{id}"), None).await.json();
    assert_eq!(why["allowed"], true, "{why}");
    assert!(why["steps"].as_array().unwrap().iter().any(|step| step["rule"] == "elevation"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_asks_for_itself_and_it_ends_by_itself() {
    // Where nobody's yes is asked for a change of the manifests, it is asked for what a client wants.
    let gateway = Gateway::reading("").await;
    let asked = json!({ "adds": ADDS, "seconds": 2, "reason": "stuck" });
    let said = gateway.robot(Method::POST, "", Some(asked.clone())).await;
    let view = said.json();
    assert_eq!((said.status.as_u16(), view["state"].as_str()), (201, Some("waits")), "{said:?}");
    assert_eq!(view["asked_by"], json!({ "by": "client" }));
    let plan = digest(&view);
    let again = gateway.robot(Method::POST, "", Some(asked)).await.json();
    assert_eq!(digest(&again), plan, "asked twice is asked once");
    // Nobody else's, and not without a credential.
    let url = format!("{}/oauth/elevations/{plan}", gateway.served.gateway());
    assert_eq!(call(&url, Method::GET, None, None).await.status, 401);
    let wrong = basic("robot", "tgs_wrong");
    assert_eq!(call(&url, Method::GET, Some(&wrong), None).await.status, 401);
    let (_, other) =
        gateway.run_as("ada", &["client", "register", "other", "--owner", "tests", "--purpose", "tests"]);
    let other = basic("other", other["client_secret"].as_str().unwrap());
    assert_eq!(call(&url, Method::GET, Some(&other), None).await.status, 404);
    assert_eq!(call(&url, Method::DELETE, Some(&other), None).await.status, 404);

    let (code, approved) = gateway.run_as("vera", &["approve", &plan]);
    assert_eq!(code, 0, "{approved}");
    let until: Timestamp = approved["until"].as_str().unwrap().parse().unwrap();
    assert_eq!(gateway.may().await, (true, true));
    let over = async { while gateway.may().await.1 {} };
    tokio::time::timeout(PATIENCE, over).await.expect("it never ends");
    let now = clock::Clock::system().unwrap().now();
    assert!(now >= until, "it ended before its time: {now}");
    let said = gateway.robot(Method::GET, &format!("/{plan}"), None).await.json();
    assert_eq!(
        (&said["state"], &said["ended_why"]),
        (&json!("ended"), &json!("its time was over")),
        "{said}"
    );
    // Whatever was permitted by it had arrived before its end.
    let said = gateway.ask("ada", Method::GET, "/audit/search?client=robot&limit=1000", None).await.json();
    let records = said["records"].as_array().unwrap().iter().map(|found| &found["record"]);
    let by_it =
        records.filter(|record| record["rule"].as_str().is_some_and(|rule| rule.starts_with("elevation-")));
    let times: Vec<Timestamp> = by_it.map(|record| record["at"].as_str().unwrap().parse().unwrap()).collect();
    assert!(!times.is_empty() && times.iter().all(|at| *at < until), "{until}: {times:?}");
    // Its end is put on record, by nobody's doing.
    let recorded = async {
        while gateway.changes("elevation end").await.is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(PATIENCE, recorded).await.expect("its end is never put on record");
    assert_eq!(gateway.changes("elevation end").await[0]["operator"], "gateway");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_was_added_to_must_stay_what_it_was() {
    let gateway = Gateway::reading("").await;
    // An operator who may publish alone may elevate alone.
    let (code, held) = gateway.elevate("1h");
    assert_eq!((code, held["state"].as_str()), (0, Some("holds")), "{held}");
    assert_eq!(gateway.may().await, (true, true));
    // Another client's manifest makes no difference.
    let other = manifest(&[READ]);
    std::fs::write(gateway.dir().join("manifests/other.toml"), other).unwrap();
    assert_eq!(gateway.run_as("ada", &["apply"]).0, 0);
    assert_eq!(gateway.may().await, (true, true));
    // One of its own does: nobody has seen that sum.
    let waiting = json!({ "adds": "[operations]\nids = [\"editIssue\"]", "seconds": 60, "reason": "later" });
    let waiting = digest(&gateway.robot(Method::POST, "", Some(waiting)).await.json());
    gateway.write(&manifest(&[READ, "getIssueWatchers"]));
    assert_eq!(gateway.run_as("ada", &["apply"]).0, 0);
    assert_eq!(gateway.may().await, (true, false));
    let shown = gateway.run_as("ada", &["elevations", &digest(&held)]).1;
    assert_eq!(shown["ended_why"], "the manifest it was added to has changed", "{shown}");
    let (code, said) = gateway.run_as("vera", &["approve", &waiting]);
    assert!(code == 5 && said.to_string().contains("comes to something else now"), "{code} {said}");
    assert_eq!(gateway.run_as("vera", &["elevations", &waiting]).1["current"], false);
    // Asked for again it is another one, and can be approved.
    let again = json!({ "adds": "[operations]\nids = [\"editIssue\"]", "seconds": 60, "reason": "later" });
    let again = digest(&gateway.robot(Method::POST, "", Some(again)).await.json());
    assert_ne!(again, waiting);
    assert_eq!(gateway.run_as("vera", &["elevations", &again]).1["current"], true);
    assert_eq!(gateway.run_as("vera", &["approve", &again]).0, 0);

    // A second one takes the place of the first: two are never added up.
    let first = digest(&gateway.elevate("1h").1);
    let second = digest(&gateway.elevate("2h").1);
    let all = gateway.run_as("ada", &["elevations"]).1;
    let state = |plan: &str| {
        let one = all.as_array().unwrap().iter().find(|one| one["digest"] == plan).unwrap();
        one["state"].as_str().unwrap().to_owned()
    };
    assert_eq!((state(&first).as_str(), state(&second).as_str()), ("ended", "holds"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_refused_and_says_why() {
    let gateway = Gateway::reading("").await;
    let ask = async |adds: &str, seconds: i64, reason: &str| {
        let body = json!({ "adds": adds, "seconds": seconds, "reason": reason });
        let said = gateway.robot(Method::POST, "", Some(body)).await;
        (said.status.as_u16(), said.json()["detail"].as_str().unwrap_or_default().to_owned())
    };
    for (adds, seconds, reason, words) in [
        (ADDS, 0, "x", "for a day at most"),
        (ADDS, 86_401, "x", "for a day at most"),
        (ADDS, 60, "  ", "reason"),
        (ADDS, 60, "two\nlines", "reason"),
        ("", 60, "x", "16 KiB"),
        ("[operations]\nids = [\"jira:getIssue\"]", 60, "x", "may do all of it already"),
        ("[projects]\nallow = [\"REL\"]", 60, "x", "takes something away: projects"),
    ] {
        let (status, detail) = ask(adds, seconds, reason).await;
        assert_eq!(status, 422, "{adds} {seconds} {reason}: {detail}");
        assert!(detail.contains(words), "{adds} {seconds} {reason}: {detail}");
    }
    for (adds, words) in [
        ("[operations]\nids = [\"jira:getIsue\"]", "elevation.toml:2"),
        ("grant = \"other\"", "there is no key \"grant\""),
        ("vending = true", "there is no key \"vending\""),
        ("observe = true", "there is no key \"observe\""),
        ("[limits]\nper_day = 5", "there is no key \"limits\""),
        ("[operations", "elevation.toml:1"),
    ] {
        let (status, detail) = ask(adds, 60, "x").await;
        assert!(status == 422 && detail.contains(words), "{adds}: {status} {detail}");
    }
    // What a page of another site can make a browser send.
    let plain = gateway.plain_text(&json!({ "adds": ADDS, "seconds": 60, "reason": "x" })).await;
    assert_eq!(plain, 400);
    let others = json!({ "client": "other", "adds": ADDS, "seconds": 60, "reason": "x" });
    assert_eq!(gateway.robot(Method::POST, "", Some(others)).await.status, 422);
    // Five of a client wait at a time.
    let mut statuses = Vec::new();
    for number in 0..6 {
        statuses.push(ask(ADDS, 60, &format!("reason {number}")).await.0);
    }
    assert_eq!(statuses, [201, 201, 201, 201, 201, 409]);
}
