//! A ticket approves: the right one, approved by the right person, for as long as it stays so.

use http::Method;
use serde_json::{Value, json};

use super::{Gateway, READ, WIDENING, WRITE, digest, manifest};
use crate::gateway::harness::{basic, call};

/// Jira, as people use it.
struct Jira {
    origin: String,
    people: Value,
}

impl Jira {
    fn person(&self, name: &str) -> &Value {
        self.people.as_array().unwrap().iter().find(|user| user["name"] == name).unwrap()
    }

    async fn ask(&self, who: &str, method: Method, path: &str, body: Option<Value>) -> Value {
        let person = self.person(who);
        let key = basic(person["email"].as_str().unwrap(), person["api_token"].as_str().unwrap());
        let said = call(&format!("{}/rest/api/3{path}", self.origin), method, Some(&key), body).await;
        assert!(said.status.is_success(), "{who} {path}: {said:?}");
        if said.body.is_empty() { Value::Null } else { said.json() }
    }

    /// A ticket that says this, approved by rosa.
    async fn approved(&self, words: &str) -> String {
        let fields = json!({
            "project": { "key": "REL" }, "issuetype": { "name": "Task" }, "summary": "Access", "description": text(words),
        });
        let made = self.ask("rosa", Method::POST, "/issue", Some(json!({ "fields": fields }))).await;
        let key = made["key"].as_str().unwrap().to_owned();
        self.approve(&key).await;
        key
    }

    async fn approve(&self, key: &str) {
        for way in ["21", "31", "51"] {
            self.go(key, way).await;
        }
    }

    async fn go(&self, key: &str, way: &str) {
        let path = format!("/issue/{key}/transitions");
        self.ask("rosa", Method::POST, &path, Some(json!({ "transition": { "id": way } }))).await;
    }

    async fn describe(&self, key: &str, words: &str) {
        let fields = json!({ "fields": { "description": text(words) } });
        self.ask("rosa", Method::PUT, &format!("/issue/{key}"), Some(fields)).await;
    }
}

fn text(words: &str) -> Value {
    let words = json!({ "type": "text", "text": words });
    json!({ "type": "doc", "version": 1, "content": [{ "type": "paragraph", "content": [words] }] })
}

/// Accounts are known of ada, who is dan, and of bob, who is rosa.
async fn start() -> (Gateway, Jira) {
    let account = |name: &str| {
        standin::residents()
            .into_iter()
            .find(|person| person.display_name.starts_with(name))
            .unwrap()
            .account_id
    };
    let accounts = json!([format!("ada={}", account("Dan")), format!("bob={}", account("Rosa"))]);
    let settings = format!(
        "{WIDENING}rollback_without_approval = true\naccounts = {accounts}\n[approval.ticket]\nsite = \"demo\"\ngrant = \"standin\"\nproject = \"REL\"\nstatus = \"Approved\"\n\
         approved_by = [\"group:release\"]\nwhen_it_leaves = \"roll-back\"\nrecheck = \"1s\"\n"
    );
    let gateway = Gateway::start(&settings).await;
    let people = serde_json::to_value(gateway.served.standin.demo_facts()).unwrap()["users"].clone();
    let jira = Jira { origin: gateway.served.standin.origin(), people };
    (gateway, jira)
}

