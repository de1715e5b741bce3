//! The diagnostics of a whole set of manifests, bounded.

use std::collections::HashSet;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, DiagnosticCode, Severity};
use crate::limits;

/// Errors and warnings are bounded apart from each other, so that no flood of warnings hides an error.
#[derive(Default)]
pub(super) struct Report {
    kept: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
    /// The first diagnostic that found no room: it becomes the one that says how many more there are.
    beyond: Option<Diagnostic>,
    /// What has been said about shared files: ten thousand manifests may build on one fragment.
    said: HashSet<(Arc<str>, usize, DiagnosticCode, String)>,
}

impl Report {
    /// Takes what was found in the file at `own` and in what it builds on; of the latter, everything once.
    pub(super) fn take(&mut self, own: &str, diagnostics: Vec<Diagnostic>) {
        for diagnostic in diagnostics {
            if *diagnostic.path != *own {
                let Diagnostic { path, span, code, message, .. } = &diagnostic;
                if !self.said.insert((Arc::clone(path), span.start, *code, message.clone())) {
                    continue;
                }
            }
            let count = match diagnostic.severity {
                Severity::Error => &mut self.errors,
                Severity::Warning => &mut self.warnings,
            };
            *count += 1;
            if *count <= limits::DIAGNOSTICS {
                self.kept.push(diagnostic);
            } else {
                self.beyond.get_or_insert(diagnostic);
            }
        }
    }

    pub(super) const fn has_errors(&self) -> bool {
        self.errors > 0
    }

    pub(super) fn everything(mut self) -> Vec<Diagnostic> {
        let beyond = |count: usize| count.saturating_sub(limits::DIAGNOSTICS);
        let (errors, warnings) = (beyond(self.errors), beyond(self.warnings));
        if let Some(mut last) = self.beyond {
            last.code = if errors > 0 { DiagnosticCode::More } else { DiagnosticCode::MoreWarnings };
            last.severity = last.code.entry().severity;
            last.message = format!(
                "from here on {errors} more errors and {warnings} more warnings in this and other files are not shown"
            );
            last.suggestion = None;
            last.replacement = None;
            self.kept.push(last);
        }
        self.kept
    }
}
