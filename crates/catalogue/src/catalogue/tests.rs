use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use proptest::prelude::*;
use types::{Effect, Product};

use super::*;
use crate::{Kind, Place};

fn builtin() -> Catalogue {
    Catalogue::builtin().unwrap()
}

fn path(raw: &str) -> CanonicalPath {
    CanonicalPath::canonicalise(raw).unwrap()
}

/// The template with a value for each parameter that is no literal anywhere in the table.
fn sample(operation: &Operation) -> CanonicalPath {
    let filled: String = segments(operation.template())
        .map(|segment| if segment.starts_with('{') { "/Sample-1".to_owned() } else { format!("/{segment}") })
        .collect();
    path(&filled)
}

/// What should be found, worked out without the trie: of the templates that cover the path, the one whose literals
/// come first.
fn expected(candidates: &[&Arc<Operation>], path: &CanonicalPath) -> Option<OperationIndex> {
    candidates
        .iter()
        .filter(|operation| covers(operation, path.as_str()))
        .max_by_key(|operation| {
            segments(operation.template()).map(|segment| !segment.starts_with('{')).collect::<Vec<_>>()
        })
        .map(|operation| operation.index())
}

#[test]
fn every_operation_recognises_to_itself_and_to_nothing_else() {
    let catalogue = builtin();
    let mut groups: HashMap<(Face, Verb, usize), Vec<&Arc<Operation>>> = HashMap::new();
    for operation in catalogue.operations() {
        let depth = segments(operation.template()).count();
        groups.entry((operation.face(), operation.verb(), depth)).or_default().push(operation);
    }
    for operation in catalogue.operations() {
        let path = sample(operation);
        let call = catalogue.recognise(operation.face(), operation.verb(), &path);
        assert_eq!(
            call.map(|call| call.operation().index()),
            Some(operation.index()),
            "{}",
            operation.label()
        );
        for face in Face::ALL {
            for verb in Verb::ALL {
                let group = groups.get(&(face, verb, path.segments().count()));
                let expected = group.and_then(|group| expected(group, &path));
                let found = catalogue.recognise(face, verb, &path);
                assert_eq!(found.map(|call| call.operation().index()), expected, "{face:?} {verb} {path}");
            }
        }
    }
}

const ENDINGS: [&str; 7] = [".txt", ".htm", ".html", ".json", ".xml", ".atom", ".JsOn"];

#[test]
fn a_path_that_may_be_another_operation_without_its_ending_is_none() {
    let catalogue = builtin();
    let mut collisions = 0;
    for operation in catalogue.operations() {
        let plain = sample(operation);
        for ending in ENDINGS.iter().flat_map(|ending| [(*ending).to_owned(), format!("{ending}.xml")]) {
            for with in [format!("{plain}{ending}"), format!("{plain}/{ending}")] {
                let with = path(&with);
                let raw = catalogue.trie.find(operation.face(), operation.verb(), with.as_str());
                let found = catalogue.recognise(operation.face(), operation.verb(), &with);
                let found = found.map(|call| call.operation().index());
                assert!(found.is_none_or(|index| index == operation.index()), "{} {with}", operation.label());
                collisions += usize::from(raw.is_some_and(|(index, _)| index != operation.index()));
            }
        }
    }
    assert!(collisions > 100, "the table has such paths: {collisions}");
}