// The stand-in lives in this process and answers while commands are waited for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_approves_while_it_stays_approved_by_somebody_else_and_names_the_plan() {
    let (gateway, jira) = start().await;
    // Who moved the ticket is who proposed the change.
    gateway.write(&manifest(&[READ, WRITE]));
    let (_, own) = gateway.run_as("bob", &["apply"]);
    let ticket = jira.approved(&digest(&own)).await;
    let (code, said) = gateway.run_as("bob", &["approve", &digest(&own), "--ticket", &ticket]);
    assert!(code == 5 && said.to_string().contains("author"), "{code} {said}");

    gateway.write(&manifest(&[READ]));
    let (_, proposal) = gateway.run_as("ada", &["apply"]);
    let plan = digest(&proposal);
    let (code, said) = gateway.run_as("ada", &["approve", &plan, "--ticket", &ticket]);
    assert!(code == 5 && said.to_string().contains("does not name"), "another plan's: {code} {said}");
    assert_eq!(gateway.run_as("ada", &["approve", &plan, "--ticket", "REL-99999"]).0, 5, "there is none");

    let ticket = jira.approved(&format!("Please: {plan}")).await;
    let (code, said) = gateway.run_as("ada", &["approve", &plan, "--ticket", &ticket]);
    assert_eq!((code, said["approvals"][0]["ticket"].as_str()), (0, Some(ticket.as_str())), "{said}");
    // Between the yes and the change it leaves its status.
    jira.go(&ticket, "21").await;
    assert_eq!(gateway.run_as("ada", &["apply"]).0, 12, "a ticket that flaps approves nothing");
    jira.go(&ticket, "31").await;
    jira.go(&ticket, "51").await;
    // ... and is written anew after it was approved.
    jira.describe(&ticket, &format!("Please, and something else: {plan}")).await;
    assert_eq!(gateway.run_as("ada", &["apply"]).0, 12, "what was approved is not what stands there");
    assert_eq!(gateway.may().await, (false, false));
    jira.approve(&ticket).await;
    let (code, said) = gateway.run_as("ada", &["apply"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(gateway.may().await, (true, false));

    // Deleted afterwards: told, and taken back.
    jira.ask("admin", Method::DELETE, &format!("/issue/{ticket}"), None).await;
    let back = async {
        while gateway.may().await != (false, false) {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    let waited = tokio::time::timeout(crate::gateway::harness::PATIENCE, back).await;
    assert!(waited.is_ok(), "never taken back");
    let versions = gateway.ask("vera", Method::GET, "/manifests/versions", None).await.json();
    assert_eq!(versions[0]["cause"], "ticket left", "{versions}");
    assert_eq!(versions[0]["activated_by"], "gateway");
    // The free step back does not lead to what has no ticket any more.
    assert_eq!(gateway.run_as("ada", &["rollback"]).0, 12, "that would widen without a yes");
    assert_eq!(gateway.may().await, (false, false));
    let notices = gateway.ask("vera", Method::GET, "/audit/search?kind=notice", None).await.json();
    let notice = &notices["records"][0]["record"];
    assert_eq!(
        (notice["client"].as_str(), notice["notice"]["about"].as_str()),
        (Some("robot"), Some("approval-ended")),
        "{notices}"
    );
    let changes = gateway.ask("vera", Method::GET, "/audit/search?kind=change&limit=100", None).await.text();
    assert!(changes.contains("manifests approval ended") && changes.contains(&ticket), "{changes}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_elevation_holds_while_its_ticket_approves_it_and_no_longer() {
    let (gateway, jira) = start().await;
    gateway.write(&manifest(&[READ]));
    let (_, proposal) = gateway.run_as("ada", &["apply"]);
    assert_eq!(gateway.run_as("vera", &["approve", &digest(&proposal)]).0, 0);
    assert_eq!(gateway.run_as("ada", &["apply"]).0, 0);
    let url = format!("{}/oauth/elevations", gateway.served.gateway());
    let asked =
        json!({ "adds": format!("[operations]\nids = [{WRITE:?}]"), "seconds": 3600, "reason": "stuck" });
    let asked = call(&url, Method::POST, Some(&gateway.served.authorization()), Some(asked)).await.json();
    let plan = digest(&asked);
    let ticket = jira.approved("Please, but I do not say what").await;
    let (code, said) = gateway.run_as("ada", &["approve", &plan, "--ticket", &ticket]);
    assert!(code == 5 && said.to_string().contains("does not name"), "{code} {said}");
    let ticket = jira.approved(&format!("Please: {plan}")).await;
    let (code, said) = gateway.run_as("ada", &["approve", &plan, "--ticket", &ticket]);
    assert_eq!((code, said["state"].as_str()), (0, Some("holds")), "{said}");
    assert_eq!(gateway.may().await, (true, true));
    jira.go(&ticket, "21").await;
    let over = async {
        while gateway.may().await.1 {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    assert!(tokio::time::timeout(crate::gateway::harness::PATIENCE, over).await.is_ok(), "never ended");
    let said = gateway.run_as("vera", &["elevations", &plan]).1;
    assert!(said["ended_why"].as_str().unwrap().contains(&ticket), "{said}");
}
