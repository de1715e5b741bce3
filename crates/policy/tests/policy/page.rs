//! `docs/manifest.md` is true: every example goes through the real parser, every table is made from the code.

use std::fmt::Write as _;

use policy::{DIAGNOSTICS, ManifestFile, Severity, Verdict, limits, render_human};

use crate::world::try_compile;

const PAGE: &str = include_str!("../../../../docs/manifest.md");

/// The fenced blocks of the page: what stands after the fence, and the text.
fn blocks() -> Vec<(&'static str, String)> {
    let mut blocks = Vec::new();
    let mut lines = PAGE.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((language, text.join("\n") + "\n"));
        }
    }
    blocks
}

fn file(text: &str) -> Vec<ManifestFile> {
    vec![ManifestFile::new("manifests/example.toml", text)]
}

#[test]
fn every_example_of_the_page_is_a_manifest_without_a_single_remark() {
    let examples: Vec<_> = blocks().into_iter().filter(|(language, _)| *language == "toml").collect();
    assert!(examples.len() >= 8, "{}", examples.len());
    for (_, text) in examples {
        let files = file(&text);
        let said = match try_compile(&files) {
            Ok(compiled) => compiled.warnings,
            Err(all) => all,
        };
        assert_eq!(Verdict::of(&said), Verdict::Clean, "{}", render_human(&said, &files));
    }
}

#[test]
fn every_mistake_of_the_page_sounds_as_the_page_says() {
    let blocks = blocks();
    let mut seen = 0;
    for pair in blocks.windows(2).filter(|pair| pair[0].0 == "toml,fails") {
        let files = file(&pair[0].1);
        let said = try_compile(&files).unwrap_err();
        assert_eq!(pair[1].0, "text");
        assert_eq!(pair[1].1.trim(), render_human(&said, &files).trim());
        seen += 1;
    }
    assert_eq!(seen, 1);
}

#[test]
fn the_pages_tables_are_the_codes() {
    let table = |severity: Severity| {
        let mut table = String::from("| code | means |\n|---|---|\n");
        for entry in DIAGNOSTICS.iter().filter(|entry| entry.severity == severity) {
            writeln!(table, "| `{}` | {} |", entry.name, entry.meaning).unwrap();
        }
        table
    };
    let limits = format!(
        "| what | at most |\n|---|---|\n\
         | manifests | {} |\n| bytes in a manifest | {} |\n| entries in a list | {} |\n| sites of a manifest | {} |\n\
         | bytes in a text | {} |\n| diagnostics shown for a file | {} |\n| diagnostics shown for all files | {} |\n",
        limits::MANIFESTS,
        limits::FILE_BYTES,
        limits::LIST_ENTRIES,
        limits::SITES,
        limits::TEXT_BYTES,
        limits::DIAGNOSTICS_PER_FILE,
        limits::DIAGNOSTICS,
    );
    for (name, expected) in
        [("errors", table(Severity::Error)), ("warnings", table(Severity::Warning)), ("limits", limits)]
    {
        let start = format!("<!-- {name}: made from the code, compared by a test -->\n");
        let (_, rest) = PAGE.split_once(&start).unwrap_or_else(|| panic!("no mark for {name}"));
        let (found, _) = rest.split_once("<!-- end -->").unwrap();
        assert!(found == expected, "docs/manifest.md, {name}: put this between the marks:\n{expected}");
    }
}
