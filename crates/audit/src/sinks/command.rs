//! Events as input of a program: JSON on its standard input, no shell, nothing of the gateway's environment.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;

use super::events::Event;

/// How long a program may take.
const WITHIN: Duration = Duration::from_secs(30);

/// Where a program finds others.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

#[derive(Debug)]
pub(super) struct Command {
    program: String,
    arguments: Vec<String>,
}

impl Command {
    /// `None` when there is none.
    pub(super) fn of(mut words: Vec<String>) -> Option<Self> {
        if words.is_empty() {
            return None;
        }
        let arguments = words.split_off(1);
        words.pop().map(|program| Self { program, arguments })
    }

    /// Runs it once. It is killed when it takes too long, or when the gateway no longer waits for it.
    pub(super) async fn deliver(&self, event: &Event) -> Result<(), String> {
        let mut child = tokio::process::Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .env("PATH", PATH)
            .env("TICKETGATE_EVENT_ID", &event.id)
            .env("TICKETGATE_EVENT_TYPE", event.kind)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("it cannot be run: {error}"))?;
        let input = child.stdin.take();
        let whole = async {
            if let Some(mut input) = input {
                // A program that does not read it may all the same be content.
                let _ = input.write_all(&event.body).await;
                let _ = input.shutdown().await;
            }
            child.wait().await
        };
        match tokio::time::timeout(WITHIN, whole).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(format!("it ended with {status}")),
            Ok(Err(error)) => Err(format!("it cannot be waited for: {error}")),
            Err(_) => Err(format!("it took longer than {} s", WITHIN.as_secs())),
        }
    }
}
