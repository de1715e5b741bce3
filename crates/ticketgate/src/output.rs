//! What a command says on standard output: words for people, or JSON for programs (`--json`).

use std::fmt::Write as _;
use std::io::{self, Write as _};

use serde::Serialize;

use crate::problem::Problem;

/// Where a command's results go. Nothing else in the program writes to standard output.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    /// `json` is the flag `--json`.
    pub(crate) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// A result: `value` as JSON, or the words made from it.
    pub(crate) fn show<T: Serialize>(
        self,
        value: &T,
        words: impl FnOnce(&T) -> String,
    ) -> Result<(), Problem> {
        if self.json { self.line(&to_json(value)?) } else { self.line(words(value).trim_end()) }
    }

    /// One of many results, written as it arrives: JSON Lines, or one line of words.
    pub(crate) fn each<T: Serialize>(
        self,
        value: &T,
        words: impl FnOnce(&T) -> String,
    ) -> Result<(), Problem> {
        if self.json {
            let line = serde_json::to_string(value).map_err(io::Error::from)?;
            self.line(&line)
        } else {
            self.line(&words(value))
        }
    }

    /// Words that are only for people.
    pub(crate) fn say(self, words: &str) -> Result<(), Problem> {
        if self.json { Ok(()) } else { self.line(words) }
    }

    /// A text as it is, whatever the form: a generated file, an exported record.
    #[allow(clippy::unused_self, reason = "so that nobody writes without having an Output")]
    pub(crate) fn line(self, text: &str) -> Result<(), Problem> {
        let mut out = io::stdout().lock();
        let written =
            out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush());
        match written {
            // Someone piped us into `head`: that is an ending, not a failure.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => Ok(other?),
        }
    }
}

/// The last words of a command that failed, on standard error.
pub(crate) fn complain(problem: &Problem, json: bool) {
    let text = if json {
        to_json(&serde_json::json!({ "error": problem })).unwrap_or_else(|_| problem.to_string())
    } else {
        problem.to_string()
    };
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

fn to_json<T: Serialize>(value: &T) -> Result<String, Problem> {
    Ok(serde_json::to_string_pretty(value).map_err(io::Error::from)?)
}

/// Something to be read while the command goes on, on standard error.
pub(crate) fn remark(words: &str) {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{words}");
}

/// `1 site`, `2 sites`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Columns, each as wide as its widest cell.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = head.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    let head = head.iter().map(|cell| (*cell).to_owned()).collect();
    for row in std::iter::once(&head).chain(rows) {
        let cells: Vec<_> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        let _ = writeln!(text, "{}", cells.join("  ").trim_end());
    }
    text
}

#[cfg(test)]
mod tests;
