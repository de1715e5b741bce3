use types::Verb;

use super::*;

fn entry(product: Product, verb: Verb, template: &str) -> Entry {
    Entry::bare(product, verb, template)
}

fn kept(product: Product, verb: Verb, template: &str) -> Option<String> {
    of(&entry(product, verb, template)).map(|confined| confined.to_string())
}

#[test]
fn the_first_line_that_fits_wins_and_marks_hold_beside_it() {
    let jira = |verb, template| kept(Product::Jira, verb, template).unwrap();
    assert_eq!(jira(Verb::Post, "/rest/api/3/issue/bulk"), "named bulk issue:create-many");
    assert_eq!(jira(Verb::Get, "/rest/api/3/issue/{issueIdOrKey}"), "named");
    assert_eq!(jira(Verb::Get, "/rest/api/2/project/search"), "listed values[]=project@key;total");
    assert_eq!(jira(Verb::Get, "/rest/api/3/filter/{id}/columns"), "refused:filters");
}

#[test]
fn what_no_line_fits_is_not_classified() {
    for template in [
        "/rest/api/3/novelty",
        "/rest/api/3/issue/{issueIdOrKey}/novelty",
        "/rest/api/3/project/{projectIdOrKey}/novelty",
    ] {
        assert_eq!(kept(Product::Jira, Verb::Get, template), None, "{template}");
    }
    assert_eq!(kept(Product::Jira, Verb::Patch, "/rest/api/3/issue/{issueIdOrKey}"), None);
    assert_eq!(kept(Product::Assets, Verb::Get, "/rest/api/3/myself"), None);
}

/// Every line of every section, with its products.
fn all_lines() -> Vec<(Product, Vec<&'static str>)> {
    RULES.iter().flat_map(|(product, rules)| rules.iter().map(|words| (*product, words.clone()))).collect()
}

#[test]
fn every_line_can_be_read() {
    for (_, words) in all_lines() {
        match words.as_slice() {
            ["bulk", verbs, pattern] => assert!(readable(verbs, pattern), "{words:?}"),
            ["issue", verbs, pattern, shape] => {
                assert!(readable(verbs, pattern) && shape.parse::<IssueBody>().is_ok(), "{words:?}");
            }
            [verbs, pattern, rest @ ..] => {
                assert!(readable(verbs, pattern) && rest.join(" ").parse::<Confined>().is_ok(), "{words:?}");
            }
            _ => panic!("{words:?}"),
        }
    }
}

fn readable(verbs: &str, pattern: &str) -> bool {
    pattern.starts_with('/') && (verbs == "any" || verbs.split(',').all(|verb| verb.parse::<Verb>().is_ok()))
}

#[test]
fn only_refusals_stand_for_families_and_none_for_everything() {
    for (_, words) in all_lines() {
        let [verbs, pattern, confinement, ..] = words.as_slice() else { continue };
        if matches!(*verbs, "bulk" | "issue") {
            continue;
        }
        if pattern.contains("**") || *verbs == "any" {
            assert!(confinement.starts_with("refused:"), "{words:?}");
        }
        let literal =
            |segment: &&str| !matches!(*segment, "*" | "{}" | "**" | "rest" | "api" | "wiki" | "v2");
        assert!(crate::template::segments(pattern).any(|segment| literal(&segment)), "{words:?}");
    }
}

#[test]
fn no_line_is_dead() {
    let entries = super::super::from_table(include_str!("../../../data/operations.tsv")).unwrap();
    for line in CONFINEMENT.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '['])) {
        let words: Vec<&str> = line.split(' ').collect();
        let (verbs, pattern) = match words.as_slice() {
            ["bulk" | "issue", verbs, pattern, ..] | [verbs, pattern, ..] => (verbs, pattern),
            _ => panic!("{line}"),
        };
        let used = entries.iter().any(|entry| fits(verbs, pattern, entry));
        assert!(used, "{line}");
    }
}
