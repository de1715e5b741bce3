//! `ticketgate scopes minimum`

use std::fs;
use std::io::Write as _;
use std::path::Path;

use clock::Clock;
use policy::minimum::{Asked, Prefer, RECOMMENDED, minimum, with_scopes};
use policy::{Diagnostic, Known, ManifestFile, ManifestSet};
use serde_json::{Value, json};

use crate::cli::{Global, Minimum};
use crate::output::{Output, counted};
use crate::problem::{Exit, Problem};
use crate::{settings, vocabulary};

/// How many operations are named as the reason for a scope; `--json` names them all.
const NAMED: usize = 3;

/// What became of one manifest.
struct Found {
    file: ManifestFile,
    least: Result<policy::minimum::Minimum, Vec<Diagnostic>>,
    written: bool,
}

pub(super) fn run(global: &Global, asked: &Minimum, output: Output) -> Result<Exit, Problem> {
    let mut all = find(global, asked)?;
    if asked.write {
        for found in &mut all {
            found.written = write(found)?;
        }
    }
    let values: Vec<_> = all.iter().map(value).collect();
    output.show(&values, |_| {
        let texts: Vec<_> = all.iter().map(|found| words(found, asked)).collect();
        texts.join("\n\n")
    })?;
    Ok(if all.iter().all(|found| found.least.is_ok()) { Exit::Done } else { Exit::Findings })
}

fn find(global: &Global, asked: &Minimum) -> Result<Vec<Found>, Problem> {
    let settings = settings::load(global.config.as_deref())?.settings;
    let from = asked.manifests.clone().unwrap_or(settings.manifests);
    let (files, shared) = read(&from)?;
    let mine = |file: &ManifestFile| {
        let name = Path::new(&file.path).file_stem().and_then(|name| name.to_str());
        asked.client.as_ref().is_none_or(|client| name == Some(client.as_str()))
    };
    let files: Vec<_> = files.into_iter().filter(mine).collect();
    if files.is_empty() {
        return Err(Problem::new(Exit::Usage, format!("There is no such manifest in {}.", from.display()))
            .advise("Look at the client's id: the file's name without .toml is it."));
    }
    let catalogue = vocabulary::catalogue(settings.catalogue.as_deref())?;
    let sites = vocabulary::sites_unasked(&settings.sites);
    let clock = Clock::system()
        .map_err(|error| Problem::new(Exit::Failed, "The clock cannot be started.").because(error))?;
    let known = Known { sites: &sites, grants: None, now: clock.now() };
    let prefer = if asked.narrowest { Prefer::Narrowest } else { Prefer::Fewest };
    let how = Asked { prefer, everything: asked.everything, ..Asked::default() };
    let found = |file: ManifestFile| {
        let least = minimum(&file, &shared, &catalogue, &known, how);
        Found { file, least, written: false }
    };
    Ok(files.into_iter().map(found).collect())
}

/// One file, or all of a folder; and what they stand among.
fn read(from: &Path) -> Result<(Vec<ManifestFile>, ManifestSet), Problem> {
    let unreadable = |error: &dyn std::fmt::Display| {
        Problem::new(Exit::Failed, format!("{} cannot be read.", from.display()))
            .because(error)
            .advise("Name a manifest or a folder with manifests.")
    };
    if from.is_dir() {
        let mut shared = control::manifests::read_folder(from).map_err(|error| unreadable(&error))?;
        let mut files = std::mem::take(&mut shared.manifests);
        for file in &mut files {
            file.path = from.join(&file.path).display().to_string();
        }
        return Ok((files, shared));
    }
    let size = fs::metadata(from).map_err(|error| unreadable(&error))?.len();
    if size > policy::limits::FILE_BYTES as u64 {
        return Err(unreadable(&"it is larger than a manifest may be"));
    }
    let text = fs::read_to_string(from).map_err(|error| unreadable(&error))?;
    // Its folder, where that can be read: fragments and guardrails hold for it too.
    let folder = from.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut shared = control::manifests::read_folder(folder).unwrap_or_default();
    shared.manifests.clear();
    Ok((vec![ManifestFile::new(from.display().to_string(), text)], shared))
}

