use super::*;

#[test]
fn a_byte_is_found_by_line_and_by_column_in_characters() {
    let file = ManifestFile::new("a/b.toml", "one\nzwölf = 1\n");
    let source = Source::new(&file);
    assert_eq!(source.position(0), Position { line: 1, column: 1 });
    assert_eq!(source.position(4), Position { line: 2, column: 1 });
    let equals = file.text.find('=').unwrap();
    assert_eq!(source.position(equals), Position { line: 2, column: 7 });
    assert_eq!(source.position(file.text.len()), Position { line: 3, column: 1 });
    assert_eq!(source.line(equals), 2);
}

#[test]
fn the_stem_is_the_clients_id_on_every_system() {
    for path in ["manifests/etl.toml", "etl.toml", "C:\\manifests\\etl.toml", "/a.toml/etl.toml"] {
        assert_eq!(ManifestFile::new(path, "").stem(), "etl", "{path}");
    }
}
