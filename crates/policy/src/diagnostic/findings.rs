//! Collects the diagnostics of one file.

use super::{Diagnostic, DiagnosticCode, Severity};
use crate::limits;
use crate::source::{Source, Span};

/// The words of a diagnostic, before it has a place.
pub(crate) struct Note {
    message: String,
    suggestion: Option<String>,
    replacement: Option<String>,
}

impl Note {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), suggestion: None, replacement: None }
    }

    /// What to do about it.
    pub(crate) fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// What to put in place of what is marked, and why.
    pub(crate) fn replace_with(mut self, replacement: String, suggestion: impl Into<String>) -> Self {
        self.replacement = Some(replacement);
        self.suggest(suggestion)
    }

    /// "did you mean", when there is something near; `write` turns the word into what stands in the file.
    pub(crate) fn did_you_mean(mut self, nearest: Option<&str>, write: impl Fn(&str) -> String) -> Self {
        if let Some(word) = nearest {
            self.suggestion = Some(format!("did you mean {}?", quoted(word)));
            self.replacement = Some(write(word));
        }
        self
    }
}

/// A text from a manifest as messages show it: in quotes, control characters escaped, cut when it is long.
pub(crate) fn quoted(text: &str) -> String {
    const SHOWN: usize = 80;
    if text.chars().nth(SHOWN).is_none() {
        return format!("{text:?}");
    }
    let start: String = text.chars().take(SHOWN).collect();
    format!("{start:?}...")
}

/// What was found in one file so far.
pub(crate) struct Findings<'s, 'f> {
    pub(crate) source: &'s Source<'f>,
    list: Vec<Diagnostic>,
    errors: usize,
    errors_beyond: usize,
    warnings_beyond: usize,
}

impl<'s, 'f> Findings<'s, 'f> {
    pub(crate) const fn new(source: &'s Source<'f>) -> Self {
        Self { source, list: Vec::new(), errors: 0, errors_beyond: 0, warnings_beyond: 0 }
    }

    /// Adds a diagnostic. The words are made only when there is room: finding the nearest of two thousand names is
    /// not free, and a file may be wrong four thousand times.
    pub(crate) fn add(&mut self, code: DiagnosticCode, span: &Span, words: impl FnOnce() -> Note) {
        let severity = code.entry().severity;
        let is_error = severity == Severity::Error;
        self.errors += usize::from(is_error);
        if self.list.len() >= limits::DIAGNOSTICS_PER_FILE {
            *(if is_error { &mut self.errors_beyond } else { &mut self.warnings_beyond }) += 1;
            return;
        }
        let note = words();
        self.list.push(self.placed(code, span, note));
    }

    fn placed(&self, code: DiagnosticCode, span: &Span, note: Note) -> Diagnostic {
        let begin = self.source.position(span.start);
        Diagnostic {
            severity: code.entry().severity,
            path: self.source.path.clone(),
            line: begin.line,
            column: begin.column,
            end: self.source.position(span.end),
            code,
            message: note.message,
            suggestion: note.suggestion,
            replacement: note.replacement,
            span: span.clone(),
        }
    }

    pub(crate) const fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Everything found, in the order of the file.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        let mut list = std::mem::take(&mut self.list);
        list.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.span.end));
        let end = self.source.file.text.len();
        for (beyond, code) in
            [(self.errors_beyond, DiagnosticCode::More), (self.warnings_beyond, DiagnosticCode::MoreWarnings)]
        {
            if beyond > 0 {
                let note = Note::new(format!("{beyond} more of this file are not shown"));
                list.push(self.placed(code, &(end..end), note));
            }
        }
        list
    }
}
