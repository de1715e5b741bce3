//! `ticketgate scopes lookup`: from an operation to its scopes, and back.

use catalogue::{Catalogue, Confinement, Operation, ScopeId, ScopeSet};
use serde_json::{Value, json};
use types::{Product, Verb};

use crate::cli::Global;
use crate::output::{Output, counted};
use crate::problem::{Exit, Problem};
use crate::vocabulary;

pub(super) fn run(global: &Global, what: &str, path: Option<&str>, output: Output) -> Result<Exit, Problem> {
    let catalogue = vocabulary::catalogue_of(global)?;
    // As the catalogue and the gateway's messages write it: method and path in one.
    let (method, path) = match (path, what.split_once(' ')) {
        (None, Some((method, path))) => (method, Some(path.trim())),
        (path, _) => (what, path),
    };
    if let Some(path) = path {
        return of_request(&catalogue, method, path, output);
    }
    if let Some(scope) = catalogue.scope(what) {
        return of_scope(&catalogue, scope, output);
    }
    let (product, id) = match what.split_once(':') {
        Some((product, id)) => (product.parse::<Product>().ok(), id),
        None => (None, what),
    };
    let found: Vec<_> = catalogue
        .by_id(if product.is_some() { id } else { what })
        .map(|one| &**one)
        .filter(|one| product.is_none_or(|product| one.product() == product))
        .collect();
    if found.is_empty() {
        return Err(unknown(&catalogue, what));
    }
    show(&catalogue, &found, output)
}

fn unknown(catalogue: &Catalogue, what: &str) -> Problem {
    const NEAR: f64 = 0.85;
    let names = catalogue.ids().chain(catalogue.scopes().map(|(_, name)| name));
    let near = names
        .map(|name| (strsim::jaro_winkler(name, what), name))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .max_by(|one, other| one.0.total_cmp(&other.0));
    let problem = Problem::new(Exit::Findings, format!("{what:?} is neither an operation's id nor a scope."));
    match near {
        Some((_, name)) => problem.advise(format!("Did you mean {name:?}?")),
        None => {
            problem.advise("Give a method and a path, an operation's id, or a scope; letter case matters.")
        }
    }
}

fn of_request(catalogue: &Catalogue, method: &str, path: &str, output: Output) -> Result<Exit, Problem> {
    let verb: Verb = method.to_ascii_uppercase().parse().map_err(|error| {
        Problem::new(Exit::Usage, format!("{method:?} cannot be looked up.")).because(error)
    })?;
    let found: Vec<_> = catalogue.lookup_template(verb, path).into_iter().map(|one| &**one).collect();
    if found.is_empty() {
        return Err(Problem::new(Exit::Findings, format!("{verb} {path} is none of the operations in the catalogue."))
            .advise("Look at the spelling; letter case matters. New operations are added with `ticketgate scopes import`."));
    }
    show(catalogue, &found, output)
}

fn show(catalogue: &Catalogue, found: &[&Operation], output: Output) -> Result<Exit, Problem> {
    let facts: Vec<_> = found.iter().map(|operation| facts(catalogue, operation)).collect();
    output.show(&facts, |_| found.iter().map(|operation| words(catalogue, operation)).collect())?;
    Ok(Exit::Done)
}

/// An alternative of an operation that a scope is part of.
struct Use<'c> {
    operation: &'c Operation,
    /// What else it takes.
    with: Vec<String>,
}

fn of_scope(catalogue: &Catalogue, scope: ScopeId, output: Output) -> Result<Exit, Problem> {
    let only: ScopeSet = std::iter::once(scope).collect();
    let uses = |of: fn(&Operation) -> Option<&ScopeSet>| -> Vec<Use<'_>> {
        let all = catalogue.operations().iter();
        all.filter_map(|operation| {
            let set = of(operation).filter(|set| set.contains(scope))?;
            Some(Use { operation, with: names_of(catalogue, &set.difference(&only)) })
        })
        .collect()
    };
    let name = catalogue.scope_name(scope);
    let parts = [("classic", uses(Operation::classic)), ("granular", uses(Operation::granular))];
    let told = |uses: &[Use<'_>]| -> Vec<Value> {
        let told = |one: &Use<'_>| {
            json!({
                "operation": one.operation.label(),
                "method": one.operation.verb().as_str(),
                "path": one.operation.template(),
                "effect": one.operation.effect().as_str(),
                "with": one.with,
            })
        };
        uses.iter().map(told).collect()
    };
    let mut value = json!({ "scope": name });
    if let Some(value) = value.as_object_mut() {
        for (kind, uses) in &parts {
            value.insert((*kind).to_owned(), json!(told(uses)));
        }
    }
    output.show(&value, |_| {
        let mut text = format!("{name}\n");
        for (kind, uses) in parts.iter().filter(|(_, uses)| !uses.is_empty()) {
            let opened = uses.iter().filter(|one| one.with.is_empty()).count();
            text.push_str(&format!(
                "  as a {kind} scope, for {}; {opened} need no other\n",
                counted(uses.len(), "operation")
            ));
            for one in uses {
                let with = if one.with.is_empty() {
                    String::new()
                } else {
                    format!("  with {}", one.with.join(" "))
                };
                let operation = one.operation;
                text.push_str(&format!(
                    "    {}  {} {}{with}\n",
                    operation.label(),
                    operation.verb(),
                    operation.template()
                ));
            }
        }
        text
    })?;
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

fn names_of(catalogue: &Catalogue, set: &ScopeSet) -> Vec<String> {
    set.iter().map(|scope| catalogue.scope_name(scope).to_owned()).collect()
}

/// Why clients with a boundary are refused this call, if they are.
fn refusal(operation: &Operation) -> Option<&'static str> {
    match operation.confinement() {
        Confinement::Refused(why) => Some(why.sentence()),
        _ => None,
    }
}
