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
        Page::ManifestSchema => policy::manifest_schema(),
        Page::FragmentSchema => policy::fragment_schema(),
        Page::ElevationSchema => policy::elevation_schema(),
        Page::GuardrailsSchema => policy::guardrails_schema(),
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

    #[test]
    fn the_schemas_of_manifests_are_up_to_date() {
        crate::golden::compare("docs/manifest.schema.json", &policy::manifest_schema());
        crate::golden::compare("docs/fragment.schema.json", &policy::fragment_schema());
        crate::golden::compare("docs/elevation.schema.json", &policy::elevation_schema());
        crate::golden::compare("docs/guardrails.schema.json", &policy::guardrails_schema());
    }
}
