//! A gateway started with `ticketgate serve` in front of a stand-in that lives in the test itself, so that the stand-in
//! is still there when the gateway is killed.

use std::path::PathBuf;
use std::process::Command;

use clock::Clock;
use standin::{Settings, Standin};
use tempfile::TempDir;

use super::harness::{Running, basic, call, printed, run, ticketgate, try_call, until};

/// What a client of these tests may do: everything a test needs, nothing more.
const MANIFEST: &str = "owner = \"tests\"\npurpose = \"tests\"\nsite = \"demo\"\ngrant = \"standin\"\n\
                        scopes = [\"read:jira-work\", \"write:jira-work\"]\n\
                        [operations]\nids = [\"jira:getIssue\", \"jira:setIssueProperty\", \"jira:addComment\"]\n";

/// A folder with settings, a manifest and a stand-in; the gateway comes and goes.
pub(crate) struct Served {
    pub(crate) dir: TempDir,
    pub(crate) standin: Standin,
    /// Of the client `robot`.
    pub(crate) secret: String,
    starts: usize,
}

impl Served {
    /// Settings and manifest are written; nothing runs but the stand-in.
    pub(crate) async fn prepare() -> Self {
        // It lives in the test, and a command that asks it holds the test's own thread until it is done.
        let flavor = tokio::runtime::Handle::current().runtime_flavor();
        assert_eq!(flavor, tokio::runtime::RuntimeFlavor::MultiThread, "the stand-in could not answer");
        let dir = tempfile::tempdir().unwrap();
        let standin = Standin::start(Settings::new(Clock::system().unwrap())).await.unwrap();
        let origin = standin.origin();
        let settings = format!(
            "listen = \"127.0.0.1:0\"\n[sites.demo]\nurl = {origin:?}\napi_origin = {origin:?}\n\
             [audit]\nanchor_file = \"anchors\"\n"
        );
        std::fs::write(dir.path().join("ticketgate.toml"), settings).unwrap();
        std::fs::create_dir(dir.path().join("manifests")).unwrap();
        std::fs::write(dir.path().join("manifests/robot.toml"), MANIFEST).unwrap();
        Self { dir, standin, secret: String::new(), starts: 0 }
    }

    /// The same with a running gateway that holds the stand-in's service account and knows the client `robot`.
    pub(crate) async fn start() -> (Self, Running) {
        let mut served = Self::prepare().await;
        let mut gateway = served.serve();
        served.until_alive(&mut gateway).await;
        served.furnish();
        (served, gateway)
    }

    /// Gives a running gateway the stand-in's service account and the client `robot`.
    pub(crate) fn furnish(&mut self) {
        let facts = self.standin.demo_facts();
        let account = facts.service_account("wide").unwrap();
        let file = self.dir.path().join("upstream-secret");
        std::fs::write(&file, account.client_secret.open()).unwrap();
        let token_url = format!("{}/oauth/token", self.standin.origin());
        self.command(&[
            "grant",
            "add",
            "standin",
            "--kind",
            "service-account",
            "--site",
            "demo",
            "--client-id",
            &account.client_id,
            "--token-url",
            &token_url,
            "--secret-file",
            file.to_str().unwrap(),
        ]);
        let secret = self.dir.path().join("robot-secret");
        self.command(&[
            "client",
            "register",
            "robot",
            "--owner",
            "tests",
            "--purpose",
            "tests",
            "--secret-file",
            secret.to_str().unwrap(),
        ]);
        self.command(&["apply"]);
        self.secret = std::fs::read_to_string(secret).unwrap();
    }

    pub(crate) fn serve_command(&self) -> Command {
        let mut command = ticketgate();
        command.arg("serve").current_dir(self.dir.path());
        command
    }

    pub(crate) fn serve(&mut self) -> Running {
        self.starts += 1;
        // One that was killed leaves the file behind.
        let _ = std::fs::remove_file(self.data().join("gateway.json"));
        Running::start(&mut self.serve_command(), self.dir.path(), &format!("serve-{}", self.starts))
    }

    pub(crate) async fn until_alive(&self, gateway: &mut Running) {
        until("a healthy gateway", gateway, async || {
            let url = format!("{}/healthz", self.announced()?);
            try_call(&url, http::Method::GET, None, None).await.ok()
        })
        .await;
    }

    pub(crate) fn command(&self, args: &[&str]) -> String {
        let output = run(args, self.dir.path());
        assert!(output.status.success(), "{args:?}: {}", printed(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Where the gateway is now: each start takes a free port.
    pub(crate) fn gateway(&self) -> String {
        self.announced().unwrap()
    }

    /// The same once it has said so.
    pub(crate) fn announced(&self) -> Option<String> {
        let file = std::fs::read(self.data().join("gateway.json")).ok()?;
        let file: serde_json::Value = serde_json::from_slice(&file).unwrap();
        file["url"].as_str().map(str::to_owned)
    }

    pub(crate) fn authorization(&self) -> String {
        basic("robot", &self.secret)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("ticketgate-data")
    }

    /// The changes the stand-in saw, in order.
    pub(crate) async fn mutations(&self) -> serde_json::Value {
        call(&format!("{}/standin/mutations", self.standin.origin()), http::Method::GET, None, None)
            .await
            .json()
    }
}
