//! Starting the program, calling it, and looking at what it left behind.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use egress::{Egress, RequestBody};
use http::{Method, Request, StatusCode, header};
use serde_json::Value;
use tempfile::TempDir;

/// The longest wait for a process to answer. Only reached when something is broken.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The program under test, in an environment without variables of ours.
pub(crate) fn ticketgate() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ticketgate"));
    let ours = ["TICKETGATE_", "JIRA_", "APP_MODE", "SECRET_KEY"];
    for (name, _) in std::env::vars().filter(|(name, _)| ours.iter().any(|ours| name.starts_with(ours))) {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

/// Runs the program to its end.
pub(crate) fn run(args: &[&str], dir: &Path) -> Output {
    ticketgate().args(args).current_dir(dir).output().unwrap()
}

/// A process that is killed when the test ends, however it ends.
pub(crate) struct Running {
    child: Child,
    pub(crate) out: PathBuf,
    pub(crate) err: PathBuf,
}

impl Running {
    pub(crate) fn start(command: &mut Command, dir: &Path, name: &str) -> Self {
        let (out, err) = (dir.join(format!("{name}.out")), dir.join(format!("{name}.err")));
        let child =
            command.stdout(File::create(&out).unwrap()).stderr(File::create(&err).unwrap()).spawn().unwrap();
        Self { child, out, err }
    }

    /// kill -9
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, then the exit code.
    pub(crate) fn stop(&mut self) -> Option<i32> {
        self.signal("-TERM");
        self.child.wait().unwrap().code()
    }

    /// SIGHUP
    pub(crate) fn hang_up(&self) {
        self.signal("-HUP");
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    /// Whether it is still there; its exit code otherwise.
    pub(crate) fn ended(&mut self) -> Option<std::process::ExitStatus> {
        self.child.try_wait().unwrap()
    }

    pub(crate) fn said(&self) -> String {
        format!(
            "{}{}",
            std::fs::read_to_string(&self.out).unwrap(),
            std::fs::read_to_string(&self.err).unwrap()
        )
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until `ready` gives something.
pub(crate) async fn until<T>(
    what: &str,
    process: &mut Running,
    mut ready: impl AsyncFnMut() -> Option<T>,
) -> T {
    let waiting = async {
        loop {
            if let Some(found) = ready().await {
                return found;
            }
            if let Some(status) = process.ended() {
                panic!("the program ended with {status} before {what}:\n{}", process.said());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let found = tokio::time::timeout(PATIENCE, waiting).await;
    found.unwrap_or_else(|_| panic!("never saw {what}"))
}

/// A running `ticketgate demo`.
pub(crate) struct Demo {
    pub(crate) dir: TempDir,
    pub(crate) process: Running,
    pub(crate) ready: Value,
}

impl Demo {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// With these settings as environment variables.
    pub(crate) async fn start_with(environment: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (ready_file, data) = (dir.path().join("ready.json"), dir.path().join("data"));
        let mut command = ticketgate();
        command.envs(environment.iter().copied()).current_dir(dir.path());
        command.args(["demo", "--listen", "127.0.0.1:0", "--ready-file"]).arg(&ready_file);
        command.arg("--data-dir").arg(&data);
        let mut process = Running::start(&mut command, dir.path(), "demo");
        let ready = until("the ready file", &mut process, async || {
            serde_json::from_slice(&std::fs::read(&ready_file).ok()?).ok()
        })
        .await;
        Self { dir, process, ready }
    }

    pub(crate) fn gateway(&self) -> String {
        self.ready["gateway"].as_str().unwrap().to_owned()
    }

    pub(crate) fn standin(&self) -> String {
        self.ready["standin"].as_str().unwrap().to_owned()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub(crate) fn secret(&self, client: &str) -> String {
        let clients = self.ready["clients"].as_array().unwrap();
        let found = clients.iter().find(|entry| entry["name"] == client).unwrap();
        found["client_secret"].as_str().unwrap().to_owned()
    }

    /// A call as a client that can only do Basic makes it.
    pub(crate) async fn call(&self, client: &str, method: Method, path: &str, body: Option<Value>) -> Said {
        let authorization = basic(client, &self.secret(client));
        call(&format!("{}{path}", self.gateway()), method, Some(&authorization), body).await
    }

    /// A call to the control API.
    pub(crate) async fn operate(&self, method: Method, path: &str, body: Option<Value>) -> Said {
        let authorization = format!("Bearer {}", self.ready["operator_token"].as_str().unwrap());
        call(&format!("{}{path}", self.gateway()), method, Some(&authorization), body).await
    }

    /// Records, once there are `count` of them: those of reads are written a moment after the answer.
    pub(crate) async fn records(&self, query: &str, count: usize) -> Vec<Value> {
        let path = format!("/api/v1/audit/search?{query}");
        let waiting = async {
            loop {
                let found = self.operate(Method::GET, &path, None).await.json();
                let records = found["records"].as_array().unwrap_or_else(|| panic!("{found}"));
                if records.len() >= count {
                    return records.iter().map(|found| found["record"].clone()).collect();
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .unwrap_or_else(|_| panic!("never {count} records of {query}"))
    }

    /// A command that finds the gateway by its data directory.
    pub(crate) fn command(&self, args: &[&str]) -> Output {
        let data = self.data();
        let mut args = args.to_vec();
        args.extend(["--data-dir", data.to_str().unwrap()]);
        run(&args, self.dir.path())
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: StatusCode,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Bytes,
}

impl Said {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn refusal(&self) -> Option<&str> {
        self.headers.get("ticketgate-refusal").map(|value| value.to_str().unwrap())
    }
}

pub(crate) fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// One request with a JSON body or none.
pub(crate) async fn call(
    url: &str,
    method: Method,
    authorization: Option<&str>,
    body: Option<Value>,
) -> Said {
    try_call(url, method, authorization, body).await.unwrap_or_else(|error| panic!("{url}: {error}"))
}

/// The same when no answer is a possibility.
pub(crate) async fn try_call(
    url: &str,
    method: Method,
    authorization: Option<&str>,
    body: Option<Value>,
) -> Result<Said, egress::EgressError> {
    let mut request = Request::builder().method(method).uri(url).header(header::ACCEPT, "application/json");
    if let Some(authorization) = authorization {
        request = request.header(header::AUTHORIZATION, authorization);
    }
    let body = match body {
        None => RequestBody::empty(),
        Some(body) => {
            request = request.header(header::CONTENT_TYPE, "application/json");
            RequestBody::full(Bytes::from(body.to_string()))
        }
    };
    let egress =
        Egress::new(&egress::Settings { roots: egress::Roots::WebPki, ..Default::default() }).unwrap();
    let (parts, body) = egress.fetch(request.body(body).unwrap(), PATIENCE, 64 << 20).await?;
    Ok(Said { status: parts.status, headers: parts.headers, body })
}

/// A form, as a token endpoint takes it.
pub(crate) async fn form(url: &str, authorization: &str, form: &'static str) -> Said {
    form_as(url, Some(authorization), form).await
}

/// The same from someone who may present nothing.
pub(crate) async fn form_as(url: &str, authorization: Option<&str>, form: &'static str) -> Said {
    let mut request = Request::post(url).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(authorization) = authorization {
        request = request.header(header::AUTHORIZATION, authorization);
    }
    let request = request.body(RequestBody::full(Bytes::from_static(form.as_bytes()))).unwrap();
    let egress =
        Egress::new(&egress::Settings { roots: egress::Roots::WebPki, ..Default::default() }).unwrap();
    let (parts, body) = egress.fetch(request, PATIENCE, 1 << 20).await.unwrap();
    Said { status: parts.status, headers: parts.headers, body }
}

/// What a command printed, for an assertion's message.
pub(crate) fn printed(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
