//! Secrets come from a file, from standard input or from a prompt, never from the command line, where every user of the
//! machine could read them.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use types::Secret;

use crate::problem::{Exit, Problem};

/// The longest secret, in bytes; Atlassian's are a few hundred.
const LONGEST: u64 = 64 << 10;

/// Reads `file` (`-` is standard input); without a file, asks on the terminal.
pub(crate) fn read(file: Option<&PathBuf>, what: &str) -> Result<Secret, Problem> {
    let text = match file {
        Some(path) if path == Path::new("-") => first_line_of(io::stdin().lock())?,
        Some(path) => {
            let opened = std::fs::File::open(path).map_err(|error| {
                Problem::new(Exit::Failed, format!("The {what} cannot be read from {}.", path.display()))
                    .because(error)
            })?;
            first_line_of(io::BufReader::new(opened))?
        }
        None if io::stdin().is_terminal() => ask(what)?,
        None => first_line_of(io::stdin().lock())?,
    };
    if text.is_empty() {
        return Err(Problem::new(Exit::Failed, format!("The {what} is empty."))
            .advise("Give it on standard input, or in a file named with --secret-file."));
    }
    Ok(Secret::new(text))
}

fn first_line_of(reader: impl io::BufRead) -> io::Result<String> {
    let mut line = String::new();
    reader.take(LONGEST).read_line(&mut line)?;
    let kept = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(kept);
    Ok(line)
}

/// Asks with the terminal's echo switched off by `stty`; where that is missing, says that the text will be seen.
fn ask(what: &str) -> io::Result<String> {
    let quiet = echo(false);
    let mut err = io::stderr().lock();
    write!(err, "{what}{}: ", if quiet { "" } else { " (it will be visible)" })?;
    err.flush()?;
    let line = first_line_of(io::stdin().lock());
    if quiet {
        echo(true);
        writeln!(err)?;
    }
    line
}

fn echo(on: bool) -> bool {
    let mode = if on { "echo" } else { "-echo" };
    let stty = Command::new("stty").arg(mode).stdin(Stdio::inherit()).stderr(Stdio::null()).status();
    stty.is_ok_and(|status| status.success())
}