/// Puts the scopes into the file, if they differ. Whole or not at all: somebody may be reading it.
fn write(found: &Found) -> Result<bool, Problem> {
    let Ok(least) = &found.least else { return Ok(false) };
    if least.is_met() {
        return Ok(false);
    }
    // Where a link leads, so that the link stays.
    let path = fs::canonicalize(&found.file.path);
    let path = path.as_deref().unwrap_or(Path::new(&found.file.path));
    let failed = |error: &dyn std::fmt::Display| {
        Problem::new(Exit::Failed, format!("{} cannot be changed.", path.display()))
            .because(error)
            .advise("Change it by hand: the command without --write shows what should be in it.")
    };
    let text = with_scopes(&found.file.text, least.names()).map_err(|error| failed(&error))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut beside = tempfile::NamedTempFile::new_in(folder).map_err(|error| failed(&error))?;
    let whole = beside.write_all(text.as_bytes()).and_then(|()| beside.as_file().sync_all());
    whole.map_err(|error| failed(&error))?;
    let permissions = fs::metadata(path).map_err(|error| failed(&error))?.permissions();
    if permissions.readonly() {
        return Err(failed(&"it is read-only"));
    }
    beside.as_file().set_permissions(permissions).map_err(|error| failed(&error))?;
    beside.persist(path).map_err(|error| failed(&error.error))?;
    Ok(true)
}

fn value(found: &Found) -> Value {
    match &found.least {
        Ok(least) => {
            let mut value = json!(least);
            if let Some(value) = value.as_object_mut() {
                value.insert("path".to_owned(), json!(found.file.path));
                value.insert("met".to_owned(), json!(least.is_met()));
                value.insert("written".to_owned(), json!(found.written));
                value.insert("recommended".to_owned(), json!(RECOMMENDED));
            }
            value
        }
        Err(diagnostics) => json!({ "path": found.file.path, "diagnostics": diagnostics }),
    }
}

fn words(found: &Found, asked: &Minimum) -> String {
    let least = match &found.least {
        Ok(least) => least,
        Err(all) => {
            let rendered = policy::render_human(all, std::slice::from_ref(&found.file));
            let path = &found.file.path;
            return format!("{}\n\n{path} has errors, so nothing can be said about it.", rendered.trim_end());
        }
    };
    let count = least.scopes.len();
    let mut text = format!(
        "{}: {} {} {} of its manifest; it has {}\n",
        least.client,
        counted(count, "scope"),
        if count == 1 { "covers" } else { "cover" },
        counted(least.operations, "operation"),
        least.current.len()
    );
    for reason in &least.scopes {
        let (first, more) = reason.needed_by.split_at(reason.needed_by.len().min(NAMED));
        let new = if least.add.contains(&reason.scope) { "  (new)" } else { "" };
        text.push_str(&format!("  {}{new}\n    for {}", reason.scope, first.join(", ")));
        if !more.is_empty() {
            text.push_str(&format!(" and {} more", more.len()));
        }
        text.push_str(&format!("\n    also opens {}\n", counted(reason.also_opens, "other operation")));
    }
    for gone in &least.drop {
        text.push_str(&format!("  without {gone}\n"));
    }
    text.push_str(&format!(
        "At Atlassian they open {}; those it has, {}.\n",
        counted(least.opens, "operation"),
        least.current_opens
    ));
    text.push_str(&remarks(least, asked));
    text.push_str(match (least.is_met(), found.written) {
        (true, _) => "The manifest has just these.",
        (false, true) => "Written. Review the difference, then publish it with `ticketgate apply`.",
        (false, false) => "Add --write to put them into the manifest.",
    });
    text
}

/// What should not be overlooked.
fn remarks(least: &policy::minimum::Minimum, asked: &Minimum) -> String {
    let mut text = String::new();
    if least.opens > least.current_opens {
        text.push_str(
            "Fewer scopes, but wider ones: look at --narrowest, if somebody could get hold of the grant itself.\n",
        );
    }
    if !least.newly_allowed.is_empty() {
        let list = least.newly_allowed.join(", ");
        text.push_str(&format!("The client could call then what it cannot call now: {list}.\n"));
    }
    if !least.closed.is_empty() {
        text.push_str(&format!("No scope opens {}.\n", least.closed.join(", ")));
    }
    if least.scopes.len() > RECOMMENDED {
        text.push_str(&format!("Atlassian recommends {RECOMMENDED} scopes at most: use several clients.\n"));
    }
    if !least.exact {
        let what = if asked.narrowest { "operations opened" } else { "scopes" };
        text.push_str(&format!(
            "The search was cut short: this is the best set found, and none has fewer than {} {what}.\n",
            least.at_least
        ));
    }
    text
}
