//! The list of operations the builtin table began as: thirteen columns, gathered from documents and announcements.

use std::collections::BTreeSet;
use std::str::FromStr;

use types::{Product, Verb};

use super::entry::{Alternative, Entry, ImportError};
use super::{merge, names};
use crate::operation::Date;

/// Its first line; anything else is another format.
const HEAD: &str = "api\tversion\tmethod\tpath\toperation_id\tclassic_scopes\tgranular_scopes\tjira_permissions\t\
                    deprecated\texperimental\tapp_access_rule_exempt\tchange\ttag";

/// Reads the list. Lines for the same verb and path (two versions of an API listing what they share) become one.
///
/// # Errors
/// [`ImportError::Line`] with the first line that cannot be read.
pub fn from_tsv(text: &str) -> Result<Vec<Entry>, ImportError> {
    let mut lines = (1..).zip(text.lines());
    match lines.next() {
        Some((_, HEAD)) => {}
        _ => return Err(ImportError::Line { line: 1, problem: "the head names other columns".to_owned() }),
    }
    let entries: Vec<Entry> = lines
        .filter(|(_, line)| !line.is_empty())
        .map(|(number, line)| entry(line).map_err(|problem| ImportError::Line { line: number, problem }))
        .collect::<Result<_, _>>()?;
    Ok(merge(Vec::new(), entries))
}

fn entry(line: &str) -> Result<Entry, String> {
    let cells: Vec<&str> = line.split('\t').collect();
    let &[
        api,
        _version,
        verb,
        path,
        id,
        classic,
        granular,
        permissions,
        deprecated,
        experimental,
        _,
        change,
        tag,
    ] = cells.as_slice()
    else {
        return Err(format!("it has {} cells, not 13", cells.len()));
    };
    let product = product(api).ok_or_else(|| format!("{api:?} is no product"))?;
    let verb = Verb::from_str(verb).map_err(|error| format!("{verb:?}: {error}"))?;
    let mut entry = Entry {
        id: id.into(),
        classic: alternative(classic),
        granular: alternative(granular),
        permissions: list(permissions).collect(),
        deprecated: deprecated == "1",
        experimental: experimental == "1",
        removal: removal(change)?,
        tag: tag.into(),
        ..Entry::bare(product, verb, path)
    };
    if matches!(product, Product::JiraDataCenter | Product::ConfluenceDataCenter) {
        // Data Center knows no scopes, so it needs none.
        entry.classic = Some(BTreeSet::new());
    }
    names::add_known(&mut entry);
    Ok(entry)
}

fn product(api: &str) -> Option<Product> {
    Some(match api {
        "jira" => Product::Jira,
        "jira-software" => Product::JiraSoftware,
        "jsm" => Product::ServiceManagement,
        "confluence" => Product::Confluence,
        "assets" => Product::Assets,
        "jira-dc" => Product::JiraDataCenter,
        "confluence-dc" => Product::ConfluenceDataCenter,
        _ => return None,
    })
}

fn list(cell: &str) -> impl Iterator<Item = Box<str>> {
    cell.split(',').filter(|item| !item.is_empty()).map(Box::from)
}

fn alternative(cell: &str) -> Alternative {
    match cell {
        "" => None,
        "-" => Some(BTreeSet::new()),
        // One document lists the same alternative twice, which the list writes as `a | a`: the first stands for both.
        _ => Some(list(cell.split(" | ").next().unwrap_or(cell)).collect()),
    }
}

/// The day in `removed announced 2024-10-31 effective 2025-05-01`.
fn removal(change: &str) -> Result<Option<Date>, String> {
    let Some((_, day)) = change.split_once(" effective ") else { return Ok(None) };
    day.parse().map(Some).map_err(|error| format!("{change:?}: {error}"))
}
