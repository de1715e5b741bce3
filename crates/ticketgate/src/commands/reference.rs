//! `ticketgate reference`

use crate::cli::{self, Page};
use crate::output::Output;
use crate::problem::{Exit, Problem};
use crate::{refusals, settings};

pub(crate) fn run(page: Page, output: Output) -> Result<Exit, Problem> {
    let text = match page {
        Page::Cli => cli::reference::page(),
        Page::Settings => settings::reference::page(),
        Page::Refusals => refusals::page(),
        Page::Man => cli::manual::page()?,
    };
    output.line(text.trim_end())?;
    Ok(Exit::Done)
}
