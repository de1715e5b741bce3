use std::os::unix::fs::PermissionsExt as _;

use super::*;

#[test]
fn the_file_is_made_once_and_read_from_then_on() {
    let dir = tempfile::tempdir().unwrap();
    let (made, origin) = load(dir.path(), true).unwrap();
    assert_eq!(origin, Origin::Made);
    let mode = std::fs::metadata(dir.path().join(FILE)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let (read, origin) = load(dir.path(), false).unwrap();
    assert_eq!((read.id(), origin), (made.id(), Origin::File));
}

#[test]
fn a_missing_file_is_not_replaced_where_things_are_sealed() {
    let dir = tempfile::tempdir().unwrap();
    let problem = load(dir.path(), false).unwrap_err();
    assert_eq!(problem.exit(), Exit::Data);
    assert!(!dir.path().join(FILE).exists());
}

#[test]
fn a_file_others_may_read_is_refused_with_the_command_that_mends_it() {
    let dir = tempfile::tempdir().unwrap();
    load(dir.path(), true).unwrap();
    let path = dir.path().join(FILE);
    for mode in [0o640, 0o604, 0o660, 0o622] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        assert!(load(dir.path(), false).unwrap_err().to_string().contains("chmod 600"), "{mode:o}");
    }
}

#[test]
fn a_damaged_file_is_refused_without_showing_it() {
    let dir = tempfile::tempdir().unwrap();
    load(dir.path(), true).unwrap();
    let path = dir.path().join(FILE);
    let text = std::fs::read_to_string(&path).unwrap();
    let shorter = text.strip_suffix(|_: char| true).unwrap();
    std::fs::write(&path, shorter).unwrap();
    let words = load(dir.path(), false).unwrap_err().to_string();
    assert!(!words.contains(shorter), "{words}");
}
