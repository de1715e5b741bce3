use super::*;
use crate::source::{ManifestFile, Source};

/// The codes of what is said about a text.
fn said(text: &str) -> Vec<DiagnosticCode> {
    let file = ManifestFile::new("etl.toml", text);
    let source = Source::new(&file);
    let mut findings = Findings::new(&source);
    let _ = read(text, &mut findings);
    findings.finish().into_iter().map(|diagnostic| diagnostic.code).collect()
}

#[test]
fn every_key_of_the_tables_is_read_and_every_other_is_not() {
    for (table, header) in
        [(Table::Manifest, ""), (Table::Operations, "[operations]\n"), (Table::Deny, "[operations.deny]\n")]
    {
        for key in table.keys() {
            let found = said(&format!("{header}{key} = 1\n"));
            assert_eq!(found, [DiagnosticCode::WrongType], "{header}{key}");
        }
        assert_eq!(said(&format!("{header}nonsense = 1\n")), [DiagnosticCode::UnknownKey]);
    }
    assert_eq!(said("[operations]\nowner = 1\n"), [DiagnosticCode::MisplacedKey]);
    assert_eq!(said("products = 1\n"), [DiagnosticCode::MisplacedKey]);
}

#[test]
fn entries_of_the_wrong_type_are_left_out_and_the_others_kept() {
    let text = "scopes = [\"a\", 1, \"b\", [\"c\"]]";
    let file = ManifestFile::new("etl.toml", text);
    let source = Source::new(&file);
    let mut findings = Findings::new(&source);
    let typed = read(text, &mut findings).unwrap();
    let words: Vec<&str> = typed.scopes.value().unwrap().value.iter().map(|word| &*word.value).collect();
    assert_eq!(words, ["a", "b"]);
    assert_eq!(findings.finish().len(), 2);
}
