//! The commands, one file each.

mod apply;
mod audit;
mod client;
mod completions;
mod elevations;
mod explain;
mod grant;
mod init;
mod keys;
mod manifest;
mod operator;
mod plan;
mod proposals;
mod reference;
mod scopes;
mod site;
mod standin;
mod versions;

use crate::cli::{Cli, Command, Later};
use crate::demo;
use crate::doctor;
use crate::output::Output;
use crate::problem::{Exit, Problem};
use crate::serve;

/// Runs one command to its end.
pub(crate) fn run(cli: &Cli) -> Result<Exit, Problem> {
    let (global, output) = (&cli.global, Output::new(cli.global.json));
    match &cli.command {
        Command::Serve(args) => serve::run(global, args),
        Command::Demo(Later(args)) => demo::run(global, args, output),
        Command::Init(Later(args)) => init::run(args, output),
        Command::Doctor => briefly(doctor::run(global, output)),
        Command::Client(Later(args)) => briefly(client::run(global, args, output)),
        Command::Grant(Later(args)) => briefly(grant::run(global, args, output)),
        Command::Keys(Later(args)) => briefly(keys::run(global, args, output)),
        Command::Operator(Later(args)) => briefly(operator::run(global, args, output)),
        Command::Site(Later(args)) => briefly(site::run(global, args, output)),
        Command::Manifest(Later(args)) => briefly(manifest::run(global, args, output)),
        Command::Scopes(Later(args)) => scopes::run(global, args, output),
        Command::Plan(Later(args)) => briefly(plan::run(global, args, output)),
        Command::Apply(Later(args)) => briefly(apply::run(global, args, output)),
        Command::Approve(Later(args)) => briefly(proposals::approve(global, args, output)),
        Command::Proposals(Later(args)) => briefly(proposals::run(global, args, output)),
        Command::Elevate(Later(args)) => briefly(elevations::ask(global, args, output)),
        Command::Elevations(Later(args)) => briefly(elevations::run(global, args, output)),
        Command::Rollback(Later(args)) => briefly(apply::roll_back(global, args, output)),
        Command::Audit(Later(args)) => briefly(audit::run(global, args, output)),
        Command::Explain { request } => briefly(explain::run(global, request, output)),
        Command::Standin(Later(args)) => briefly(standin::run(args, output)),
        Command::Completions { shell } => completions::run(*shell, output),
        Command::Reference { page } => reference::run(*page, output),
    }
}

/// Runs a command that needs a runtime only for a few requests: one thread is enough.
fn briefly<T>(command: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(command)
}
