use std::collections::BTreeMap;

use catalogue::Catalogue;
use jiff::Timestamp;
use policy::{Known, ManifestFile, compile};

use super::*;

fn diagnostics(path: &str, text: &str) -> Vec<Diagnostic> {
    let catalogue = Catalogue::builtin().unwrap();
    let known = Known { sites: &BTreeMap::new(), grants: None, now: Timestamp::UNIX_EPOCH };
    compile(&[ManifestFile::new(path, text)], &catalogue, &known).unwrap_err()
}

/// What the schema of SARIF 2.1.0 requires of the parts that are used here, and the standard of their values (3.11, 3.27 to 3.30, 3.49,
/// 3.55 to 3.57).
fn assert_is_sarif(log: &Value) {
    let text = |value: &Value| value.as_str().map(str::to_owned).filter(|text| !text.is_empty());
    assert_eq!(log["version"], "2.1.0");
    for run in log["runs"].as_array().unwrap() {
        let driver = &run["tool"]["driver"];
        assert!(text(&driver["name"]).is_some());
        assert!(["utf16CodeUnits", "unicodeCodePoints"].contains(&run["columnKind"].as_str().unwrap()));
        let rules = driver["rules"].as_array().unwrap();
        let mut ids: Vec<_> = rules.iter().map(|rule| text(&rule["id"]).unwrap()).collect();
        for rule in rules {
            assert!(text(&rule["shortDescription"]["text"]).is_some());
            assert!(
                ["none", "note", "warning", "error"]
                    .contains(&rule["defaultConfiguration"]["level"].as_str().unwrap())
            );
        }
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "a rule's id is its own");
        for result in run["results"].as_array().unwrap() {
            assert!(text(&result["message"]["text"]).is_some());
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            for location in result["locations"].as_array().unwrap() {
                assert_place(
                    &location["physicalLocation"]["artifactLocation"],
                    &location["physicalLocation"]["region"],
                );
            }
            for fix in result["fixes"].as_array().into_iter().flatten() {
                let changes = fix["artifactChanges"].as_array().unwrap();
                assert!(!changes.is_empty());
                for change in changes {
                    let replacements = change["replacements"].as_array().unwrap();
                    assert!(!replacements.is_empty());
                    for replacement in replacements {
                        assert_place(&change["artifactLocation"], &replacement["deletedRegion"]);
                        assert!(replacement["insertedContent"]["text"].is_string());
                    }
                }
            }
        }
    }
}

fn assert_place(file: &Value, region: &Value) {
    let uri = file["uri"].as_str().unwrap();
    assert!(!uri.contains([' ', '\\', '#', '?']) && uri.is_ascii(), "{uri}");
    let number = |key: &str| region[key].as_u64().filter(|number| *number >= 1).unwrap();
    let (start, end) =
        ((number("startLine"), number("startColumn")), (number("endLine"), number("endColumn")));
    assert!(start <= end, "{region}");
}

const WRONG: &str = "onwer = \"team\"\npurpose = \"testing\"\nsite = \"demo\"\ngrant = \"it\"\nscopes = [\"read:jira-wörk\", \"read:jira-wrok\"]\n";

#[test]
fn every_finding_has_a_rule_a_place_and_a_fix_where_there_is_one() {
    let found = diagnostics("etl.toml", WRONG);
    let log = log(&found, Path::new("/repository/manifests"), Path::new("/repository"));
    assert_is_sarif(&log);
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), found.len());
    let scope = results.iter().rfind(|one| one["ruleId"] == "unknown-scope").unwrap();
    let place = &scope["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "manifests/etl.toml");
    // The letter with the dots is one character.
    let region = json!({ "startLine": 5, "startColumn": 29, "endLine": 5, "endColumn": 45 });
    assert_eq!(place["region"], region);
    assert_eq!(scope["level"], "error");
    let change = &scope["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["replacements"][0]["insertedContent"]["text"], "\"read:jira-work\"");
    assert_eq!(change["replacements"][0]["deletedRegion"], region);
}

#[test]
fn every_diagnostic_is_a_rule() {
    let log = log(&[], Path::new("manifests"), Path::new("/"));
    assert_is_sarif(&log);
    assert_eq!(log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().len(), DIAGNOSTICS.len());
}

#[test]
fn files_are_named_by_relative_addresses() {
    let here = Path::new("/srv/manifests");
    for (path, expected) in [
        ("manifests/etl.toml", "manifests/etl.toml"),
        ("./manifests/etl.toml", "manifests/etl.toml"),
        ("/srv/manifests/a b/ü#1.toml", "a%20b/%C3%BC%231.toml"),
        ("/elsewhere/etl.toml", "file:///elsewhere/etl.toml"),
        ("a\\b.toml", "a/b.toml"),
    ] {
        assert_eq!(uri(Path::new(path), here), expected);
    }
}
