//! The walls of the house (ARCHITECTURE.md): who may depend on whom, and who may open a secret.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The floors. A crate may depend on floors below its own, and on nothing beside it.
const FLOORS: &[&[&str]] = &[
    &["types", "testbase"],
    &["catalogue", "seal", "chain", "jose", "query", "store", "clock"],
    &["policy", "boundary", "egress", "standin"],
    &["audit"],
    &["oauth", "broker", "traffic"],
    &["proxy", "control"],
    &["api", "web"],
    &["ticketgate", "bench", "testkit"],
];

/// Programs that measure and try the product.
const NOT_THE_PRODUCT: &[&str] = &["bench", "testkit"];

/// No clock, randomness, I/O or async in these: nothing that could bring them in.
const PURE: &[&str] = &["types", "catalogue", "seal", "chain", "jose", "query", "policy", "boundary"];

/// What the pure crates may not depend on.
const IMPURE: &[&str] =
    &["tokio", "hyper", "hyper-util", "sqlx", "clock", "store", "egress", "axum", "tracing"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn crates() -> BTreeMap<String, toml::Table> {
    let folders = std::fs::read_dir(root().join("crates")).unwrap();
    let read = |folder: std::fs::DirEntry| {
        let text = std::fs::read_to_string(folder.path().join("Cargo.toml")).ok()?;
        Some((folder.file_name().into_string().unwrap(), text.parse().unwrap()))
    };
    folders.filter_map(|folder| read(folder.unwrap())).collect()
}

fn dependencies(manifest: &toml::Table) -> BTreeSet<&str> {
    let table = manifest.get("dependencies").and_then(toml::Value::as_table);
    table.into_iter().flatten().map(|(name, _)| name.as_str()).collect()
}

fn floor(name: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&name))
}

#[test]
fn arrows_only_point_down() {
    let mut wrong = Vec::new();
    let crates = crates();
    for (name, manifest) in &crates {
        let own = floor(name).unwrap_or_else(|| panic!("{name} is on no floor"));
        for dependency in dependencies(manifest) {
            if floor(dependency).is_some_and(|theirs| theirs >= own) {
                wrong.push(format!("{name} -> {dependency}"));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that do not point down: {wrong:?}");
}

#[test]
fn the_pure_crates_have_nothing_impure_below_them() {
    let crates = crates();
    for name in PURE {
        let below = dependencies(&crates[*name]);
        let impure: Vec<_> = IMPURE.iter().filter(|impure| below.contains(*impure)).collect();
        assert!(impure.is_empty(), "{name} depends on {impure:?}");
    }
}

#[test]
fn the_store_cannot_decrypt_and_the_control_api_cannot_reach_the_store() {
    let crates = crates();
    assert!(!dependencies(&crates["store"]).contains("seal"));
    assert!(!dependencies(&crates["api"]).contains("store"));
    assert!(!dependencies(&crates["web"]).contains("store"));
    let speaks_sql: Vec<_> =
        crates.iter().filter(|(_, manifest)| dependencies(manifest).contains("sqlx")).collect();
    assert_eq!(speaks_sql.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["store"]);
}

#[test]
fn what_is_for_tests_is_no_part_of_the_product() {
    for (name, manifest) in crates().iter().filter(|(name, _)| !NOT_THE_PRODUCT.contains(&name.as_str())) {
        let below = dependencies(manifest);
        assert!(!below.contains("testbase") && !below.contains("testkit"), "{name}");
    }
}

#[test]
fn every_crate_obeys_the_lints_of_the_workspace() {
    for (name, manifest) in crates() {
        let lints = manifest.get("lints").and_then(|lints| lints.get("workspace"));
        assert_eq!(lints, Some(&toml::Value::Boolean(true)), "{name}");
    }
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The modules a file declares for tests only, as paths without extension: `foo/tests` for `foo.rs`.
fn test_modules(file: &Path) -> Vec<PathBuf> {
    let text = std::fs::read_to_string(file).unwrap();
    let root = ["lib.rs", "main.rs"].iter().any(|name| file.ends_with(name));
    let folder = if root { file.parent().unwrap().to_owned() } else { file.with_extension("") };
    let declared = text.split("#[cfg(test)]").skip(1).filter_map(|after| {
        let line = after.trim_start().lines().next()?.trim_start_matches("pub(crate) ");
        Some(folder.join(line.strip_prefix("mod ")?.strip_suffix(';')?))
    });
    declared.collect()
}

/// Product files, without tests, relative to the root.
fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for name in crates().keys().filter(|name| !NOT_THE_PRODUCT.contains(&name.as_str())) {
        rust_files(&root().join("crates").join(name).join("src"), &mut found);
    }
    found.sort();
    let for_tests: BTreeSet<PathBuf> = found.iter().flat_map(|path| test_modules(path)).collect();
    found.retain(|path| !path.ancestors().any(|above| for_tests.contains(&above.with_extension(""))));
    let name = |path: &Path| path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
    found.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}

/// How often a file opens a secret: `.open()` without arguments, which nothing but `Secret` has, and the path to it.
fn openings(text: &str) -> usize {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.map(|line| line.matches(".open()").count() + line.matches("Secret::open").count()).sum()
}

#[test]
fn a_secret_is_opened_only_in_listed_places() {
    let page = std::fs::read_to_string(root().join("docs/secrets-opened.txt")).unwrap();
    let listed: BTreeMap<&str, usize> = page
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| {
            let mut words = line.split_whitespace();
            let (count, file) = (words.next().unwrap(), words.next().unwrap());
            assert!(words.next().is_some(), "say why: {line}");
            (file, count.parse().unwrap())
        })
        .collect();
    let sources = sources();
    let found: BTreeMap<&str, usize> = sources
        .iter()
        .map(|(name, text)| (name.as_str(), openings(text)))
        .filter(|(_, count)| *count > 0)
        .collect();
    assert_eq!(found, listed, "the left is the code, the right is docs/secrets-opened.txt");
}

#[test]
fn no_file_is_longer_than_six_hundred_lines_and_no_mod_rs_exists() {
    let too_long: Vec<_> = sources().into_iter().filter(|(_, text)| text.lines().count() > 600).collect();
    assert!(too_long.is_empty(), "{:?}", too_long.iter().map(|(name, _)| name).collect::<Vec<_>>());
    let mut all = Vec::new();
    rust_files(&root().join("crates"), &mut all);
    assert!(!all.iter().any(|path| path.ends_with("mod.rs")));
}
