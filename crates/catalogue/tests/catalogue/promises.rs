//! The classification against itself and against the names.

use catalogue::{Confinement, Kind, Naming, Operation, Place, Why};
use types::Effect;

use crate::{called, operations};

/// Path parameters that mean something only inside what the path names before them.
const WITHIN: &[&str] = &[
    "approvalId",
    "categoryName",
    "featureKey",
    "globalId",
    "groupId",
    "groupName",
    "hash",
    "id",
    "idOrKey",
    "issueTypeId",
    "key",
    "label",
    "labelName",
    "linkId",
    "macroId",
    "newProjectTypeKey",
    "operationKey",
    "position",
    "projectTypeKey",
    "property-id",
    "propertyKey",
    "queueId",
    "quickFilterId",
    "relatedWorkId",
    "requestTypeId",
    "slaMetricId",
    "type",
    "userKey",
    "version",
    "version-number",
    "versionNumber",
];

/// Kinds whose project or space can be found out.
fn bounded(kind: Kind) -> bool {
    !matches!(kind, Kind::Jql | Kind::Cql | Kind::Filter | Kind::Dashboard)
}

fn requested(operation: &Operation) -> impl Iterator<Item = &Naming> {
    operation.names().iter().filter(|naming| naming.place != Place::Answer)
}

fn names_in_path(operation: &Operation, parameter: &str) -> bool {
    requested(operation).any(|naming| naming.place == Place::Path && *naming.parameter == *parameter)
}

/// Those of `wrong`, with their class, in words.
fn found<'a>(wrong: impl Iterator<Item = &'a Operation>) -> Vec<String> {
    wrong.map(|operation| format!("{} is {}", called(operation), operation.confinement())).collect()
}

#[test]
fn every_operation_is_classified_and_says_so_in_the_table() {
    let table = catalogue::Catalogue::builtin_text().unwrap();
    let cells = table.lines().filter(|line| !line.starts_with('#'));
    let empty: Vec<&str> = cells.filter(|line| line.rsplit('\t').next().is_none_or(str::is_empty)).collect();
    assert_eq!(empty, [""; 0]);
    assert!(operations().count() > 2_300, "the table is whole");
}

#[test]
fn what_is_named_bears_a_name_whose_project_or_space_can_be_found() {
    let wrong = operations().filter(|operation| operation.confinement() == Confinement::Named);
    assert_eq!(found(wrong.filter(|o| !requested(o).any(|naming| bounded(naming.kind)))), [""; 0]);
}

#[test]
fn what_is_queried_carries_a_query() {
    let wrong = operations().filter(|operation| operation.confinement() == Confinement::Queried);
    let carries = |o: &Operation| requested(o).any(|naming| matches!(naming.kind, Kind::Jql | Kind::Cql));
    assert_eq!(found(wrong.filter(|o| !carries(o))), [""; 0]);
}

#[test]
fn a_query_that_is_carried_can_be_constrained_or_is_refused() {
    let carriers =
        operations().filter(|o| requested(o).any(|naming| matches!(naming.kind, Kind::Jql | Kind::Cql)));
    let wrong =
        carriers.filter(|o| !matches!(o.confinement(), Confinement::Queried | Confinement::Refused(_)));
    // The picker's query narrows one of its sections, so its answer is filtered as well.
    assert_eq!(
        found(wrong),
        [
            "jira GET /rest/api/2/issue/picker is listed",
            "jira GET /rest/api/3/issue/picker is listed",
            "jira-data-center GET /rest/api/2/issue/picker is listed",
        ]
    );
}

#[test]
fn what_is_listed_says_what_the_answer_lists() {
    let wrong = operations().filter(|o| o.confinement() == Confinement::Listed && o.lists().next().is_none());
    assert_eq!(found(wrong), [""; 0]);
    let wrong = operations().filter(|o| o.lists().any(|listing| !bounded(listing.kind)));
    assert_eq!(found(wrong), [""; 0]);
}

#[test]
fn only_reads_are_filtered_after_or_left_alone() {
    let after = |o: &&Operation| matches!(o.confinement(), Confinement::Listed | Confinement::Nothing);
    assert_eq!(found(operations().filter(after).filter(|o| o.effect() != Effect::Read)), [""; 0]);
}

#[test]
fn what_names_something_in_its_path_is_never_called_nothing() {
    let named = |o: &Operation| o.parameters().iter().any(|parameter| names_in_path(o, parameter));
    let wrong = operations().filter(|o| o.confinement() == Confinement::Nothing && named(o));
    assert_eq!(found(wrong), [""; 0]);
}

#[test]
fn every_parameter_of_a_path_is_named_lies_within_a_named_one_or_is_refused() {
    let reviewed = |o: &Operation, parameter: &str| {
        let within = WITHIN.contains(&parameter) && requested(o).any(|naming| naming.place == Place::Path);
        within || names_in_path(o, parameter)
    };
    let must_name = |o: &&Operation| matches!(o.confinement(), Confinement::Named | Confinement::Queried);
    let wrong =
        operations().filter(must_name).filter(|o| !o.parameters().iter().all(|name| reviewed(o, name)));
    assert_eq!(found(wrong), [""; 0]);
}

