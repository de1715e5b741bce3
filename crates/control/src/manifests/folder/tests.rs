use std::collections::BTreeMap;
use std::os::unix::fs::symlink;

use catalogue::Catalogue;
use policy::{DiagnosticCode, Known, compile};

use super::*;

/// What the compiler says about a folder: file and code, in order.
fn said(folder: &Path) -> Vec<(String, DiagnosticCode, String)> {
    let files = read(folder).unwrap();
    let known = Known { sites: &BTreeMap::new(), grants: None, now: "2026-11-22T00:00:00Z".parse().unwrap() };
    let found = compile(&files, &Catalogue::builtin().unwrap(), &known).unwrap_err();
    found.into_iter().map(|it| (it.path.to_string(), it.code, it.message)).collect()
}

#[test]
fn files_that_cannot_be_read_are_reported_beside_what_is_wrong_with_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    std::fs::write(at("a-typo.toml"), "wonder = 1\n").unwrap();
    std::fs::write(at("b-latin.toml"), b"owner = \"a\"\npurpose = \"caf\xe9\"\n").unwrap();
    std::fs::create_dir(at("c-folder.toml")).unwrap();
    symlink(at("nowhere"), at("d-gone.toml")).unwrap();
    // A letter of two bytes lies across the limit.
    std::fs::write(at("e-huge.toml"), format!("#{}", "é".repeat(limits::FILE_BYTES))).unwrap();
    std::fs::write(at("f-typo.toml"), "miracle = 1\n").unwrap();

    let said = said(dir.path());
    let about =
        |file: &str| said.iter().filter(|(path, _, _)| path == file).map(|(_, code, _)| *code).collect();
    let about: Vec<Vec<_>> =
        ["b-latin.toml", "c-folder.toml", "d-gone.toml", "e-huge.toml"].map(about).to_vec();
    let unreadable = vec![DiagnosticCode::Unreadable];
    assert_eq!(
        about,
        [unreadable.clone(), unreadable.clone(), unreadable, vec![DiagnosticCode::TooLarge]],
        "{said:#?}"
    );
    for (file, word) in [("a-typo.toml", "wonder"), ("f-typo.toml", "miracle"), ("b-latin.toml", "line 2")] {
        assert!(
            said.iter().any(|(path, _, words)| path == file && words.contains(word)),
            "{word}: {said:#?}"
        );
    }
}

#[test]
fn a_pipe_called_like_a_manifest_is_not_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("pipe.toml");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert_eq!(said(dir.path()).first().unwrap().1, DiagnosticCode::Unreadable);
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let error = read(&dir.path().join("manifests")).unwrap_err();
    assert!(error.to_string().contains("manifests"), "{error}");
}

#[test]
fn fragments_and_guardrails_are_told_from_manifests() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("etl.toml"), "a").unwrap();
    std::fs::write(dir.path().join("guardrails.toml"), "b").unwrap();
    std::fs::create_dir(dir.path().join("shared")).unwrap();
    std::fs::write(dir.path().join("shared/team-base.toml"), "c").unwrap();
    let set = read(dir.path()).unwrap();
    let paths = |files: &[ManifestFile]| files.iter().map(|file| file.path.clone()).collect::<Vec<_>>();
    assert_eq!(
        (paths(&set.manifests), paths(&set.fragments)),
        (vec!["etl.toml".into()], vec!["shared/team-base.toml".into()])
    );
    assert_eq!(set.guardrails.unwrap().text, "b");
}

#[test]
fn guardrails_that_cannot_be_read_keep_everything_from_being_published() {
    let dir = tempfile::tempdir().unwrap();
    symlink(dir.path().join("nowhere"), dir.path().join("guardrails.toml")).unwrap();
    let found = said(dir.path());
    assert_eq!((found[0].0.as_str(), found[0].1), ("guardrails.toml", DiagnosticCode::Unreadable));
    // A folder of fragments that cannot be looked into is not one that is not there.
    let dir = tempfile::tempdir().unwrap();
    symlink(dir.path().join("nowhere"), dir.path().join("shared")).unwrap();
    assert!(read(dir.path()).is_err());
}
