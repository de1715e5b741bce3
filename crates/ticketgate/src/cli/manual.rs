//! The text of `ticketgate.1`, the manual page, made from the definitions.

use std::io;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::Cli;
use super::reference::{form, is_ours, meaning};
use crate::problem::Exit;

/// The whole page: one, because one page can be searched. A page for each command would be twenty-odd files.
///
/// # Errors
/// None that writing to memory could have.
pub(crate) fn page() -> io::Result<String> {
    let mut program = Cli::command();
    program.build();
    let mut bytes = Vec::new();
    let man = Man::new(program.clone());
    man.render_title(&mut bytes)?;
    man.render_name_section(&mut bytes)?;
    man.render_synopsis_section(&mut bytes)?;
    man.render_description_section(&mut bytes)?;

    let mut roff = Roff::new();
    roff.control("SH", ["OPTIONS OF EVERY COMMAND"]);
    arguments(&mut roff, &program, true);
    roff.control("SH", ["COMMANDS"]);
    for command in program.get_subcommands().filter(|command| !command.is_hide_set()) {
        describe(&mut roff, command, "ticketgate");
    }
    roff.control("SH", ["EXIT STATUS"]);
    for (exit, meaning) in Exit::ALL {
        entry(&mut roff, &exit.code().to_string(), &meaning.replace('`', ""));
    }
    roff.to_writer(&mut bytes)?;
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

fn describe(roff: &mut Roff, command: &Command, above: &str) {
    let name = format!("{above} {}", command.get_name());
    roff.control("SS", [name.as_str()]);
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    roff.text([roman(format!("{about}."))]);
    arguments(roff, command, false);
    for command in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        describe(roff, command, &name);
    }
}

fn arguments(roff: &mut Roff, command: &Command, global: bool) {
    for arg in command.get_arguments().filter(|arg| is_ours(arg) && arg.is_global_set() == global) {
        entry(roff, &form(arg), &meaning(arg, ""));
    }
}

fn entry(roff: &mut Roff, what: &str, meaning: &str) {
    roff.control("TP", []);
    roff.text([bold(what)]);
    roff.text([roman(meaning)]);
}
