use clap::{CommandFactory as _, Parser as _};

use super::*;

#[test]
fn the_definitions_are_consistent() {
    Cli::command().debug_assert();
}

/// Whoever starts a gateway does not pay for the options of everything else.
#[test]
fn a_command_is_described_only_when_it_is_asked_for() {
    let mut program = Cli::command();
    let options = |program: &clap::Command, name: &str| {
        let command = program.find_subcommand(name).unwrap();
        command.get_arguments().count() + command.get_subcommands().count()
    };
    for name in ["client", "grant", "manifest", "plan", "apply"] {
        assert_eq!(options(&program, name), 0, "{name}");
    }
    program.build();
    assert!(options(&program, "grant") > 5 && options(&program, "plan") > 1);
}

#[test]
fn the_reference_page_is_up_to_date() {
    crate::golden::compare("docs/cli.md", &reference::page());
}

#[test]
fn the_manual_page_names_every_command_and_option_and_the_exit_codes() {
    let page = manual::page().unwrap();
    // As a terminal shows it: without the marks of roff.
    let shown = page.replace("\\-", "-").replace("\\fB", "").replace("\\fR", "");
    let mut program = Cli::command();
    program.build();
    let mut waiting: Vec<_> = program.get_subcommands().filter(|it| !it.is_hide_set()).collect();
    assert!(waiting.len() > 10);
    while let Some(command) = waiting.pop() {
        let name = command.get_display_name().unwrap().replace('-', " ");
        assert!(shown.contains(&format!(".SS \"{name}\"")), "{name}: {shown}");
        for arg in command.get_arguments().filter(|arg| reference::is_ours(arg)) {
            assert!(shown.contains(&reference::form(arg)), "{name} {arg}");
        }
        waiting.extend(command.get_subcommands().filter(|it| !it.is_hide_set()));
    }
    assert!(shown.contains("no gateway answers where the command looked for one"), "{shown}");
}

#[test]
fn no_option_takes_a_secret_as_its_value() {
    let told = [
        "ticketgate",
        "grant",
        "add",
        "g",
        "--kind",
        "api-token",
        "--site",
        "s",
        "--email",
        "a@b",
        "--secret",
        "x",
    ];
    assert!(Cli::try_parse_from(told).is_err());
}

#[test]
fn each_kind_of_grant_asks_for_what_it_needs() {
    let base = ["ticketgate", "grant", "add", "g", "--site", "s", "--kind"];
    let with = |rest: &[&str]| Cli::try_parse_from(base.iter().chain(rest)).is_ok();
    assert!(!with(&["api-token"]));
    assert!(with(&["api-token", "--email", "a@b"]));
    assert!(!with(&["service-account"]));
    assert!(with(&["service-account", "--client-id", "c"]));
    assert!(with(&["personal-access-token"]));
}
