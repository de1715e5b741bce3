//! Renderings of the table: the reference page and the commented file.

use std::fmt::Write as _;

use super::keys::{KEYS, Key, SECTIONS};

/// The text of `docs/settings.md`.
pub(crate) fn page() -> String {
    let mut page = String::from(
        "# Settings\n\n\
         Made from the program (`ticketgate reference settings`); a test compares. `ticketgate.toml` is read from the working directory, or from \
         where `--config` says. Unknown keys are refused with line, column and the nearest known one. Relative paths are relative \
         to the settings file. Every key can be overridden by an environment variable; lists are then separated by commas.\n\n\
         Three variables are not settings: `TICKETGATE_ROOT_KEY` holds the root key in place of the file `root.key`, \
         `TICKETGATE_RETIRED_ROOT_KEYS` those before it, and \
         `TICKETGATE_CONFIG` names the settings file.\n",
    );
    page.push_str(
        "\n## Plain variables\n\nEnough to start without a settings file. One that is empty is not there.\n\n\
         | variable | stands for |\n|---|---|\n",
    );
    for (variable, about) in super::plain::VARIABLES {
        let _ = writeln!(page, "| `{variable}` | {about} |");
    }
    for (section, about) in SECTIONS {
        let heading =
            if section.is_empty() { "Top of the file".to_owned() } else { format!("`[{}]`", named(section)) };
        let _ = write!(
            page,
            "\n## {heading}\n\n{about}\n\n| key | form | default | variable |\n|---|---|---|---|\n"
        );
        for key in keys_of(section) {
            let default =
                if key.default.is_empty() { "none".to_owned() } else { format!("`{}`", key.default) };
            let _ = writeln!(
                page,
                "| `{}` | {} | {default} | `{}` |",
                key.name(),
                key.kind.words(),
                key.variable()
            );
        }
        page.push('\n');
        for key in keys_of(section) {
            let _ = writeln!(page, "- **`{}`**: {}", key.name(), key.about);
        }
    }
    page
}

/// The file `ticketgate init` writes: every key with its explanation, everything that has a default commented out.
pub(crate) fn commented_file(site: &str, url: &str) -> String {
    let mut file = String::from(
        "# Settings of ticketgate. A line that is commented out shows the default or an example.\n",
    );
    for (section, about) in SECTIONS {
        let _ = writeln!(file);
        wrap(&mut file, about);
        if !section.is_empty() {
            let mark = if *section == "sites.*" { "" } else { "# " };
            let _ = writeln!(file, "{mark}[{}]", section.replace('*', site));
        }
        for key in keys_of(section) {
            wrap(&mut file, key.about);
            match key.path {
                "sites.*.url" => {
                    let _ = writeln!(file, "url = {url:?}");
                }
                _ => {
                    let _ = writeln!(file, "# {} = {}", key.name(), example(key));
                }
            }
        }
    }
    file
}

fn keys_of(section: &str) -> impl Iterator<Item = &'static Key> {
    KEYS.iter().filter(move |key| key.section() == section)
}

fn named(section: &str) -> String {
    section.replace('*', "NAME")
}

fn example(key: &Key) -> String {
    let value = if key.default.is_empty() { key.example } else { key.default };
    if key.kind.bare() { value.to_owned() } else { format!("{value:?}") }
}

/// Comment lines of at most about 110 characters.
fn wrap(file: &mut String, words: &str) {
    let mut line = String::from("#");
    for word in words.split(' ') {
        if line.len() + word.len() > 110 {
            let _ = writeln!(file, "{line}");
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    let _ = writeln!(file, "{line}");
}
