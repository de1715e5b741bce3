//! Three teams share one gateway: one rotates its secret twice, one pauses and resumes, and nobody else notices.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use bytes::Bytes;
use egress::{Egress, RequestBody};
use http::{Request, header};
use serde_json::Value;
use tokio::task::JoinHandle;

use super::harness::{Demo, PATIENCE, printed};

/// What a call came to: the status, and the refusal when there was one.
type Outcome = (u16, Option<String>);

/// A team's program: it calls again and again, in turn with its secret and with a token it fetches with it.
struct Program {
    state: Arc<State>,
    task: JoinHandle<()>,
}

struct State {
    client: &'static str,
    gateway: String,
    /// As configured; a rotation reaches the program when somebody changes its configuration.
    secret: Mutex<String>,
    outcomes: Mutex<Vec<Outcome>>,
    calls: AtomicUsize,
    stop: AtomicBool,
    egress: Egress,
}

impl Program {
    fn start(demo: &Demo, client: &'static str, egress: &Egress) -> Self {
        let state = Arc::new(State {
            client,
            gateway: demo.gateway(),
            secret: Mutex::new(demo.secret(client)),
            outcomes: Mutex::default(),
            calls: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
            egress: egress.clone(),
        });
        let running = Arc::clone(&state);
        Self { state, task: tokio::spawn(async move { running.run().await }) }
    }

    fn configure(&self, secret: &str) {
        *self.state.secret.lock().unwrap() = secret.to_owned();
    }

    /// What came out since the last time.
    fn outcomes(&self) -> Vec<Outcome> {
        std::mem::take(&mut self.state.outcomes.lock().unwrap())
    }

    async fn stop(self) -> Vec<Outcome> {
        self.state.stop.store(true, Ordering::Relaxed);
        self.task.await.unwrap();
        self.state.outcomes.lock().unwrap().clone()
    }
}

impl State {
    async fn run(&self) {
        let mut token: Option<String> = None;
        while !self.stop.load(Ordering::Relaxed) {
            let count = self.calls.fetch_add(1, Ordering::Relaxed);
            // A program that restarts now and then.
            if count.is_multiple_of(16) {
                token = None;
            }
            let basic = self.basic();
            let authorization = match (&token, count % 2) {
                (Some(token), 0) => format!("Bearer {token}"),
                (Some(_), _) => basic,
                (None, _) => {
                    token = self.fetch(&basic).await;
                    if token.is_some() {
                        continue;
                    }
                    basic
                }
            };
            let outcome = self.call(&authorization).await;
            self.outcomes.lock().unwrap().push(outcome);
        }
    }

    fn basic(&self) -> String {
        let pair = format!("{}:{}", self.client, self.secret.lock().unwrap());
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
    }

    async fn call(&self, authorization: &str) -> Outcome {
        let request = Request::get(format!("{}/rest/api/3/issue/REL-1", self.gateway))
            .header(header::AUTHORIZATION, authorization)
            .body(RequestBody::empty())
            .unwrap();
        let (head, _) = self.egress.fetch(request, PATIENCE, 1 << 20).await.unwrap();
        let refusal = head.headers.get("ticketgate-refusal").map(|code| code.to_str().unwrap().to_owned());
        (head.status.as_u16(), refusal)
    }

    async fn fetch(&self, basic: &str) -> Option<String> {
        let request = Request::post(format!("{}/oauth/token", self.gateway))
            .header(header::AUTHORIZATION, basic)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(RequestBody::full(Bytes::from_static(b"grant_type=client_credentials")))
            .unwrap();
        let (head, body) = self.egress.fetch(request, PATIENCE, 1 << 20).await.unwrap();
        let answer: Value = serde_json::from_slice(&body).unwrap();
        if head.status.is_success() {
            return Some(answer["access_token"].as_str().unwrap().to_owned());
        }
        let paused = answer["error_description"].as_str().is_some_and(|words| words.contains("is paused"));
        let outcome = (head.status.as_u16(), paused.then(|| "client-paused".to_owned()));
        self.outcomes.lock().unwrap().push(outcome);
        None
    }
}

