//! Who may widen what is permitted: nobody alone, where the settings say so.

mod elevation;
mod page;
mod tickets;

use std::path::Path;

use http::Method;
use serde_json::{Value, json};

use super::harness::{Running, Said, call, printed, run};
use super::served::Served;

const WIDENING: &str = "[approval]\nrequired = \"widening\"\n";

/// A gateway with these settings besides, that holds a grant and knows `robot`, and tokens of the operators ada and bob and the
/// approver vera.
struct Gateway {
    served: Served,
    process: Running,
}

impl Gateway {
    async fn start(settings: &str) -> Self {
        let mut served = Served::prepare().await;
        let file = served.dir.path().join("ticketgate.toml");
        let whole = std::fs::read_to_string(&file).unwrap() + settings;
        std::fs::write(&file, whole).unwrap();
        // What names a grant compiles once the grant is there, so the first version of a new gateway is empty.
        let manifest = served.dir.path().join("manifests/robot.toml");
        let text = std::fs::read_to_string(&manifest).unwrap();
        std::fs::remove_file(&manifest).unwrap();
        let mut process = served.serve();
        served.until_alive(&mut process).await;
        served.furnish();
        std::fs::write(&manifest, text).unwrap();
        for (name, role) in [("ada", "operator"), ("bob", "operator"), ("vera", "approver")] {
            let token = format!("{name}.token");
            served.command(&["operator", "add", name, "--role", role, "--token-file", &token]);
        }
        Self { served, process }
    }

    fn dir(&self) -> &Path {
        self.served.dir.path()
    }

    /// A command as an operator: its exit code, and what it said as JSON.
    fn run_as(&self, who: &str, args: &[&str]) -> (i32, Value) {
        let (url, token) = (self.served.gateway(), format!("{who}.token"));
        let mut args = args.to_vec();
        args.extend(["--json", "--url", &url, "--token", &token]);
        let output = run(&args, self.dir());
        let said = if output.stdout.is_empty() { &output.stderr } else { &output.stdout };
        let said = serde_json::from_slice(said).unwrap_or_else(|_| panic!("{args:?}: {}", printed(&output)));
        (output.status.code().unwrap(), said)
    }

    fn write(&self, text: &str) {
        std::fs::write(self.dir().join("manifests/robot.toml"), text).unwrap();
    }

    /// What the API says to an operator.
    async fn ask(&self, who: &str, method: Method, path: &str, body: Option<Value>) -> Said {
        let token = std::fs::read_to_string(self.dir().join(format!("{who}.token"))).unwrap();
        let url = format!("{}/api/v1{path}", self.served.gateway());
        call(&url, method, Some(&format!("Bearer {token}")), body).await
    }

    /// Whether `robot` may read an issue and write a property.
    async fn may(&self) -> (bool, bool) {
        let url = format!("{}/rest/api/3/issue/REL-1", self.served.gateway());
        let key = self.served.authorization();
        let read = call(&url, Method::GET, Some(&key), None).await.status.is_success();
        let property = format!("{url}/properties/p");
        let write = call(&property, Method::PUT, Some(&key), Some(json!({}))).await.status.is_success();
        (read, write)
    }

    async fn restart(&mut self, kill: bool) {
        if kill {
            self.process.kill();
        } else {
            self.process.stop();
        }
        self.process = self.served.serve();
        self.served.until_alive(&mut self.process).await;
    }
}

fn manifest(ids: &[&str]) -> String {
    format!(
        "owner = \"tests\"\npurpose = \"tests\"\nsite = \"demo\"\ngrant = \"standin\"\n\
         scopes = [\"read:jira-work\", \"write:jira-work\"]\n[operations]\nids = {ids:?}\n"
    )
}

const READ: &str = "jira:getIssue";
const WRITE: &str = "jira:setIssueProperty";