#[test]
fn a_name_never_has_an_ending_that_the_framework_takes_off_but_a_property_may() {
    let catalogue = builtin();
    let recognised = |verb, raw: &str| {
        catalogue.recognise(Face::JiraCloud, verb, &path(raw)).map(|call| call.operation().id().to_owned())
    };
    for (verb, raw) in [
        (Verb::Put, "/rest/api/3/issue/archive.json"),
        (Verb::Put, "/rest/api/latest/issue/archive.XML"),
        (Verb::Get, "/rest/api/3/issue/ABC-1.json"),
        (Verb::Get, "/rest/api/3/issue/ABC-1/comment/7.html"),
        (Verb::Get, "/rest/api/3/issue/ABC-1/properties/.json"),
        (Verb::Get, "/rest/agile/1.0/board/1.txt"),
    ] {
        assert_eq!(recognised(verb, raw), None, "{verb} {raw}");
    }
    let property = "/rest/api/3/issue/ABC-1/properties/settings.json";
    assert_eq!(recognised(Verb::Put, property).as_deref(), Some("setIssueProperty"));
    assert_eq!(recognised(Verb::Get, "/rest/api/3/issue/ABC-1.5").as_deref(), Some("getIssue"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_recognised_is_the_same_operation_without_any_ending(
        at in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
        values in prop::collection::vec("[A-Za-z0-9.-]{1,6}(\\.(json|XML|htm|atom))?", 6),
    ) {
        static CATALOGUE: std::sync::LazyLock<Catalogue> = std::sync::LazyLock::new(builtin);
        let operation = at.get(CATALOGUE.operations());
        // Literals of another operation are the values that confuse.
        let literals = segments(other.get(CATALOGUE.operations()).template()).filter(|s| !s.starts_with('{'));
        let endings = ENDINGS.iter().cycle();
        let mut values = values.into_iter().chain(literals.zip(endings).map(|(l, e)| format!("{l}{e}"))).collect::<Vec<_>>().into_iter().rev();
        let filled: String = segments(operation.template())
            .map(|s| if s.starts_with('{') { format!("/{}", values.next().unwrap()) } else { format!("/{s}") })
            .collect();
        let Ok(path) = CanonicalPath::canonicalise(&filled) else { return Ok(()) };
        let (face, verb) = (operation.face(), operation.verb());
        if let Some(call) = CATALOGUE.recognise(face, verb, &path) {
            let mut stem = path.as_str().to_owned();
            while let Some(ending) = ENDINGS.iter().find(|e| stem.to_ascii_lowercase().ends_with(&e.to_ascii_lowercase())) {
                stem.truncate(stem.len() - ending.len());
                let found = CATALOGUE.trie.find(face, verb, &stem);
                prop_assert!(found.is_none_or(|(index, _)| index == call.operation().index()), "{filled}");
            }
        }
    }
}

#[test]
fn a_longer_or_shorter_path_is_another_operation_or_none() {
    let catalogue = builtin();
    for operation in catalogue.operations() {
        let longer = path(&format!("{}/no-such-thing/at-all", sample(operation)));
        assert!(
            catalogue
                .recognise(operation.face(), operation.verb(), &longer)
                .is_none_or(|call| { covers(call.operation(), longer.as_str()) })
        );
        let other_case = path(&sample(operation).as_str().to_ascii_uppercase());
        assert!(catalogue.recognise(operation.face(), operation.verb(), &other_case).is_none());
    }
}

#[test]
fn a_call_knows_its_parameters_decoded() {
    let catalogue = builtin();
    let path = path("/rest/api/3/issue/ABC-1/properties/my%20key%C3%A9");
    let call = catalogue.recognise(Face::JiraCloud, Verb::Put, &path).unwrap();
    assert_eq!(call.operation().id(), "setIssueProperty");
    assert_eq!(call.parameter("issueIdOrKey").as_deref(), Some("ABC-1"));
    assert_eq!(call.parameter("propertyKey").as_deref(), Some("my key\u{e9}"));
    assert_eq!(call.parameter("other"), None);
    assert_eq!(call.parameters().count(), 2);
    assert_eq!(call.path().as_str(), "/rest/api/3/issue/ABC-1/properties/my%20key%C3%A9");
}

#[test]
fn a_call_tells_what_its_path_names() {
    let catalogue = builtin();
    let path = path("/rest/api/3/issue/ABC%2D1/comment/7");
    let call = catalogue.recognise(Face::JiraCloud, Verb::Get, &path).unwrap();
    let named: Vec<_> = call.named().collect();
    assert_eq!(named, [(Kind::Comment, "7".into()), (Kind::Issue, "ABC-1".into())]);
}

#[test]
fn the_parameters_a_boundary_is_decided_on_are_named() {
    let catalogue = builtin();
    for (id, naming) in [
        ("getIssue", "path:issueIdOrKey=issue"),
        ("createIssue", "body:fields.project=project"),
        ("createIssue", "body:fields.parent=issue"),
        ("createIssues", "body:issueUpdates[].fields.project=project"),
        ("bulkFetchIssues", "body:issueIdsOrKeys[]=issue"),
        ("linkIssues", "body:outwardIssue=issue"),
        ("searchAndReconsileIssuesUsingJql", "query:jql=jql"),
        ("searchAndReconsileIssuesUsingJqlPost", "body:jql=jql"),
        ("submitBulkMove", "body:targetToSourcesMapping.*.issueIdsOrKeys[]=issue"),
        ("getProject", "path:projectIdOrKey=project"),
        ("createPage", "body:spaceId=space"),
        ("searchByCQL", "query:cql=cql"),
        ("createCustomerRequest", "body:serviceDeskId=service-desk"),
        ("createCustomerRequest", "answer:issueKey=issue"),
        ("createIssue", "answer:key=issue"),
    ] {
        let mut found = catalogue.by_id(id).peekable();
        assert!(found.peek().is_some(), "{id}");
        for operation in found {
            let names: Vec<_> = operation.names().iter().map(ToString::to_string).collect();
            assert!(
                names.iter().any(|name| name == naming),
                "{} {}: {names:?}",
                operation.label(),
                operation.version()
            );
        }
    }
    let added = catalogue.by_id("addWorklog").next().unwrap();
    assert!(
        added.names().iter().all(|naming| naming.place != Place::Body),
        "a worklog's own issueId is ignored"
    );
}

#[test]
fn two_versions_of_jiras_api_agree_about_effects() {
    let catalogue = builtin();
    for operation in catalogue.operations().iter().filter(|operation| operation.product() == Product::Jira) {
        let twin = operation.template().replace("/rest/api/3/", "/rest/api/2/");
        let twin = catalogue.lookup_template(operation.verb(), &twin);
        for twin in twin.iter().filter(|twin| twin.product() == Product::Jira) {
            assert_eq!(twin.effect(), operation.effect(), "{}", operation.label());
        }
    }
}

#[test]
fn the_same_path_is_another_operation_on_another_face() {
    let catalogue = builtin();
    let product = |face, path: &CanonicalPath| {
        catalogue.recognise(face, Verb::Get, path).map(|call| call.operation().product())
    };
    assert_eq!(product(Face::JiraCloud, &path("/rest/api/2/issue/A-1")), Some(Product::Jira));
    assert_eq!(product(Face::JiraDataCenter, &path("/rest/api/2/issue/A-1")), Some(Product::JiraDataCenter));
    assert_eq!(product(Face::ConfluenceCloud, &path("/rest/api/2/issue/A-1")), None);
    assert_eq!(
        product(Face::ConfluenceDataCenter, &path("/rest/api/content/1")),
        Some(Product::ConfluenceDataCenter)
    );
    assert_eq!(
        product(Face::ConfluenceCloud, &path("/wiki/rest/api/content/1/restriction")),
        Some(Product::Confluence)
    );
    let assets = path("/jsm/assets/workspace/w/v1/object/1");
    assert_eq!(product(Face::JiraCloud, &assets), Some(Product::Assets));
}

#[test]
fn an_id_finds_every_version_and_deployment() {
    let catalogue = builtin();
    let found: Vec<_> = catalogue.by_id("getIssue").map(|o| (o.product(), o.version().to_owned())).collect();
    for wanted in [(Product::Jira, "2"), (Product::Jira, "3"), (Product::JiraDataCenter, "2")] {
        assert!(found.contains(&(wanted.0, wanted.1.to_owned())), "{wanted:?} in {found:?}");
    }
    assert!(catalogue.ids().any(|id| id == "getIssue"));
    assert_eq!(catalogue.by_id("").count(), 0);
    assert!(catalogue.by_tag("Issues").any(|operation| operation.id() == "createIssue"));
    assert!(catalogue.tags().any(|tag| tag == "Issues"));
}

#[test]
fn a_lookup_takes_templates_urls_and_paths() {
    let catalogue = builtin();
    let labels = |verb, path| {
        catalogue
            .lookup_template(verb, path)
            .iter()
            .map(|operation| operation.label().to_owned())
            .collect::<Vec<_>>()
    };
    for path in [
        "/rest/api/3/issue/{key}",
        "/rest/api/3/issue/{issueIdOrKey}/",
        "/rest/api/3/issue/ABC-1?fields=*all",
        "/ex/jira/1f2e/rest/api/3/issue/ABC-1",
        "https://acme.atlassian.net/rest/api/3/issue/ABC-1",
        "https://api.atlassian.com/ex/jira/1f2e/rest/api/3/issue/{x}",
    ] {
        assert_eq!(labels(Verb::Get, path), ["jira:getIssue"], "{path}");
    }
    assert_eq!(labels(Verb::Get, "/rest/api/2/issue/A-1"), ["jira:getIssue", "jira-data-center:getIssue"]);
    assert_eq!(labels(Verb::Get, "/rest/api/3/issue/A-1/comment/{x}"), ["jira:getComment"]);
    assert!(labels(Verb::Get, "/no/such/path").is_empty());
    assert!(labels(Verb::Get, "").is_empty());
}

#[test]
fn data_center_operations_need_no_scope_and_closed_ones_are_never_satisfied() {
    let catalogue = builtin();
    let all: ScopeSet = catalogue.scopes().map(|(scope, _)| scope).collect();
    for operation in catalogue.operations() {
        let deployed = matches!(operation.product(), Product::JiraDataCenter | Product::ConfluenceDataCenter);
        assert!(!deployed || operation.satisfied_by(&ScopeSet::EMPTY), "{}", operation.label());
        let open = operation.classic().is_some() || operation.granular().is_some();
        assert_eq!(operation.satisfied_by(&all), open, "{}", operation.label());
    }
}

#[test]
fn scopes_have_names_and_names_have_scopes() {
    let catalogue = builtin();
    for (scope, name) in catalogue.scopes() {
        assert_eq!(catalogue.scope(name), Some(scope));
        assert_eq!(catalogue.scope_name(scope), name);
        assert!(!name.contains(char::is_whitespace), "{name}");
    }
    assert!(catalogue.scope_set(["read:jira-work", "write:page:confluence"]).is_ok());
    assert_eq!(
        catalogue.scope_set(["read:jira-wrok"]).unwrap_err().nearest.as_deref(),
        Some("read:jira-work")
    );
}

#[test]
fn every_parameter_that_names_something_in_the_path_is_one_of_the_template() {
    for operation in builtin().operations() {
        for naming in operation.names().iter().filter(|naming| naming.place == Place::Path) {
            assert!(
                operation.parameters().iter().any(|name| **name == *naming.parameter),
                "{}: {naming}",
                operation.label()
            );
        }
    }
}

#[test]
fn the_table_holds_what_it_held_when_every_line_was_reviewed() {
    let mut counts: BTreeMap<(Product, Effect), usize> = BTreeMap::new();
    let catalogue = builtin();
    for operation in catalogue.operations() {
        *counts.entry((operation.product(), operation.effect())).or_default() += 1;
    }
    let mut text = String::new();
    for ((product, effect), count) in counts {
        writeln!(text, "{product} {effect} {count}").unwrap();
    }
    writeln!(text, "scopes {}", catalogue.scopes().count()).unwrap();
    assert_eq!(
        text,
        include_str!("golden-counts.txt"),
        "review the lines that changed, then correct the counts"
    );
}

#[test]
fn the_effects_that_matter_most_are_right() {
    let catalogue = builtin();
    for (id, effect) in [
        ("getIssue", Effect::Read),
        ("searchAndReconsileIssuesUsingJqlPost", Effect::Read),
        ("bulkFetchIssues", Effect::Read),
        ("getBulkPermissions", Effect::Read),
        ("createIssue", Effect::Write),
        ("editIssue", Effect::Write),
        ("doTransition", Effect::Write),
        ("addComment", Effect::Write),
        ("addAttachment", Effect::Write),
        ("createPage", Effect::Write),
        ("deleteIssue", Effect::Delete),
        ("submitBulkDelete", Effect::Delete),
        ("deletePage", Effect::Delete),
        ("createProject", Effect::Administer),
        ("deleteProject", Effect::Administer),
        ("createUser", Effect::Administer),
        ("registerDynamicWebhooks", Effect::Administer),
        ("deleteWorkflowTransitionRuleConfigurations", Effect::Administer),
        ("createSpace", Effect::Administer),
    ] {
        let found: Vec<_> = catalogue.by_id(id).collect();
        assert!(!found.is_empty(), "{id}");
        for operation in found {
            assert_eq!(operation.effect(), effect, "{} {}", operation.label(), operation.template());
        }
    }
}
