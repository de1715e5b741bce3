use std::os::unix::fs::PermissionsExt as _;

use control::keys::KeyFiles as _;

use super::*;

#[test]
fn the_file_is_made_once_and_read_from_then_on() {
    let dir = tempfile::tempdir().unwrap();
    let made = load(dir.path(), true).unwrap();
    assert_eq!(made.origin, Origin::Made);
    let mode = std::fs::metadata(dir.path().join(FILE)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let read = load(dir.path(), false).unwrap();
    assert_eq!((read.current.id(), read.origin), (made.current.id(), Origin::File));
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

fn root(byte: u8) -> RootKey {
    RootKey::from_bytes(Zeroizing::new([byte; 32]))
}

/// A data directory whose current key is `root(1)`, and its files.
fn with_a_key() -> (tempfile::TempDir, Files) {
    let dir = tempfile::tempdir().unwrap();
    private_file::create(&dir.path().join(FILE), root(1).render().open().as_bytes()).unwrap();
    let files = load(dir.path(), false).unwrap().files(dir.path());
    (dir, files)
}

/// The current key, and the retired ones.
fn there(dir: &Path) -> (KeyId, Vec<KeyId>) {
    let ring = load(dir, false).unwrap().ring();
    (ring.current(), ring.retired())
}

#[test]
fn after_each_step_of_a_rotation_every_key_something_may_be_sealed_with_is_there() {
    let (dir, files) = with_a_key();
    let (one, two) = (root(1).id(), root(2).id());
    files.keep_retired(one).unwrap();
    assert_eq!(there(dir.path()), (one, vec![]));
    // Cut off between writing the draft and renaming it.
    std::fs::write(dir.path().join("root.new"), "tgk_hal").unwrap();
    assert_eq!(there(dir.path()), (one, vec![]));
    files.put_new(&root(2)).unwrap();
    assert_eq!(there(dir.path()), (two, vec![one]));
    let modes = ["root.key".to_owned(), format!("root.key.{one}")]
        .map(|name| std::fs::metadata(dir.path().join(name)).unwrap().permissions().mode() & 0o777);
    assert_eq!(modes, [0o600; 2]);
    assert!(!dir.path().join("root.new").exists());
}

#[test]
fn a_rotation_after_one_that_failed_behind_its_rename_loses_no_key_in_use() {
    let (dir, files) = with_a_key();
    files.put_current(root(1).id(), &root(2)).unwrap();
    // The process never heard that it worked, and still seals with the first key.
    files.put_current(root(1).id(), &root(3)).unwrap();
    assert_eq!(there(dir.path()), (root(3).id(), vec![root(1).id()]));
}

#[test]
fn a_key_in_use_that_is_nowhere_on_disk_is_not_replaced() {
    let (dir, files) = with_a_key();
    assert!(files.put_current(root(7).id(), &root(2)).is_err());
    assert_eq!(there(dir.path()), (root(1).id(), vec![]));
}

#[test]
fn a_retired_key_is_removed_alone_and_one_under_a_wrong_name_or_open_to_others_is_refused() {
    let (dir, files) = with_a_key();
    files.put_current(root(1).id(), &root(2)).unwrap();
    files.put_current(root(2).id(), &root(3)).unwrap();
    assert_eq!(files.origin(root(1).id()), Some(keys::Origin::File));
    files.remove_retired(root(1).id()).unwrap();
    assert_eq!(there(dir.path()), (root(3).id(), vec![root(2).id()]));
    assert_eq!(files.origin(root(1).id()), None);

    let kept = dir.path().join(format!("root.key.{}", root(2).id()));
    std::fs::set_permissions(&kept, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert!(load(dir.path(), false).unwrap_err().to_string().contains("chmod 600"));
    std::fs::set_permissions(&kept, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::rename(&kept, dir.path().join(format!("root.key.{}", root(1).id()))).unwrap();
    assert!(load(dir.path(), false).unwrap_err().to_string().contains("Name the file after"));
}
