use super::*;

#[test]
fn only_the_endings_of_the_framework_are_taken_off_and_in_any_letter_case() {
    for (path, stem) in [
        ("/issue/archive.json", Some("/issue/archive")),
        ("/issue/archive.JSON", Some("/issue/archive")),
        ("/issue/archive.hTm", Some("/issue/archive")),
        ("/issue/archive.json.xml", Some("/issue/archive.json")),
        ("/properties/.atom", Some("/properties/")),
        (".txt", Some("")),
        ("/issue/archive.yaml", None),
        ("/issue/archive.jsonx", None),
        ("/issue/archivejson", None),
        ("/issue.json/archive", None),
        ("/rest/agile/1.0/x", None),
        ("json", None),
        ("", None),
    ] {
        assert_eq!(taken_off(path), stem, "{path}");
    }
}
