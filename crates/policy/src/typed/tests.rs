use super::*;
use crate::source::{ManifestFile, Source};

/// The codes of what is said about a text.
fn said(table: Table, text: &str) -> Vec<DiagnosticCode> {
    let file = ManifestFile::new("etl.toml", text);
    let source = Source::new(&file);
    let mut findings = Findings::new(&source);
    let _ = read(table, text, &mut findings);
    findings.finish().into_iter().map(|diagnostic| diagnostic.code).collect()
}

/// Every table of a kind of file, and what stands above its keys.
fn tables(table: Table, header: &str) -> Vec<(Table, String)> {
    let mut all = vec![(table, if header.is_empty() { String::new() } else { format!("[{header}]\n") })];
    for key in table.keys() {
        let inside = if header.is_empty() { key.name.to_owned() } else { format!("{header}.{}", key.name) };
        match key.takes {
            keys::Takes::Table(inner) => all.extend(tables(inner, &inside)),
            keys::Takes::Tables(inner) => all.push((inner, format!("[[{inside}]]\n"))),
            _ => {}
        }
    }
    all
}

#[test]
fn every_key_of_the_tables_is_read_and_every_other_is_not() {
    let mut seen = 0;
    for root in [Table::Manifest, Table::Fragment, Table::Guardrails] {
        for (table, header) in tables(root, "") {
            for key in table.keys() {
                let name = key.name;
                // No key takes a number with a fraction.
                let found = said(root, &format!("{header}{name} = 1.5\n"));
                assert_eq!(found, [DiagnosticCode::WrongType], "{header}{name}");
                seen += 1;
            }
            assert_eq!(said(root, &format!("{header}nonsense = 1\n")), [DiagnosticCode::UnknownKey]);
        }
    }
    assert!(seen > 130, "{seen}");
    let manifest = |text| said(Table::Manifest, text);
    assert_eq!(manifest("[operations]\nowner = 1\n"), [DiagnosticCode::MisplacedKey]);
    assert_eq!(manifest("products = 1\n"), [DiagnosticCode::MisplacedKey]);
    // What belongs to another kind of file belongs nowhere here.
    assert_eq!(manifest("max_days = 1\n"), [DiagnosticCode::UnknownKey]);
    assert_eq!(said(Table::Guardrails, "grant = 1\n"), [DiagnosticCode::UnknownKey]);
    assert_eq!(said(Table::Fragment, "owner = 1\n"), [DiagnosticCode::UnknownKey]);
}

#[test]
fn entries_of_the_wrong_type_are_left_out_and_the_others_kept() {
    let text = "scopes = [\"a\", 1, \"b\", [\"c\"]]";
    let file = ManifestFile::new("etl.toml", text);
    let source = Source::new(&file);
    let mut findings = Findings::new(&source);
    let typed = Typed::of(read(Table::Manifest, text, &mut findings).unwrap());
    let words: Vec<&str> = typed.scopes.value().unwrap().value.iter().map(|word| &*word.value).collect();
    assert_eq!(words, ["a", "b"]);
    assert_eq!(findings.finish().len(), 2);
}
