//! The log: what the process says about itself, on standard error.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::problem::{Exit, Problem};
use crate::settings::Log;

/// Starts logging as the settings say.
///
/// # Errors
/// When `log.level` is not a filter.
pub(crate) fn start(log: &Log) -> Result<(), Problem> {
    let filter = EnvFilter::try_new(&log.level).map_err(|error| {
        Problem::new(Exit::Settings, format!("log.level = {:?} is not a level or filter.", log.level))
            .because(error)
            .advise("Write error, warn, info, debug or trace, or a filter such as \"info,proxy=debug\".")
    })?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if log.json {
        builder.json().flatten_event(true).try_init()
    } else {
        builder.with_ansi(std::io::stderr().is_terminal()).with_target(false).try_init()
    };
    started.map_err(|error| Problem::new(Exit::Failed, "The log cannot be started.").because(error))
}