/// Until each of them has made so many calls more.
async fn a_while(programs: &[&Program]) {
    let goals: Vec<usize> =
        programs.iter().map(|program| program.state.calls.load(Ordering::Relaxed) + 40).collect();
    let waiting = async {
        for (program, goal) in programs.iter().zip(goals) {
            while program.state.calls.load(Ordering::Relaxed) < goal {
                assert!(!program.task.is_finished(), "{} has stopped", program.state.client);
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("the programs go on calling");
}

fn operate(demo: &Demo, args: &[&str]) -> Value {
    let output = demo.command(&[args, &["--json"]].concat());
    assert!(output.status.success(), "{args:?}: {}", printed(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn all_went_well(program: &str, outcomes: &[Outcome]) {
    let wrong: Vec<_> = outcomes.iter().filter(|(status, _)| *status != 200).collect();
    assert!(!outcomes.is_empty() && wrong.is_empty(), "{program}: {wrong:?} of {}", outcomes.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_team_rotates_twice_and_one_pauses_while_the_others_notice_nothing() {
    let demo = Demo::start().await;
    let egress =
        Egress::new(&egress::Settings { roots: egress::Roots::WebPki, ..Default::default() }).unwrap();
    let release = Program::start(&demo, "release-automation", &egress);
    let analytics = Program::start(&demo, "data-analytics", &egress);
    let partners = Program::start(&demo, "partner-integrations", &egress);
    let everyone = [&release, &analytics, &partners];
    a_while(&everyone).await;

    // The first rotation: both secrets are good until the program has the new one.
    let rotate = ["client", "rotate", "release-automation", "--overlap", "24h"];
    let first = operate(&demo, &rotate);
    a_while(&everyone).await;
    let old = demo.secret("release-automation");
    let old = old.split_at(old.len() - 4).1;
    let refused = demo.command(&["client", "close", "release-automation", old]);
    let words = printed(&refused);
    assert_eq!(refused.status.code(), Some(5), "{words}");
    assert!(words.contains("is still used: last at 20") && words.contains("from 127.0.0.1"), "{words}");
    release.configure(first["client_secret"].as_str().unwrap());
    a_while(&everyone).await;
    operate(&demo, &["client", "close", "release-automation", old, "--force"]);
    a_while(&everyone).await;
    all_went_well("partners before their pause", &partners.outcomes());

    // The partners pause; release automation rotates once more meanwhile.
    operate(&demo, &["client", "pause", "partner-integrations", "--for", "7d"]);
    // Calls that were under way when the pause took effect may still end well.
    a_while(&everyone).await;
    partners.outcomes();
    let second = operate(&demo, &rotate);
    release.configure(second["client_secret"].as_str().unwrap());
    a_while(&everyone).await;
    let paused = partners.outcomes();
    assert!(
        !paused.is_empty()
            && paused.iter().all(|(status, code)| *status >= 400 && code.as_deref() == Some("client-paused")),
        "{paused:?}"
    );

    operate(&demo, &["client", "resume", "partner-integrations"]);
    a_while(&everyone).await;
    partners.outcomes();
    a_while(&everyone).await;
    all_went_well("partners after their pause", &partners.stop().await);
    all_went_well("release automation, through two rotations", &release.stop().await);
    all_went_well("analytics", &analytics.stop().await);

    let changes = demo.records("kind=change", 5).await;
    let story: Vec<String> = changes
        .iter()
        .map(|record| &record["change"])
        .filter(|change| {
            change["operator"] == "local" && !change["action"].as_str().unwrap().ends_with("register")
        })
        .map(|change| {
            format!("{} {}", change["action"].as_str().unwrap(), change["target"].as_str().unwrap())
        })
        .filter(|line| line.starts_with("client") || line.starts_with("secret"))
        .collect();
    let closed = format!("secret close release-automation tgs_…{old}");
    assert_eq!(
        story,
        [
            "client rotate release-automation",
            &closed,
            "client pause partner-integrations",
            "client rotate release-automation",
            "client resume partner-integrations",
        ]
    );
    let refused = demo.records("client=partner-integrations&refusal=client-paused&limit=3", 3).await;
    assert!(
        refused.iter().all(|record| record["status"] == 403 && record["credential"].is_string()),
        "{refused:?}"
    );
}
