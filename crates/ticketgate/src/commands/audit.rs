//! `ticketgate audit`

mod show;
mod verify;

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use control::audit_log::{Filter, Found};
use http_body_util::BodyExt as _;
use types::RequestId;

use crate::assembly::DATABASE;
use crate::cli::{Audit, Global, Search};
use crate::moment;
use crate::output::Output;
use crate::problem::{Exit, Problem};
use crate::reach::{self, Reach};

/// How often `--follow` asks. Records of reads are some 50 ms late anyway.
const BEAT: Duration = Duration::from_millis(500);

pub(crate) async fn run(global: &Global, command: &Audit, output: Output) -> Result<Exit, Problem> {
    match command {
        Audit::Tail { lines, follow } => tail(&Reach::find(global)?, *lines, *follow, output).await?,
        Audit::Search(search) => {
            let found = ask(&Reach::find(global)?, search).await?;
            show::records(&found, output)?;
        }
        Audit::Verify { file, anchors, anchor } => {
            let file = match file {
                Some(file) => file.clone(),
                None => reach::data_dir(global)?.join(DATABASE),
            };
            return verify::run(&file, anchors.as_deref(), anchor, output).await;
        }
        Audit::Export { output: to } => export(&Reach::find(global)?, to.as_deref()).await?,
    }
    Ok(Exit::Done)
}

async fn tail(gateway: &Reach, lines: usize, follow: bool, output: Output) -> Result<(), Problem> {
    let mut found: Records = gateway.get(&format!("/api/v1/audit/tail?limit={lines}")).await?;
    let mut last = 0;
    loop {
        show::records(&found.records, output)?;
        last = found.records.last().map_or(last, |found| found.seq);
        if !follow {
            return Ok(());
        }
        tokio::time::sleep(BEAT).await;
        found = gateway.get(&format!("/api/v1/audit/tail?after={last}")).await?;
    }
}

/// What the gateway answers.
#[derive(serde::Deserialize)]
struct Records {
    records: Vec<Found>,
}

async fn ask(gateway: &Reach, search: &Search) -> Result<Vec<Found>, Problem> {
    let time = |text: &Option<String>| text.as_deref().map(moment::parse).transpose();
    let filter = Filter {
        client: search.client.clone(),
        operation: search.operation.clone(),
        issue: search.issue.clone(),
        project: search.project.clone(),
        decision: search.decision.map(Into::into),
        refusal: search.refusal.clone(),
        would_refuse: search.would_refuse.then_some(true),
        kind: search.kind.map(Into::into),
        id: search.id.as_deref().map(request_id).transpose()?,
        since: time(&search.since)?,
        until: time(&search.until)?,
        limit: Some(search.limit),
    };
    let found: Records = gateway.get(&format!("/api/v1/audit/search?{}", query(&filter))).await?;
    Ok(found.records)
}

pub(super) fn request_id(text: &str) -> Result<RequestId, Problem> {
    serde_json::from_value(text.into()).map_err(|_| {
        Problem::new(Exit::Usage, format!("{text:?} is not a request id."))
            .advise("It stands in the header Ticketgate-Request-Id of every answer.")
    })
}

/// As a query string. Only what is asked for is written.
fn query(asked: &Filter) -> String {
    let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(asked) else { return String::new() };
    let mut text = String::new();
    for (name, value) in fields {
        let value = match value {
            serde_json::Value::Null => continue,
            serde_json::Value::String(value) => value,
            other => other.to_string(),
        };
        let separator = if text.is_empty() { "" } else { "&" };
        text.push_str(&format!("{separator}{name}="));
        for byte in value.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b':' => {
                    text.push(char::from(byte))
                }
                other => text.push_str(&format!("%{other:02X}")),
            }
        }
    }
    text
}

/// Passes on what the gateway streams; nothing is held in memory.
async fn export(gateway: &Reach, to: Option<&Path>) -> Result<(), Problem> {
    let (_, mut body) = gateway.stream("/api/v1/audit/export").await?.into_parts();
    let mut out: Box<dyn std::io::Write> = match to {
        Some(path) => Box::new(std::fs::File::create(path)?),
        None => Box::new(std::io::stdout().lock()),
    };
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            Problem::new(Exit::Failed, "The export broke off; what was written is not complete.")
                .because(error)
                .advise("Look at the gateway's log and try again.")
        })?;
        if let Some(bytes) = frame.data_ref() {
            out.write_all(bytes)?;
        }
    }
    Ok(out.flush()?)
}
