//! `ticketgate scopes minimum`

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::Path;

use clock::Clock;
use control::views::UsageView;
use policy::minimum::{Asked, Prefer, RECOMMENDED, minimum, minimum_of_use, with_scopes, without_ids};
use policy::{Diagnostic, Known, ManifestFile, ManifestSet};
use serde_json::{Value, json};

use crate::cli::{Global, Minimum};
use crate::output::{Output, counted, remark};
use crate::problem::{Exit, Problem};
use crate::reach::Reach;
use crate::{moment, settings, vocabulary};

/// How many operations are named as the reason for a scope; `--json` names them all.
const NAMED: usize = 3;

/// What became of one manifest.
struct Found {
    file: ManifestFile,
    least: Result<policy::minimum::Minimum, Vec<Diagnostic>>,
    /// Words of `operations.ids` nobody used.
    unused_ids: Vec<String>,
    written: bool,
}

pub(super) fn run(global: &Global, asked: &Minimum, output: Output) -> Result<Exit, Problem> {
    let used = match &asked.observed {
        None => None,
        Some(window) => Some(super::super::briefly(observed(global, window, asked))?),
    };
    let mut all = find(global, asked, used.as_ref())?;
    if asked.write {
        for found in &mut all {
            found.written = write(found, asked.operations)?;
        }
    }
    let values: Vec<_> = all.iter().map(value).collect();
    output.show(&values, |_| {
        let texts: Vec<_> = all.iter().map(|found| words(found, asked)).collect();
        texts.join("\n\n")
    })?;
    Ok(if all.iter().all(|found| found.least.is_ok()) { Exit::Done } else { Exit::Findings })
}

/// What each client has called, by the labels of operations.
type UsedBy = BTreeMap<String, BTreeSet<String>>;

async fn observed(global: &Global, window: &str, asked: &Minimum) -> Result<UsedBy, Problem> {
    let seconds = i64::try_from(moment::seconds(window)?).unwrap_or(i64::MAX);
    let path = match &asked.client {
        Some(client) => format!("/api/v1/usage?client={client}"),
        None => "/api/v1/usage".to_owned(),
    };
    let usage: UsageView = Reach::find(global)?.get(&path).await?;
    let clock = Clock::system()
        .map_err(|error| Problem::new(Exit::Failed, "The clock cannot be started.").because(error))?;
    let since =
        clock.now().checked_sub(jiff::SignedDuration::from_secs(seconds)).unwrap_or(jiff::Timestamp::MIN);
    let counted = usage.counted.as_ref();
    if !usage.whole || counted.is_none_or(|counted| counted.since > since || counted.behind > 0) {
        let said = match counted {
            None => "Nothing is counted yet.".to_owned(),
            Some(counted) if counted.since > since => {
                format!("Use is counted only since {:.0}.", counted.since)
            }
            Some(_) => "Not everything is counted or shown.".to_owned(),
        };
        // What was not seen is not known to be unused.
        if asked.write {
            return Err(Problem::new(Exit::Findings, format!("{said} Nothing was written."))
                .advise("Name a time that is counted, and one client with --client."));
        }
        remark(&said);
    }
    let mut used = UsedBy::new();
    for entry in usage.entries.into_iter().filter(|entry| entry.used_at.is_some_and(|at| at >= since)) {
        used.entry(entry.client.to_string()).or_default().insert(entry.operation);
    }
    Ok(used)
}

fn find(global: &Global, asked: &Minimum, used: Option<&UsedBy>) -> Result<Vec<Found>, Problem> {
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
        let Some(used) = used else {
            let least = minimum(&file, &shared, &catalogue, &known, how);
            return Found { file, least, unused_ids: Vec::new(), written: false };
        };
        let client = Path::new(&file.path).file_stem().and_then(|name| name.to_str());
        let nothing = BTreeSet::new();
        let used = client.and_then(|client| used.get(client)).unwrap_or(&nothing);
        let of_use = minimum_of_use(&file, &shared, &catalogue, &known, how, (used, asked.operations));
        let (least, unused_ids) = match of_use {
            Ok(of_use) => (Ok(of_use.minimum), of_use.unused_ids),
            Err(diagnostics) => (Err(diagnostics), Vec::new()),
        };
        Found { file, least, unused_ids, written: false }
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
fn write(found: &Found, operations: bool) -> Result<bool, Problem> {
    let Ok(least) = &found.least else { return Ok(false) };
    let gone: BTreeSet<String> = found.unused_ids.iter().filter(|_| operations).cloned().collect();
    if least.is_met() && gone.is_empty() {
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
    let mut text = with_scopes(&found.file.text, least.names()).map_err(|error| failed(&error))?;
    if !gone.is_empty() {
        text = without_ids(&text, &gone).map_err(|error| failed(&error))?;
    }
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
                value.insert("unused_ids".to_owned(), json!(found.unused_ids));
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
    for id in &found.unused_ids {
        let what = if asked.operations { "taken out of" } else { "not used, and stays in" };
        text.push_str(&format!("  {id:?} is {what} operations.ids\n"));
    }
    let met = least.is_met() && (found.unused_ids.is_empty() || !asked.operations);
    text.push_str(match (met, found.written) {
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
