//! Findings as SARIF 2.1.0 (OASIS standard, "Static Analysis Results Interchange Format"), which code hosts show on the lines in question.

use std::fmt::Write as _;
use std::path::Path;

use policy::{DIAGNOSTICS, Diagnostic, DiagnosticEntry, Severity};
use serde_json::{Value, json};

/// The schema the standard names.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// One log with one run. The files lie in `folder`; `here` is the directory the files are named relative to: that of the checked-out repository.
pub(super) fn log(diagnostics: &[Diagnostic], folder: &Path, here: &Path) -> Value {
    let rules: Vec<_> = DIAGNOSTICS.iter().map(rule).collect();
    let results: Vec<_> = diagnostics.iter().map(|one| result(one, folder, here)).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "ticketgate",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            // Columns are counted in characters.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn rule(entry: &DiagnosticEntry) -> Value {
    json!({
        "id": entry.name,
        "shortDescription": { "text": entry.meaning },
        "defaultConfiguration": { "level": level(entry.severity) },
    })
}

fn result(one: &Diagnostic, folder: &Path, here: &Path) -> Value {
    let mut text = one.message.clone();
    if let Some(suggestion) = &one.suggestion {
        let _ = write!(text, ". {suggestion}");
    }
    let region = json!({
        "startLine": one.line,
        "startColumn": one.column,
        "endLine": one.end.line,
        "endColumn": one.end.column,
    });
    let file = json!({ "uri": uri(&folder.join(&*one.path), here) });
    let mut result = json!({
        "ruleId": one.code.entry().name,
        "ruleIndex": DIAGNOSTICS.iter().position(|entry| entry.code == one.code),
        "level": level(one.severity),
        "message": { "text": text },
        "locations": [{ "physicalLocation": { "artifactLocation": file, "region": region } }],
    });
    if let (Some(replacement), Some(result)) = (&one.replacement, result.as_object_mut()) {
        let fix = json!([{
            "description": { "text": one.suggestion.as_deref().unwrap_or(&one.message) },
            "artifactChanges": [{
                "artifactLocation": file,
                "replacements": [{ "deletedRegion": region, "insertedContent": { "text": replacement } }],
            }],
        }]);
        result.insert("fixes".to_owned(), fix);
    }
    result
}

/// The address of a file: relative where it lies below `here`, as code hosts want it; else what it was called.
fn uri(path: &Path, here: &Path) -> String {
    let path = path.strip_prefix(here).unwrap_or(path);
    let path = path.strip_prefix(".").unwrap_or(path);
    let text = path.to_string_lossy().replace('\\', "/");
    let mut uri = if path.is_absolute() { "file://".to_owned() } else { String::new() };
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        if plain {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests;
