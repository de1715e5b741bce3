//! The first manifest of a client, written from what it did.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use catalogue::Catalogue;

use crate::compile::Known;
use crate::diagnostic::Diagnostic;
use crate::manifest::Manifest;
use crate::minimum::{self, Asked};
use crate::source::ManifestFile;

/// What a client did, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// The labels of the operations, each with how often.
    pub operations: Vec<(String, u64)>,
    /// The projects that were named, by key or id.
    pub projects: BTreeSet<String>,
    /// The spaces that were named, by key.
    pub spaces: BTreeSet<String>,
    /// How many calls named neither.
    pub unnamed: u64,
    /// Whether there were more projects and spaces than are known.
    pub more_places: bool,
    /// From when to when, as it is to be said.
    pub period: String,
}

/// A whole manifest with comments that allows what was done, by id, with the fewest scopes; facts are those of the manifest there is.
///
/// # Errors
/// The diagnostics of what was written, which is a defect of the gateway.
pub fn draft(
    manifest: &Manifest,
    used: &Used,
    catalogue: &Catalogue,
    known: &Known<'_>,
) -> Result<String, Vec<Diagnostic>> {
    let file = format!("{}.toml", manifest.client());
    let bare = ManifestFile::new(file.as_str(), text(manifest, used, &[]));
    let asked = Asked { everything: true, ..Asked::default() };
    let least = minimum::minimum(&bare, std::slice::from_ref(&bare), catalogue, known, asked)?;
    let scopes: Vec<&str> = least.names().collect();
    Ok(text(manifest, used, &scopes))
}

fn text(manifest: &Manifest, used: &Used, scopes: &[&str]) -> String {
    let sites: Vec<&str> = manifest.sites().iter().map(|site| site.name.as_str()).collect();
    let mut text = format!(
        "# A draft: what {} did {}. Review it as you would a colleague's work.\n\
         # It was made from records, which do not know bodies, fields, transitions or what searches found.\n\
         owner = {}\npurpose = {}\n",
        manifest.client(),
        used.period,
        quoted(manifest.owner()),
        quoted(manifest.purpose()),
    );
    if let Some((first, others)) = sites.split_first() {
        let _ = writeln!(text, "site = {}", quoted(first));
        if !others.is_empty() {
            let others: Vec<_> = others.iter().map(|name| quoted(name)).collect();
            let _ = writeln!(text, "sites = [{}]", others.join(", "));
        }
    }
    let _ = writeln!(text, "grant = {}", quoted(manifest.grant().as_str()));
    text.push_str("# The fewest scopes that cover the operations below.\n");
    list(&mut text, "scopes", scopes.iter().map(|scope| (quoted(scope), String::new())));
    text.push_str("\n[operations]\n");
    let operations = used.operations.iter();
    list(&mut text, "ids", operations.map(|(label, calls)| (quoted(label), format!("  # {calls} calls"))));
    places(&mut text, "projects", &used.projects, used);
    places(&mut text, "spaces", &used.spaces, used);
    text.push_str("\n# Which transitions it made is not on record. To allow some only, name them:\n");
    text.push_str("# [[transitions]]\n# to = \"Done\"\n");
    text
}

/// One line an entry, with what is to be said of it.
fn list(text: &mut String, key: &str, entries: impl Iterator<Item = (String, String)>) {
    let mut entries = entries.peekable();
    if entries.peek().is_none() {
        let _ = writeln!(text, "{key} = []");
        return;
    }
    let _ = writeln!(text, "{key} = [");
    for (entry, remark) in entries {
        let _ = writeln!(text, "  {entry},{remark}");
    }
    text.push_str("]\n");
}

fn places(text: &mut String, table: &str, names: &BTreeSet<String>, used: &Used) {
    if names.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n# The {table} its calls named.");
    if used.unnamed > 0 {
        let _ = writeln!(
            text,
            "# {} named none, as searches do: with this table they find what lies in these {table} only.",
            used.unnamed
        );
    }
    let off = if used.more_places { "# " } else { "" };
    if used.more_places {
        let _ = writeln!(text, "# There were more than are known, so the table is left out.");
    }
    let by_number = |name: &String| table == "projects" && name.bytes().all(|byte| byte.is_ascii_digit());
    let names: Vec<_> =
        names.iter().map(|name| if by_number(name) { name.clone() } else { quoted(name) }).collect();
    let _ = writeln!(text, "{off}[{table}]\n{off}allow = [{}]", names.join(", "));
}

/// As a TOML text.
fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string().trim().to_owned()
}
