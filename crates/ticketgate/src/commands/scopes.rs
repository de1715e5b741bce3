//! `ticketgate scopes`

mod lookup;
mod minimum;
mod usage;

use std::path::{Path, PathBuf};

use catalogue::{Catalogue, import};
use serde_json::{Value, json};

use crate::cli::{Global, Scopes};
use crate::output::Output;
use crate::problem::{Exit, Problem};

pub(crate) fn run(global: &Global, command: &Scopes, output: Output) -> Result<Exit, Problem> {
    match command {
        Scopes::Lookup { what, path } => lookup::run(global, what, path.as_deref(), output),
        Scopes::Minimum(asked) => minimum::run(global, asked, output),
        Scopes::Usage(asked) => super::briefly(usage::run(global, asked, output)),
        Scopes::Import { files, output: to } => bring_in(files, to.as_deref(), output),
    }
}

/// The built-in table, brought up to date with Atlassian's own documents.
fn bring_in(files: &[PathBuf], to: Option<&Path>, output: Output) -> Result<Exit, Problem> {
    let mut entries = Catalogue::builtin_text()
        .and_then(|text| import::from_table(&text))
        .map_err(|error| Problem::new(Exit::Failed, "The built-in table cannot be read.").because(error))?;
    for file in files {
        let refused = |error: &dyn std::fmt::Display| {
            Problem::new(Exit::Failed, format!("{} cannot be imported.", file.display()))
                .because(error)
                .advise("Give the OpenAPI document (JSON) that Atlassian publishes for the product.")
        };
        let text = std::fs::read_to_string(file).map_err(|error| refused(&error))?;
        let document: Value = serde_json::from_str(&text).map_err(|error| refused(&error))?;
        let newer = import::from_openapi(&document).map_err(|error| refused(&error))?;
        entries = import::merge(entries, newer);
    }
    let table = import::render(entries).map_err(|error| {
        Problem::new(Exit::Failed, "The table cannot be made.").because(error).advise(
            "No client may be let through unclassified: use a newer ticketgate, or leave these operations out of the document.",
        )
    })?;
    let operations = Catalogue::parse(&table)
        .map_err(|error| {
            Problem::new(Exit::Failed, "The table that was made cannot be read.").because(error)
        })?
        .operations()
        .len();
    match to {
        None => output.line(table.trim_end())?,
        Some(path) => {
            std::fs::write(path, table)?;
            output.show(&json!({ "operations": operations, "written": path }), |_| {
                format!("Wrote {operations} operations to {0}. Name the file in ticketgate.toml: catalogue = {0:?}", path.display())
            })?;
        }
    }
    Ok(Exit::Done)
}