fn digest(said: &Value) -> String {
    said["digest"].as_str().unwrap_or_else(|| panic!("{said}")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wider_change_waits_for_somebody_else_and_a_narrower_one_does_not() {
    let gateway = Gateway::start(WIDENING).await;
    gateway.write(&manifest(&[READ, WRITE]));
    let (code, plan) = gateway.run_as("ada", &["plan"]);
    assert_eq!((code, plan["changes"]["direction"].as_str()), (11, Some("wider")), "{plan}");
    assert_eq!(plan["needs_approval"], true);
    let (code, proposal) = gateway.run_as("ada", &["apply"]);
    assert_eq!(code, 12, "{proposal}");
    assert_eq!(digest(&plan), digest(&proposal), "what is approved is what was planned");
    assert_eq!(gateway.may().await, (false, false), "nothing has changed");

    // Neither the author approves it, nor whoever may not.
    let digest = digest(&plan);
    let (code, said) = gateway.run_as("ada", &["approve", &digest]);
    assert_eq!(code, 5, "{said}");
    let path = format!("/proposals/{digest}/approve");
    let said = gateway.ask("ada", Method::POST, &path, Some(json!({}))).await;
    assert_eq!(said.refusal(), Some("approval-not-entitled"), "{said:?}");
    let said = gateway.ask("ada", Method::POST, "/manifests/publish", Some(json!({}))).await;
    assert_eq!((said.status.as_u16(), said.refusal()), (403, Some("approval-required")), "{said:?}");

    let (code, approved) = gateway.run_as("vera", &["approve", &digest]);
    assert_eq!((code, approved["approvals"][0]["operator"].as_str()), (0, Some("vera")), "{approved}");
    assert_eq!(gateway.may().await, (false, false), "a yes alone changes nothing");
    let (code, applied) = gateway.run_as("ada", &["apply", "--proposal", &digest]);
    assert_eq!((code, applied["status"]["number"].as_u64()), (0, Some(2)), "{applied}");
    assert_eq!(gateway.may().await, (true, true));

    // Narrower at once, by whoever may publish; then nothing is left to do.
    gateway.write(&manifest(&[READ]));
    let (code, plan) = gateway.run_as("ada", &["plan"]);
    assert_eq!(code, 10, "{plan}");
    let operations = &plan["changes"]["clients"][0]["facets"][0];
    assert_eq!(operations["lost"], json!(["jira:setIssueProperty at demo"]), "{plan}");
    assert_eq!(gateway.run_as("ada", &["apply"]).0, 0);
    assert_eq!(gateway.may().await, (true, false));
    assert_eq!(gateway.run_as("ada", &["plan"]).0, 0);

    // The yes of before is none for going back, although the same manifests were in force once.
    gateway.write(&manifest(&[READ, WRITE]));
    let (code, again) = gateway.run_as("ada", &["apply"]);
    assert_eq!(code, 12, "{again}");
    assert_ne!(again["digest"], digest);
    assert_eq!(gateway.run_as("ada", &["rollback"]).0, 12, "going back widens, too");

    let versions: Vec<Value> = gateway
        .ask("vera", Method::GET, "/manifests/versions", None)
        .await
        .json()
        .as_array()
        .unwrap()
        .clone();
    let story: Vec<_> = versions
        .iter()
        .map(|it| (it["number"].as_u64().unwrap(), it["direction"].as_str().unwrap()))
        .collect();
    assert_eq!(story, [(3, "narrower"), (2, "wider"), (1, "same")]);
    assert_eq!(versions[1]["approvals"][0]["operator"], "vera");
    let records = gateway
        .ask("vera", Method::GET, "/audit/search?kind=change&limit=100", None)
        .await
        .json()
        .to_string();
    assert!(records.contains(&digest), "the digest is on record: {records}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_is_in_force_after_a_kill_and_what_only_waits_is_not() {
    let mut gateway = Gateway::start(WIDENING).await;
    let dir = gateway.dir().join("elsewhere");
    std::fs::create_dir(&dir).unwrap();
    std::fs::write(dir.join("robot.toml"), manifest(&[READ])).unwrap();
    // The gateway's own folder stays empty: what is in force came from elsewhere.
    std::fs::remove_file(gateway.dir().join("manifests/robot.toml")).unwrap();
    let (code, proposal) = gateway.run_as("ada", &["apply", "elsewhere"]);
    assert_eq!(code, 12, "{proposal}");
    gateway.restart(true).await;
    assert_eq!(gateway.may().await, (false, false), "a proposal is not in force, killed or not");
    let digest = digest(&proposal);
    assert_eq!(gateway.run_as("bob", &["approve", &digest]).0, 0);
    gateway.restart(true).await;
    assert_eq!(gateway.may().await, (false, false), "nor is an approved one");
    let (code, said) = gateway.run_as("ada", &["apply", "elsewhere"]);
    assert_eq!(code, 0, "the same manifests are the same plan: {said}");
    gateway.restart(true).await;
    assert_eq!(gateway.may().await, (true, false), "a version in force is lost by no kill");

    // What a start finds in the folder follows the same rule.
    gateway.write(&manifest(&[READ, WRITE]));
    gateway.restart(false).await;
    assert_eq!(gateway.may().await, (true, false), "a start does not widen");
    let status = gateway.ask("vera", Method::GET, "/manifests", None).await.json();
    assert_eq!(status["in_order"], false, "{status}");
    gateway.process.hang_up();
    assert_eq!(gateway.run_as("ada", &["plan"]).0, 11);
    gateway.write(&manifest(&[]));
    gateway.restart(false).await;
    assert_eq!(gateway.may().await, (false, false), "and narrows at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_is_worth_nothing_once_its_giver_may_not_approve_or_something_else_is_in_force() {
    let gateway = Gateway::start(WIDENING).await;
    gateway.write(&manifest(&[READ]));
    let digest_of = |said: &Value| digest(said);
    let (_, proposal) = gateway.run_as("ada", &["apply"]);
    let digest = digest_of(&proposal);
    assert_eq!(gateway.run_as("vera", &["approve", &digest]).0, 0);
    gateway.served.command(&["operator", "revoke", "vera"]);
    assert_eq!(gateway.run_as("ada", &["apply"]).0, 12, "her yes went with her");
    assert_eq!(gateway.run_as("bob", &["approve", &digest]).0, 0);
    // Another change comes first.
    std::fs::write(gateway.dir().join("manifests/other.toml"), manifest(&[])).unwrap();
    assert_eq!(gateway.run_as("bob", &["apply"]).0, 12, "the folder is another plan now");
    let narrow = json!({ "manifests": [{ "file": "other.toml", "text": manifest(&[]) }] });
    let said = gateway.ask("bob", Method::POST, "/manifests/publish", Some(narrow)).await;
    assert_eq!(said.status, 200, "{said:?}");
    let (code, said) = gateway.run_as("ada", &["apply", "--proposal", &digest]);
    assert_ne!(code, 0, "{said}");
    assert_eq!(gateway.may().await, (false, false));
    let list = gateway.ask("ada", Method::GET, "/proposals", None).await.json();
    let current: Vec<_> =
        list.as_array().unwrap().iter().map(|it| it["current"].as_bool().unwrap()).collect();
    assert!(current.iter().all(|current| !current), "{list}");
    assert_eq!(gateway.run_as("ada", &["proposals", &digest, "--withdraw"]).0, 0);
    assert_eq!(gateway.ask("ada", Method::GET, &format!("/proposals/{digest}"), None).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_of_a_listed_key_approves_this_plan_and_no_other() {
    let keys = tempfile::tempdir().unwrap();
    let make = |name: &str| {
        let key = keys.path().join(name);
        let made = std::process::Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-f"])
            .arg(&key)
            .status();
        made.is_ok_and(|status| status.success())
            .then(|| std::fs::read_to_string(key.with_extension("pub")).unwrap().trim().to_owned())
    };
    let (Some(cora), Some(ada), Some(_)) = (make("cora"), make("ada"), make("stranger")) else {
        eprintln!("skipped: no ssh-keygen here");
        return;
    };
    let signers = json!([format!("cora {cora}"), format!("ada {ada}")]);
    let gateway = Gateway::start(&format!("{WIDENING}signers = {signers}\n")).await;
    gateway.write(&manifest(&[READ]));
    let (_, proposal) = gateway.run_as("ada", &["apply"]);
    let digest = digest(&proposal);
    let sign = |key: &str, text: &str, namespace: &str| {
        let file = keys.path().join("text");
        std::fs::write(&file, format!("{text}\n")).unwrap();
        let _ = std::fs::remove_file(keys.path().join("text.sig"));
        let signed = std::process::Command::new("ssh-keygen")
            .args(["-q", "-Y", "sign", "-n", namespace, "-f"])
            .arg(keys.path().join(key))
            .arg(&file)
            .status();
        assert!(signed.unwrap().success());
        keys.path().join("text.sig").to_str().unwrap().to_owned()
    };
    let other = "0".repeat(64);
    for (key, text, namespace) in [
        ("stranger", digest.as_str(), "ticketgate-plan"),
        ("cora", digest.as_str(), "git"),
        ("cora", other.as_str(), "ticketgate-plan"),
        ("ada", digest.as_str(), "ticketgate-plan"),
    ] {
        let file = sign(key, text, namespace);
        let (code, said) = gateway.run_as("ada", &["approve", &digest, "--signature", &file]);
        assert_eq!(code, 5, "{key} {text} {namespace}: {said}");
    }
    let file = sign("cora", &digest, "ticketgate-plan");
    let (code, said) = gateway.run_as("ada", &["approve", &digest, "--signature", &file]);
    assert_eq!((code, said["approvals"][0]["signer"].as_str()), (0, Some("cora")), "{said}");
    assert_eq!(gateway.run_as("ada", &["apply"]).0, 0);
    assert_eq!(gateway.may().await, (true, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_step_back_needs_nobody_where_the_settings_say_so_and_two_do() {
    let gateway = Gateway::start(&format!("{WIDENING}rollback_without_approval = true\n")).await;
    for ids in [&[READ, WRITE][..], &[READ]] {
        gateway.write(&manifest(ids));
        let (code, said) = gateway.run_as("ada", &["apply"]);
        if code == 12 {
            let digest = digest(&said);
            assert_eq!(gateway.run_as("bob", &["approve", &digest]).0, 0);
            assert_eq!(gateway.run_as("ada", &["apply"]).0, 0);
        }
    }
    assert_eq!(gateway.may().await, (true, false));
    assert_eq!(gateway.run_as("ada", &["rollback"]).0, 0, "to version 2, which is wider");
    assert_eq!(gateway.may().await, (true, true));
    assert_eq!(gateway.run_as("ada", &["rollback", "3"]).0, 0, "narrower needs nobody");
    assert_eq!(gateway.run_as("ada", &["rollback"]).0, 12, "from one step back there is no other free step");
    assert_eq!(gateway.may().await, (true, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_call_is_bound_to_is_part_of_the_plan() {
    let gateway = Gateway::start(WIDENING).await;
    let bound = "[projects]\nallow = [\"REL\"]\n[fields]\nredact = [\"reporter\"]\n[limits]\nper_day = 100\n";
    gateway.write(&(manifest(&[READ]) + bound));
    let (_, proposal) = gateway.run_as("ada", &["apply"]);
    assert_eq!(gateway.run_as("vera", &["approve", &digest(&proposal)]).0, 0);
    assert_eq!(gateway.run_as("ada", &["apply"]).0, 0);
    // Not one operation more, and yet wider.
    for (line, facet, gained) in [
        ("allow = [\"REL\"]", "projects", "every project that is not listed"),
        ("redact = [\"reporter\"]", "fields seen", "reporter"),
        ("per_day = 100", "per day", "no limit"),
    ] {
        gateway.write(&(manifest(&[READ]) + &bound.replace(line, "")));
        let (code, plan) = gateway.run_as("ada", &["plan"]);
        assert_eq!(code, 11, "{plan}");
        let found = &plan["changes"]["clients"][0]["facets"][0];
        assert_eq!((found["facet"].as_str(), &found["gained"]), (Some(facet), &json!([gained])), "{plan}");
        assert_eq!(gateway.run_as("ada", &["apply"]).0, 12, "{facet}");
    }
    gateway.write(&(manifest(&[READ]) + bound + "burst = 5\nrequests_per_second = 5\n"));
    assert_eq!(gateway.run_as("ada", &["plan"]).0, 10);
    assert_eq!(gateway.run_as("ada", &["apply"]).0, 0, "narrower needs nobody");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_guardrails_ask_an_approval_for_needs_one_whatever_the_settings_say() {
    let gateway = Gateway::start("").await;
    let guardrails = gateway.dir().join("manifests/guardrails.toml");
    std::fs::write(&guardrails, "[approval.operations]\nids = [\"getIssue\"]\n").unwrap();
    gateway.write(&manifest(&[READ]));
    let accept = || {
        let (code, proposal) = gateway.run_as("ada", &["apply"]);
        assert_eq!(code, 12, "{proposal}");
        assert_eq!(gateway.run_as("vera", &["approve", &digest(&proposal)]).0, 0);
        assert_eq!(gateway.run_as("ada", &["apply"]).0, 0);
    };
    accept();
    assert_eq!(gateway.may().await, (true, false));
    // Narrower, and asked for all the same.
    gateway.write(&(manifest(&[READ]) + "[projects]\nallow = [\"REL\"]\n"));
    let (code, plan) = gateway.run_as("ada", &["plan"]);
    assert_eq!((code, &plan["needs_approval"]), (10, &json!(true)), "{plan}");
    let said = gateway.ask("ada", Method::POST, "/manifests/publish", Some(json!({}))).await;
    assert_eq!(said.refusal(), Some("approval-required"), "{said:?}");
    accept();
    // To ask for less is asked for too; then one operator is enough again.
    std::fs::write(&guardrails, "").unwrap();
    assert_eq!(gateway.run_as("ada", &["plan"]).0, 11);
    accept();
    gateway.write(&manifest(&[READ, WRITE]));
    assert_eq!(gateway.run_as("ada", &["apply"]).0, 0);
    assert_eq!(gateway.may().await, (true, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_setting_one_operator_publishes_as_ever() {
    let gateway = Gateway::start("").await;
    gateway.write(&manifest(&[READ]));
    assert_eq!(gateway.run_as("ada", &["plan"]).0, 11);
    let (code, said) = gateway.run_as("ada", &["apply"]);
    assert_eq!((code, said["status"]["number"].as_u64()), (0, Some(2)), "{said}");
    assert_eq!(gateway.may().await, (true, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_of_minisign_approves_this_plan_and_no_other() {
    let keys = tempfile::tempdir().unwrap();
    let minisign = |args: &[&str]| {
        let done = std::process::Command::new("minisign").args(args).current_dir(keys.path()).output();
        done.is_ok_and(|done| done.status.success())
    };
    let make = |name: &str| {
        let (public, secret) = (format!("{name}.pub"), format!("{name}.key"));
        let made = minisign(&["-G", "-W", "-p", &public, "-s", &secret]);
        let text = || std::fs::read_to_string(keys.path().join(&public)).unwrap();
        made.then(|| text().lines().nth(1).unwrap().to_owned())
    };
    let (Some(dora), Some(_)) = (make("dora"), make("stranger")) else {
        eprintln!("skipped: no minisign here");
        return;
    };
    let signers = json!([format!("dora {dora}")]);
    let gateway = Gateway::start(&format!("{WIDENING}signers = {signers}\n")).await;
    gateway.write(&manifest(&[READ]));
    let (_, proposal) = gateway.run_as("ada", &["apply"]);
    let digest = digest(&proposal);
    let sign = |key: &str, text: &str, form: &[&str]| {
        std::fs::write(keys.path().join("plan"), format!("{text}\n")).unwrap();
        let secret = format!("{key}.key");
        let args = [&["-S", "-s", &secret, "-m", "plan", "-x", "plan.sig"], form].concat();
        let _ = std::fs::remove_file(keys.path().join("plan.sig"));
        assert!(minisign(&args));
        keys.path().join("plan.sig").to_str().unwrap().to_owned()
    };
    let other = "0".repeat(64);
    let plan = ["-t", "ticketgate-plan"];
    for (key, text, form) in [
        ("stranger", digest.as_str(), &plan[..]),
        ("dora", other.as_str(), &plan),
        ("dora", &digest, &["-t", "a release"]),
        ("dora", &digest, &[]),
    ] {
        let file = sign(key, text, form);
        let (code, said) = gateway.run_as("ada", &["approve", &digest, "--signature", &file]);
        assert_eq!(code, 5, "{key} {text} {form:?}: {said}");
    }
    for form in [&plan[..], &["-t", "ticketgate-plan", "-l"]] {
        let file = sign("dora", &digest, form);
        let (code, said) = gateway.run_as("ada", &["approve", &digest, "--signature", &file]);
        assert_eq!((code, said["approvals"][0]["signer"].as_str()), (0, Some("dora")), "{said}");
    }
    assert_eq!(gateway.run_as("ada", &["apply"]).0, 0);
    assert_eq!(gateway.may().await, (true, false));
}
