//! The binary `ticketgate`: command line, settings, assembly. Floor 7 of the house.
//!
//! **Promises.**
//! - A command says its results on standard output, in words or (with `--json`) as data, and ends with an exit code that is
//!   listed in `docs/cli.md`. An error says what happened, why, and what to do.
//! - A secret is read from a file, standard input or a prompt, never from an argument, and shown once or never.
//! - The gateway starts with everything in order or not at all: wrong settings, a wrong root key, a damaged database or a
//!   second instance end in a sentence, and nothing is changed.
//! - Stopping lets calls under way end, writes every record, and takes `gateway.json` away.
//!
//! **Deliberately absent.** Decisions. What may be changed and how is `control`'s; commands speak to a running gateway
//! over its control API, so that there is one way to change something.

mod assembly;
mod cli;
mod commands;
mod demo;
mod doctor;
mod gateway_file;
#[cfg(test)]
mod golden;
mod logs;
mod moment;
mod output;
mod private_file;
mod problem;
mod reach;
mod refusals;
mod root_key;
mod secret_input;
mod serve;
mod settings;
mod signals;
mod vocabulary;

use std::process::ExitCode;

use clap::Parser as _;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let exit = commands::run(&cli).unwrap_or_else(|problem| {
        output::complain(&problem, cli.global.json);
        problem.exit()
    });
    ExitCode::from(exit.code())
}