#[test]
fn a_parameter_called_after_a_project_issue_space_or_page_is_named_wherever_it_stands_in_a_path() {
    const TELLING: [&str; 9] = [
        "project",
        "issueId",
        "issueKey",
        "issueIdOrKey",
        "space",
        "pageId",
        "contentId",
        "boardId",
        "sprintId",
    ];
    let telling = |name: &str| TELLING.iter().any(|word| name.starts_with(word)) && name != "projectTypeKey";
    let silent = |o: &Operation| o.parameters().iter().any(|name| telling(name) && !names_in_path(o, name));
    assert_eq!(found(operations().filter(|o| silent(o))), [""; 0]);
}

#[test]
fn versions_of_one_operation_are_kept_the_same_way() {
    for older in operations().filter(|operation| operation.template().starts_with("/rest/api/2/")) {
        let newer = older.template().replacen("/rest/api/2/", "/rest/api/3/", 1);
        let mut same = operations().filter(|o| o.verb() == older.verb() && o.product() == older.product());
        if let Some(newer) = same.find(|o| o.template() == newer) {
            assert_eq!(older.confinement(), newer.confinement(), "{}", called(older));
            assert!(older.lists().eq(newer.lists()), "{}", called(older));
            assert_eq!(older.is_bulk(), newer.is_bulk(), "{}", called(older));
            assert_eq!(older.issue_body(), newer.issue_body(), "{}", called(older));
        }
    }
}

#[test]
fn every_reason_is_somebodys() {
    for why in Why::ALL {
        assert!(operations().any(|o| o.confinement() == Confinement::Refused(*why)), "{}", why.as_str());
    }
}

#[test]
fn bulk_changes_and_what_names_many_elements_is_bulk() {
    assert_eq!(found(operations().filter(|o| o.is_bulk() && o.effect() == Effect::Read)), [""; 0]);
    let element =
        |kind| matches!(kind, Kind::Issue | Kind::Content | Kind::Comment | Kind::Worklog | Kind::Sprint);
    // What an issue is linked with, where a page lies, and what a plan leaves out are not what is changed.
    let beside =
        |way: &str| ["update.", "ancestors", "exclusionRules."].iter().any(|word| way.starts_with(word));
    let many = |naming: &Naming| {
        naming.place == Place::Body
            && naming.parameter.contains("[]")
            && element(naming.kind)
            && !beside(&naming.parameter)
    };
    let wrong = operations().filter(|o| o.effect() != Effect::Read && !o.is_bulk() && requested(o).any(many));
    assert_eq!(found(wrong), [""; 0]);
    let wrong = operations().filter(|o| {
        let says = o.template().split('/').any(|segment| segment.to_ascii_lowercase().starts_with("bulk"));
        says && o.effect() != Effect::Read && !o.is_bulk()
    });
    assert_eq!(found(wrong), [""; 0]);
}

#[test]
fn what_a_confined_client_needs_every_day_is_not_refused() {
    for (id, confinement) in [
        ("getServerInfo", "named nothing"),
        ("getCurrentUser", "nothing listed"),
        ("getFields", "listed nothing"),
        ("searchProjects", "listed"),
        ("getProject", "named"),
        ("getProjectComponents", "named"),
        ("getProjectVersions", "named"),
        ("getCreateIssueMeta", "listed"),
        ("searchForIssuesUsingJql", "queried"),
        ("searchAndReconsileIssuesUsingJqlPost", "queried"),
        ("countIssues", "queried"),
        ("getIssue", "named"),
        ("createIssue", "named"),
        ("createIssues", "named"),
        ("doTransition", "named"),
        ("addComment", "named"),
        ("addAttachment", "named"),
        ("linkIssues", "named"),
        ("bulkFetchIssues", "named"),
        ("submitBulkEdit", "named"),
        ("getAllBoards", "listed"),
        ("getIssuesForBoard", "queried"),
        ("getServiceDesks", "listed"),
        ("getIssuesInQueue", "listed"),
        ("getPages", "listed"),
        ("getPageById", "named"),
        ("createPage", "named"),
        ("searchByCQL", "queried"),
        ("getSpaces", "listed"),
    ] {
        let mut same = operations().filter(|operation| operation.id() == id).peekable();
        assert!(same.peek().is_some(), "{id}");
        for operation in same {
            let class = operation.confinement().as_str();
            assert!(confinement.split(' ').any(|word| word == class), "{} is {class}", called(operation));
        }
    }
}

#[test]
fn what_reaches_past_every_boundary_is_refused() {
    for (id, why) in [
        ("evaluateJiraExpression", Why::Expression),
        ("createFilter", Why::Filters),
        ("getFilter", Why::Filters),
        ("getAllLabels", Why::Suggestions),
        ("getFieldAutoCompleteForQueryString", Why::Suggestions),
        ("parseJqlQueries", Why::QueryCheck),
        ("bulkDeleteIssueProperty", Why::ByQuery),
        ("bulkSetIssueProperty", Why::ByQuery),
        ("archiveIssuesAsync", Why::ByQuery),
        ("registerDynamicWebhooks", Why::Webhooks),
        ("getAuditRecords", Why::Audit),
        ("createBoard", Why::Filters),
        ("asyncConvertContentBodyRequest", Why::Render),
        ("findUserKeysByQuery", Why::Expression),
        ("exportArchivedIssues", Why::Export),
        ("updateTask", Why::Unnamed),
    ] {
        let mut same = operations().filter(|operation| operation.id() == id).peekable();
        assert!(same.peek().is_some(), "{id}");
        for operation in same {
            assert_eq!(operation.confinement(), Confinement::Refused(why), "{}", called(operation));
        }
    }
}
