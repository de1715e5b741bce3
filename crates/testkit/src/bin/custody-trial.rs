//! Tries whether a grant can be lost: see `docs/custody.md`.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use testkit::naive::{self, Algorithm};
use testkit::{Crowd, Plan, Report, Retry, Store, Subject, crowd, table, trial};

#[derive(Parser)]
#[command(about = "Tries whether a grant can be lost", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Kills gateways in front of a provider in bad weather; ends with 1 when a grant was lost
    Run(Box<Run>),
    /// Calls many times at once with a grant whose token is over
    Crowd {
        /// `ticketgate`
        #[arg(long)]
        gateway: PathBuf,
        /// How many at once
        #[arg(long, default_value_t = 1_000)]
        callers: usize,
        /// How long the provider takes, in milliseconds
        #[arg(long, default_value_t = 300)]
        refresh_ms: u64,
        /// Answer in JSON
        #[arg(long)]
        json: bool,
    },
    /// Reports in JSON side by side, in Markdown
    Table {
        /// What `run --json` printed
        reports: Vec<PathBuf>,
    },
    /// A naive gateway, as the trial starts them
    #[command(hide = true)]
    Naive {
        /// Which way
        algorithm: Algorithm,
    },
}

#[derive(Args)]
struct Run {
    /// `ticketgate`, built with the feature `failpoints`
    #[arg(long, required_unless_present = "naive")]
    gateway: Option<PathBuf>,
    /// Try a naive way instead
    #[arg(long, conflicts_with = "gateway")]
    naive: Option<Algorithm>,
    /// Where grants are kept
    #[arg(long, default_value = "sqlite")]
    store: Store,
    /// Processes that share them
    #[arg(long)]
    processes: Option<usize>,
    /// Independent settings side by side
    #[arg(long, default_value_t = 1)]
    lanes: usize,
    /// Grants in each lane
    #[arg(long)]
    grants: Option<usize>,
    /// Kills
    #[arg(long, default_value_t = 100)]
    kills: u64,
    /// No kill begins after so long
    #[arg(long, default_value_t = 3_600)]
    seconds_at_most: u64,
    /// The same seed makes the same choices
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What the provider does with repeats; all in turns without it
    #[arg(long)]
    retry: Option<Retry>,
    /// How long an access token lives, in seconds
    #[arg(long)]
    access_token_seconds: Option<u64>,
    /// How long a refresh token may be sent again, in seconds
    #[arg(long)]
    leeway_seconds: Option<u64>,
    /// The share of refreshes that something happens to
    #[arg(long, default_value_t = 0.12)]
    trouble: f64,
    /// The longest the provider takes for a refresh, in milliseconds
    #[arg(long, default_value_t = 400)]
    slowest_ms: u64,
    /// The longest a process runs before a kill at a random moment, in milliseconds
    #[arg(long, default_value_t = 1_500)]
    longest_run_ms: u64,
    /// Where processes keep their files: best in memory
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

impl Run {
    fn plan(&self) -> anyhow::Result<Plan> {
        let subject = match (&self.gateway, self.naive) {
            (_, Some(algorithm)) => Subject::Naive { program: std::env::current_exe()?, algorithm },
            (Some(gateway), None) => {
                Subject::Ticketgate { program: gateway.canonicalize().context("no such gateway")? }
            }
            (None, None) => anyhow::bail!("--gateway or --naive"),
        };
        let usual = Plan::new(subject, self.store);
        Ok(Plan {
            kills: self.kills,
            at_most: Duration::from_secs(self.seconds_at_most),
            seed: self.seed,
            lanes: self.lanes,
            processes: self.processes.unwrap_or(usual.processes),
            grants: self.grants.unwrap_or(usual.grants),
            access_token_seconds: self.access_token_seconds.unwrap_or(usual.access_token_seconds),
            leeway_seconds: self.leeway_seconds.unwrap_or(usual.leeway_seconds),
            trouble: self.trouble,
            slowest: Duration::from_millis(self.slowest_ms),
            retry: self.retry,
            longest_run: Duration::from_millis(self.longest_run_ms),
            folder: self.folder.clone(),
            progress: true,
            ..usual
        })
    }
}

fn main() -> anyhow::Result<ExitCode> {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(Box::pin(run(cli.command)))
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    let good = match command {
        Command::Run(args) => match trial(&args.plan()?).await? {
            None => true,
            Some(report) => {
                say(&report, args.json)?;
                report.is_good()
            }
        },
        Command::Crowd { gateway, callers, refresh_ms, json } => {
            let program = gateway.canonicalize().context("no such gateway")?;
            let asked = Crowd { program, callers, refresh: Duration::from_millis(refresh_ms) };
            let report = crowd(&asked).await?;
            say(&report, json)?;
            report.is_good()
        }
        Command::Table { reports } => {
            let read = |path: &PathBuf| -> anyhow::Result<Report> {
                let text = std::fs::read(path).with_context(|| path.display().to_string())?;
                Ok(serde_json::from_slice(&text)?)
            };
            let reports = reports.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?;
            std::io::stdout().write_all(table(&reports).as_bytes())?;
            true
        }
        Command::Naive { algorithm } => {
            naive::serve(algorithm).await?;
            true
        }
    };
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn say(report: &(impl std::fmt::Display + serde::Serialize), json: bool) -> anyhow::Result<()> {
    let text = if json { serde_json::to_string_pretty(report)? } else { report.to_string() };
    Ok(writeln!(std::io::stdout(), "{text}")?)
}
