//! Collects the diagnostics of one file.

use super::{Diagnostic, DiagnosticCode, Severity};
use crate::limits;
use crate::source::{self, Source, Span, Spot};

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

/// What was found in one file so far, and in what it builds on.
pub(crate) struct Findings<'s, 'f> {
    pub(crate) source: &'s Source<'f>,
    /// Fragments and guardrails, by number.
    shared: &'s [Source<'f>],
    list: Vec<Diagnostic>,
    errors: usize,
    errors_beyond: usize,
    warnings_beyond: usize,
}

impl<'s, 'f> Findings<'s, 'f> {
    pub(crate) const fn new(source: &'s Source<'f>) -> Self {
        Self::among(source, &[])
    }

    pub(crate) const fn among(source: &'s Source<'f>, shared: &'s [Source<'f>]) -> Self {
        Self { source, shared, list: Vec::new(), errors: 0, errors_beyond: 0, warnings_beyond: 0 }
    }

    /// The first byte of the file itself.
    pub(crate) const fn start(&self) -> Span {
        self.source.place(&(0..0))
    }

    /// Whose bytes they are, and which of its own.
    fn locate(&self, span: &Span) -> (&'s Source<'f>, Span, usize) {
        if let Some(local) = self.source.local(span) {
            return (self.source, local, 0);
        }
        let found = source::number(span.start).and_then(|number| {
            let source = self.shared.get(number)?;
            Some((source, source.local(span)?, number + 1))
        });
        found.unwrap_or((self.source, 0..0, 0))
    }

    /// File and line of a place.
    pub(crate) fn spot(&self, span: &Span) -> Spot {
        let (source, local, number) = self.locate(span);
        Spot { file: u16::try_from(number).unwrap_or(u16::MAX), line: source.line(local.start) }
    }

    /// `etl.toml:9`, as records and denials say it.
    pub(crate) fn label(&self, span: &Span) -> String {
        let (source, local, _) = self.locate(span);
        format!("{}:{}", source.file.label(), source.line(local.start))
    }

    /// Adds a diagnostic. The words are made only when there is room: finding the nearest of two thousand names is
    /// not free, and a file may be wrong four thousand times.
    pub(crate) fn add(&mut self, code: DiagnosticCode, span: &Span, words: impl FnOnce() -> Note) {
        // What is of no use to one manifest can be to another that shares it.
        if code.is_relative() && self.locate(span).2 > 0 {
            return;
        }
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
        let (source, span, _) = self.locate(span);
        let begin = source.position(span.start);
        Diagnostic {
            severity: code.entry().severity,
            path: source.path.clone(),
            line: begin.line,
            column: begin.column,
            end: source.position(span.end),
            code,
            message: note.message,
            suggestion: note.suggestion,
            replacement: note.replacement,
            span,
        }
    }

    pub(crate) const fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Everything found, in the order of the file; what lies in others comes after.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        let mut list = std::mem::take(&mut self.list);
        let own = &self.source.path;
        let place = |one: &Diagnostic| (one.path != *own, one.path.clone(), one.span.start, one.span.end);
        list.sort_by_cached_key(place);
        let end = self.source.place(&(0..self.source.file.text.len())).end;
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
