//! Diagnostics for people: the marked line with what is the matter beneath it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Severity};
use crate::source::ManifestFile;

/// The diagnostics as plain text, in the order given, with the lines they are about.
///
/// A diagnostic whose file is not among `sources` is shown without its lines.
#[must_use]
pub fn render_human<'s>(
    diagnostics: &[Diagnostic],
    sources: impl IntoIterator<Item = &'s ManifestFile>,
) -> String {
    render(&Renderer::plain(), diagnostics, sources)
}

/// The same with colours, for terminals that show them.
#[must_use]
pub fn render_terminal<'s>(
    diagnostics: &[Diagnostic],
    sources: impl IntoIterator<Item = &'s ManifestFile>,
) -> String {
    render(&Renderer::styled(), diagnostics, sources)
}

fn render<'s>(
    renderer: &Renderer,
    diagnostics: &[Diagnostic],
    sources: impl IntoIterator<Item = &'s ManifestFile>,
) -> String {
    let texts: HashMap<&str, &str> =
        sources.into_iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let mut out = String::new();
    for diagnostic in diagnostics {
        let text = texts.get(&*diagnostic.path).copied();
        out.push_str(&renderer.render(&[group(diagnostic, text)]));
        out.push_str("\n\n");
    }
    out
}

/// Words without control characters: no manifest and no file name may steer the terminal of whoever checks it.
fn tame(words: &str) -> Cow<'_, str> {
    if words.contains(char::is_control) { words.replace(char::is_control, "·").into() } else { words.into() }
}

/// The same for lines of a manifest, byte for byte as long as before, so that spans stay right. The renderer shows
/// the control characters of ASCII as symbols; what it misses are U+0080 to U+009F, two bytes each.
fn tame_source(lines: &str) -> Cow<'_, str> {
    let steers = |letter: char| letter.is_control() && !letter.is_ascii();
    if lines.contains(steers) { lines.replace(steers, "·").into() } else { lines.into() }
}

fn group<'a>(diagnostic: &'a Diagnostic, text: Option<&'a str>) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(tame(&diagnostic.message)).id(diagnostic.code.entry().name);
    let window = text.and_then(|text| window(text, &diagnostic.span));
    let group = match window {
        Some((lines, span)) => title.element(
            Snippet::source(tame_source(lines))
                .line_start(diagnostic.line as usize)
                .path(tame(&diagnostic.path))
                .annotation(AnnotationKind::Primary.span(span)),
        ),
        None => title.element(annotate_snippets::Origin::path(tame(&diagnostic.path))),
    };
    match &diagnostic.suggestion {
        Some(suggestion) => group.element(Level::HELP.message(tame(suggestion))),
        None => group,
    }
}

/// The lines a span touches (the first only, when it is long), and the span within them. Rendering is then as cheap
/// in a file of 256 KiB as in one of ten lines.
fn window<'t>(text: &'t str, span: &Range<usize>) -> Option<(&'t str, Range<usize>)> {
    let before = text.get(..span.start)?;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let rest = text.get(span.start..)?;
    let end = rest.find('\n').map_or(text.len(), |newline| span.start + newline);
    Some((text.get(start..end)?, span.start - start..span.end.min(end).max(span.start) - start))
}
