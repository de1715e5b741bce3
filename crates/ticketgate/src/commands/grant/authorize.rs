//! `ticketgate grant authorize`: an address for a browser, and waiting for what becomes of it.

use std::io::IsTerminal as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use control::views::{ConsentAsked, ConsentProgress, ConsentState};
use serde_json::json;

use crate::cli::AuthorizeGrant;
use crate::output::{self, Output};
use crate::problem::{Exit, Problem};
use crate::reach::Reach;

/// How often is asked what became of it.
const ASK_EVERY: Duration = Duration::from_secs(1);

pub(super) async fn run(gateway: &Reach, args: &AuthorizeGrant, output: Output) -> Result<Exit, Problem> {
    let path = format!("/api/v1/grants/{}/authorize", args.grant);
    let body =
        json!({ "app": args.app, "sites": args.sites, "scopes": args.scopes, "replace": args.replace });
    let asked: ConsentAsked = gateway.post(&path, &body).await?;
    if args.wait == 0 {
        output.show(&asked, address)?;
        return Ok(Exit::Done);
    }
    // With --json, standard output is for the end of it.
    output::remark(&address(&asked));
    if !args.no_browser && has_desktop() {
        open(&asked.url);
    }
    let progress = wait(gateway, &format!("{path}/{}", asked.id), args.wait).await?;
    output.show(&progress, words)?;
    Ok(if progress.state == ConsentState::Granted { Exit::Done } else { Exit::Findings })
}

fn address(asked: &ConsentAsked) -> String {
    format!(
        "Whoever is to consent opens this address, once, until {:.0}:\n\n  {}\n",
        asked.expires_at, asked.url
    )
}

async fn wait(gateway: &Reach, path: &str, minutes: u16) -> Result<ConsentProgress, Problem> {
    let asking = async {
        loop {
            let progress: ConsentProgress = gateway.get(path).await?;
            if progress.state != ConsentState::Waiting {
                return Ok(progress);
            }
            tokio::time::sleep(ASK_EVERY).await;
        }
    };
    let patience = Duration::from_secs(u64::from(minutes) * 60);
    tokio::time::timeout(patience, asking).await.unwrap_or_else(|_| {
        Err(Problem::new(Exit::Findings, format!("Nobody has consented within {minutes} minutes."))
            .because("The address was not opened, or whoever opened it has not come back from Atlassian.")
            .advise("Run the command again for another address."))
    })
}

fn words(progress: &ConsentProgress) -> String {
    match progress.state {
        ConsentState::Granted => {
            format!("{}\nTry it with `ticketgate grant check {}`.", progress.words, progress.grant)
        }
        _ if progress.reaches_too.is_empty() => progress.words.clone(),
        _ => format!("{}\nIt reaches: {}.", progress.words, progress.reaches_too.join(", ")),
    }
}

/// Whether a browser would appear in front of whoever types.
fn has_desktop() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    std::io::stdout().is_terminal() && (set("DISPLAY") || set("WAYLAND_DISPLAY"))
}

/// The address is printed too, so a desktop without a browser is no failure.
fn open(url: &str) {
    let mut command = Command::new("xdg-open");
    let _ = command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
}
