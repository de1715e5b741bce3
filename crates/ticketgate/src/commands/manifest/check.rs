//! `ticketgate manifest check`

use policy::{Diagnostic, Granted, Known, Verdict, advise, compile};
use serde_json::json;

use super::live::Live;
use super::{Written, sarif};
use crate::cli::{Check, Format};
use crate::output::{Output, counted};
use crate::problem::{Exit, Problem};

pub(super) fn run(
    written: &Written,
    asked: &Check,
    live: Option<&Live>,
    output: Output,
) -> Result<Exit, Problem> {
    let diagnostics = findings(written, live);
    let verdict = Verdict::of(&diagnostics);
    let exit = if verdict.publishable() { Exit::Done } else { Exit::Findings };
    if asked.format == Format::Sarif {
        let here = std::env::current_dir()?;
        let log = sarif::log(&diagnostics, &written.folder, &here);
        output.line(&serde_json::to_string_pretty(&log).map_err(std::io::Error::from)?)?;
        return Ok(exit);
    }
    let output = if asked.format == Format::Json { Output::new(true) } else { output };
    let value = json!({
        "publishable": verdict.publishable(), "manifests": written.files.manifests.len(), "diagnostics": diagnostics,
    });
    output.show(&value, |_| words(written, &diagnostics, verdict))?;
    Ok(exit)
}

/// What compiling says and, where the manifests are in order, what there is to advise; in the order of files and lines.
fn findings(written: &Written, live: Option<&Live>) -> Vec<Diagnostic> {
    let known = Known { grants: live.map(|live| &live.names), ..written.known() };
    let mut diagnostics = match compile(&written.files, &written.catalogue, &known) {
        Err(diagnostics) => return diagnostics,
        Ok(compiled) => compiled.warnings,
    };
    let nothing = Granted::new();
    let granted = live.map_or(&nothing, |live| &live.granted);
    diagnostics.extend(advise(&written.files, &written.catalogue, &known, granted));
    let place = |path: &str| written.files.files().position(|file| file.path == path);
    diagnostics.sort_by_cached_key(|one| (place(&one.path), one.line, one.column));
    diagnostics
}

fn words(written: &Written, diagnostics: &[Diagnostic], verdict: Verdict) -> String {
    let rendered = policy::render_human(diagnostics, written.files.files());
    let (count, folder) = (counted(written.files.manifests.len(), "manifest"), written.folder.display());
    let words = match verdict {
        Verdict::Clean => format!("{count} in {folder}, all in order."),
        Verdict::Warnings => {
            format!("{count} in {folder} can be published; see the warnings above.")
        }
        Verdict::Errors => {
            format!("The manifests in {folder} cannot be published; see the errors above.")
        }
    };
    if rendered.trim().is_empty() { words } else { format!("{}\n\n{words}", rendered.trim_end()) }
}
