//! What the program says about its own command line: to shells, and to whoever reads the manual.

use std::process::Command;

use super::harness::{printed, run};

fn script(shell: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    let output = run(&["completions", shell], dir.path());
    assert!(output.status.success(), "{}", printed(&output));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_shell_is_told_about_the_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = script(shell);
        for word in ["grant", "secret-file"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn bash_completes_a_command_an_option_and_a_value() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("ticketgate.bash");
    std::fs::write(&file, script("bash")).unwrap();
    let completed = |words: &[&str]| {
        let asked = format!(
            "source {}; COMP_WORDS=({}); COMP_CWORD={}; COMPREPLY=(); _ticketgate ticketgate \"{}\" \"{}\"; echo \"${{COMPREPLY[@]}}\"",
            file.display(),
            words.join(" "),
            words.len() - 1,
            words[words.len() - 1],
            words[words.len() - 2],
        );
        let output = Command::new("bash").args(["--norc", "-c", &asked]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(completed(&["ticketgate", "gra"]), "grant");
    assert_eq!(completed(&["ticketgate", "grant", "ad"]), "add");
    assert_eq!(completed(&["ticketgate", "grant", "add", "--secret"]), "--secret-file");
    assert_eq!(completed(&["ticketgate", "grant", "add", "--kind", "pers"]), "personal-access-token");
}

#[test]
fn the_manual_is_a_page_of_section_one() {
    let dir = tempfile::tempdir().unwrap();
    let output = run(&["reference", "man"], dir.path());
    assert!(output.status.success(), "{}", printed(&output));
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(page.contains(".TH ticketgate 1"), "{}", page.lines().take(5).collect::<String>());
}
