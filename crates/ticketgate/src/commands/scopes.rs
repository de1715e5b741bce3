//! `ticketgate scopes`

use std::path::{Path, PathBuf};

use catalogue::{Catalogue, Confinement, Operation, ScopeSet, import};
use serde_json::{Value, json};
use types::Verb;

use crate::cli::{Global, Scopes};
use crate::output::Output;
use crate::problem::{Exit, Problem};
use crate::vocabulary;

pub(crate) fn run(global: &Global, command: &Scopes, output: Output) -> Result<Exit, Problem> {
    match command {
        Scopes::Lookup { method, path } => lookup(global, method, path, output),
        Scopes::Import { files, output: to } => bring_in(files, to.as_deref(), output),
    }
}

fn lookup(global: &Global, method: &str, path: &str, output: Output) -> Result<Exit, Problem> {
    let verb: Verb = method.to_ascii_uppercase().parse().map_err(|error| {
        Problem::new(Exit::Usage, format!("{method:?} cannot be looked up.")).because(error)
    })?;
    let catalogue = vocabulary::catalogue_of(global)?;
    let found = catalogue.lookup_template(verb, path);
    if found.is_empty() {
        return Err(Problem::new(Exit::Findings, format!("{verb} {path} is none of the operations in the catalogue."))
            .advise("Look at the spelling; letter case matters. New operations are added with `ticketgate scopes import`."));
    }
    let facts: Vec<_> = found.iter().map(|operation| facts(&catalogue, operation)).collect();
    output.show(&facts, |_| found.iter().map(|operation| words(&catalogue, operation)).collect())?;
    Ok(Exit::Done)
}

fn facts(catalogue: &Catalogue, operation: &Operation) -> Value {
    let names = |set: Option<&ScopeSet>| set.map(|set| names_of(catalogue, set));
    json!({
        "operation": operation.label(),
        "product": operation.product().as_str(),
        "method": operation.verb().as_str(),
        "path": operation.template(),
        "effect": operation.effect().as_str(),
        "confinement": operation.confinement().as_str(),
        "refused": refusal(operation),
        "bulk": operation.is_bulk(),
        "scopes": { "classic": names(operation.classic()), "granular": names(operation.granular()) },
        "permissions": operation.permissions(),
        "deprecated": operation.deprecated(),
        "experimental": operation.experimental(),
        "removal": operation.removal().map(|date| date.to_string()),
        "tag": operation.tag(),
    })
}

fn words(catalogue: &Catalogue, operation: &Operation) -> String {
    let mut text = format!(
        "{}\n  request      {} {}\n  product      {}\n  effect       {}\n",
        operation.label(),
        operation.verb(),
        operation.template(),
        operation.product(),
        operation.effect()
    );
    let confined = refusal(operation).map_or_else(String::new, |why| format!(": {why}"));
    text.push_str(&format!("  boundary     {}{confined}\n", operation.confinement().as_str()));
    if operation.is_bulk() {
        text.push_str("  bulk         yes\n");
    }
    for (label, set) in [("classic", operation.classic()), ("granular", operation.granular())] {
        let names = match set {
            None => "not usable with these scopes".to_owned(),
            Some(set) if set.is_empty() => "needs none".to_owned(),
            Some(set) => names_of(catalogue, set).join(" and "),
        };
        text.push_str(&format!("  {label:<12} {names}\n"));
    }
    if !operation.permissions().is_empty() {
        text.push_str(&format!("  permissions  {}\n", operation.permissions().join(", ")));
    }
    if let Some(date) = operation.removal() {
        text.push_str(&format!("  removed      {date}\n"));
    } else if operation.deprecated() {
        text.push_str("  deprecated   yes\n");
    }
    text
}

/// Why clients with a boundary are refused this call, if they are.
fn refusal(operation: &Operation) -> Option<&'static str> {
    match operation.confinement() {
        Confinement::Refused(why) => Some(why.sentence()),
        _ => None,
    }
}

fn names_of(catalogue: &Catalogue, set: &ScopeSet) -> Vec<String> {
    set.iter().map(|scope| catalogue.scope_name(scope).to_owned()).collect()
}

/// The built-in table, brought up to date with Atlassian's own documents.
fn bring_in(files: &[PathBuf], to: Option<&Path>, output: Output) -> Result<Exit, Problem> {
    let mut entries = import::from_table(Catalogue::BUILTIN)
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
