//! The diagnostics of a whole set of manifests, bounded.

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
}

impl Report {
    pub(super) fn take(&mut self, diagnostics: Vec<Diagnostic>) {
        for diagnostic in diagnostics {
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
