//! The text of `docs/cli.md`, made from the definitions.

use std::fmt::Write as _;

use clap::{Arg, Command, CommandFactory as _, ValueEnum};

use super::Cli;
use crate::problem::Exit;

/// A page made from the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Page {
    /// docs/cli.md
    Cli,
    /// docs/settings.md
    Settings,
    /// docs/refusals.md
    Refusals,
    /// docs/openapi.json, the control API (OpenAPI 3.1)
    Openapi,
    /// docs/manifest.schema.json, what editors complete manifests with (JSON Schema 2020-12)
    ManifestSchema,
    /// docs/fragment.schema.json, the same for the files of shared/
    FragmentSchema,
    /// docs/elevation.schema.json, the same for what `ticketgate elevate` takes
    ElevationSchema,
    /// docs/guardrails.schema.json, the same for guardrails.toml
    GuardrailsSchema,
    /// ticketgate.1, the manual page
    Man,
}

/// The whole page.
pub(crate) fn page() -> String {
    let mut program = Cli::command();
    program.build();
    let mut page = String::from(
        "# Command line\n\n\
         Made from the program (`ticketgate reference cli`); a test compares.\n\n\
         Results go to standard output, messages to standard error. An error says what happened, why, and what to do. A secret is \
         never an argument, because arguments can be read by everyone on the machine: secrets come from a file, from standard input \
         or from a prompt. Commands that speak to a running gateway find it by `--url` and `--token`, by `TICKETGATE_URL` and \
         `TICKETGATE_TOKEN`, or by the data directory, where a running gateway leaves `gateway.json` for its owner.\n\n\
         ## Exit codes\n\n| code | meaning |\n|---|---|\n",
    );
    for (exit, meaning) in Exit::ALL {
        let _ = writeln!(page, "| {} | {meaning} |", exit.code());
    }
    let _ = write!(page, "\n## Options of every command\n\n| option | meaning |\n|---|---|\n");
    for arg in program.get_arguments().filter(|arg| is_ours(arg)) {
        row(&mut page, arg);
    }
    for command in program.get_subcommands().filter(|command| !command.is_hide_set()) {
        describe(&mut page, command, "ticketgate");
    }
    page
}

fn describe(page: &mut String, command: &Command, above: &str) {
    let name = format!("{above} {}", command.get_name());
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let below: Vec<_> = command.get_subcommands().filter(|command| !command.is_hide_set()).collect();
    let _ = write!(page, "\n## `{name}`\n\n{about}.\n");
    let own: Vec<_> = command.get_arguments().filter(|arg| is_ours(arg) && !arg.is_global_set()).collect();
    if !own.is_empty() {
        let _ = write!(page, "\n| argument | meaning |\n|---|---|\n");
        own.into_iter().for_each(|arg| row(page, arg));
    }
    for command in below {
        describe(page, command, &name);
    }
}

/// Whether an argument is described where it stands: not those every command of clap has, nor hidden ones.
pub(super) fn is_ours(arg: &Arg) -> bool {
    !matches!(arg.get_id().as_str(), "help" | "version") && !arg.is_hide_set()
}

/// How an argument is written.
pub(super) fn form(arg: &Arg) -> String {
    let value = arg.get_value_names().and_then(<[_]>::first).map(ToString::to_string).unwrap_or_default();
    match (arg.get_long(), arg.get_action().takes_values()) {
        (Some(long), true) => format!("--{long} {value}"),
        (Some(long), false) => format!("--{long}"),
        (None, _) => value,
    }
}

/// What an argument means, between marks for what is to be typed.
pub(super) fn meaning(arg: &Arg, mark: &str) -> String {
    let takes = arg.get_action().takes_values();
    let mut meaning = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let words: Vec<_> =
        arg.get_possible_values().iter().map(|word| format!("{mark}{}{mark}", word.get_name())).collect();
    if takes && !words.is_empty() {
        let _ = write!(meaning, ": {}", words.join(", "));
    }
    for default in arg.get_default_values().iter().filter(|_| takes) {
        let _ = write!(meaning, " [default: {}]", default.to_string_lossy());
    }
    if let Some(variable) = arg.get_env() {
        let _ = write!(meaning, " [variable: {}]", variable.to_string_lossy());
    }
    if arg.is_required_set() {
        meaning.push_str(" (required)");
    }
    meaning
}

fn row(page: &mut String, arg: &Arg) {
    let _ = writeln!(page, "| `{}` | {} |", form(arg), meaning(arg, "`").replace('|', "\\|"));
}
