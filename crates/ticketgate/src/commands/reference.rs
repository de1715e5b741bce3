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
        Page::Openapi => api::openapi().to_owned(),
        Page::Man => cli::manual::page()?,
    };
    output.line(text.trim_end())?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_description_of_the_control_api_is_up_to_date() {
        crate::golden::compare("docs/openapi.json", api::openapi());
    }
}
