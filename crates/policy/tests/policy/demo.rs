//! The manifests of `ticketgate demo` allow what its story needs and nothing beside it.

use policy::render_human;
use types::{Code, Effect};

use crate::world::{CATALOGUE, ask, call_of, demo, now, rulebook, try_compile};

/// What sessions of the Python libraries `jira` and `atlassian-python-api` call, in both versions of Jira's API.
const JIRA: &str = "
    GET serverInfo
    GET myself
    GET field
    GET priority
    GET priority/2
    GET status
    GET status/3
    GET statuscategory
    GET resolution
    GET resolution/10000
    GET resolution/search
    GET issuetype
    GET issuetype/10001
    GET issueLinkType
    GET label
    GET mypermissions
    GET project
    GET project/search
    GET project/REL
    GET project/REL/statuses
    GET project/REL/components
    GET project/REL/versions
    GET project/REL/role
    GET component/10000
    GET version/10000
    GET user
    GET user/search
    GET user/assignable/search
    GET users/search
    GET groups/picker
    GET search/jql
    POST search/jql
    POST search/approximate-count
    POST issue/bulkfetch
    GET issue/createmeta
    GET issue/createmeta/REL/issuetypes
    GET issue/createmeta/REL/issuetypes/10001
    POST issue
    POST issue/bulk
    GET issue/REL-1
    PUT issue/REL-1
    PUT issue/REL-1/assignee
    GET issue/REL-1/editmeta
    GET issue/REL-1/changelog
    GET issue/REL-1/transitions
    POST issue/REL-1/transitions
    GET issue/REL-1/comment
    POST issue/REL-1/comment
    GET issue/REL-1/comment/10000
    PUT issue/REL-1/comment/10000
    POST issue/REL-1/attachments
    GET attachment/10000
    GET attachment/content/10000
    GET attachment/thumbnail/10000
    GET attachment/meta
    GET issue/REL-1/watchers
    POST issue/REL-1/watchers
    DELETE issue/REL-1/watchers
    GET issue/REL-1/votes
    POST issue/REL-1/votes
    DELETE issue/REL-1/votes
    GET issue/REL-1/worklog
    POST issue/REL-1/worklog
    GET issue/REL-1/worklog/10000
    PUT issue/REL-1/worklog/10000
    GET issue/REL-1/remotelink
    POST issue/REL-1/remotelink
    GET issue/REL-1/properties
    PUT issue/REL-1/properties/release
    POST issueLink
    GET issueLink/10000
    GET filter/favourite
    GET filter/10000
    GET dashboard
";

const AGILE: &str = "
    GET /rest/agile/1.0/board
    GET /rest/agile/1.0/board/1
    GET /rest/agile/1.0/board/1/sprint
    GET /rest/agile/1.0/board/1/issue
    GET /rest/agile/1.0/board/1/backlog
    GET /rest/agile/1.0/board/1/epic
    GET /rest/agile/1.0/sprint/1
    GET /rest/agile/1.0/sprint/1/issue
";

const CONFLUENCE_READS: &str = "
    GET /wiki/api/v2/spaces
    GET /wiki/api/v2/spaces/1
    GET /wiki/api/v2/spaces/1/pages
    GET /wiki/api/v2/pages
    GET /wiki/api/v2/pages/1
    GET /wiki/api/v2/pages/1/direct-children
    GET /wiki/api/v2/pages/1/versions
    GET /wiki/api/v2/pages/1/labels
    GET /wiki/api/v2/pages/1/properties
    GET /wiki/api/v2/pages/1/attachments
    GET /wiki/api/v2/pages/1/footer-comments
    GET /wiki/api/v2/attachments/1
    GET /wiki/rest/api/search
    GET /wiki/rest/api/content/search
    GET /wiki/rest/api/content/1/child/attachment/2/download
    GET /wiki/rest/api/user/current
";

const CONFLUENCE_WRITES: &str = "
    POST /wiki/api/v2/pages
    PUT /wiki/api/v2/pages/1
    PUT /wiki/api/v2/pages/1/title
    POST /wiki/api/v2/pages/1/properties
    POST /wiki/api/v2/footer-comments
    POST /wiki/rest/api/content/1/label
    POST /wiki/rest/api/content/1/child/attachment
    PUT /wiki/rest/api/content/1/child/attachment
    POST /wiki/rest/api/content/1/child/attachment/2/data
";

fn lines(list: &str) -> impl Iterator<Item = (&str, &str)> {
    list.lines().filter_map(|line| line.trim().split_once(' '))
}

#[test]
fn the_demo_manifests_are_clean() {
    let files = demo();
    let compiled = try_compile(&files).unwrap_or_else(|all| panic!("{}", render_human(&all, &files)));
    assert!(compiled.warnings.is_empty(), "{}", render_human(&compiled.warnings, &files));
    assert_eq!(compiled.rulebook.len(), 3);
}

#[test]
fn release_automation_can_do_everything_a_client_session_does() {
    let rulebook = rulebook(&demo());
    let jira = lines(JIRA).flat_map(|(verb, path)| {
        ["2", "3"].map(|version| (verb.to_owned(), format!("/rest/api/{version}/{path}")))
    });
    let others = [AGILE, CONFLUENCE_READS, CONFLUENCE_WRITES];
    let others = others.into_iter().flat_map(lines).map(|(verb, path)| (verb.to_owned(), path.to_owned()));
    let mut refused = Vec::new();
    for (verb, path) in jira.chain(others) {
        if let Err(denial) = ask(&rulebook, "release-automation", &verb, &path) {
            refused.push(format!("{verb} {path}: {denial}"));
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[test]
fn data_analytics_reads_everything_and_writes_nothing() {
    let rulebook = rulebook(&demo());
    for (verb, path) in lines(AGILE).chain(lines(CONFLUENCE_READS)) {
        ask(&rulebook, "data-analytics", verb, path).unwrap();
    }
    for path in [
        "/rest/servicedeskapi/servicedesk",
        "/rest/servicedeskapi/servicedesk/1/queue",
        "/rest/servicedeskapi/servicedesk/1/queue/1/issue",
        "/rest/servicedeskapi/request",
        "/rest/servicedeskapi/request/SD-1",
        "/rest/api/3/search/jql",
        "/rest/api/3/issue/REL-1/changelog",
    ] {
        let permit = ask(&rulebook, "data-analytics", "GET", path).unwrap();
        assert_eq!(permit.effect(), Effect::Read);
    }
    for (verb, path) in lines(CONFLUENCE_WRITES).chain([("POST", "/rest/api/3/issue")]) {
        assert_eq!(
            ask(&rulebook, "data-analytics", verb, path).unwrap_err().code,
            Code::OperationNotPermitted
        );
    }
}

#[test]
fn no_demo_client_deletes_or_administers() {
    let rulebook = rulebook(&demo());
    let heavy = |effect| matches!(effect, Effect::Delete | Effect::Administer);
    for operation in CATALOGUE.operations().iter().filter(|one| heavy(one.effect())) {
        let Some(call) = call_of(operation) else { continue };
        for manifest in rulebook.manifests() {
            let (client, site) = (manifest.client(), &manifest.sites()[0]);
            let question = policy::Question {
                client,
                token_scopes: None,
                user: None,
                account: None,
                site,
                call: &call,
                now: now(),
            };
            assert!(rulebook.decide(question).is_err(), "{client} may {}", operation.label());
        }
    }
}

#[test]
fn partner_integrations_hears_what_is_missing_and_the_smallest_change() {
    let rulebook = rulebook(&demo());
    for path in ["serverInfo", "myself", "field", "issue/REL-1", "search/jql", "issue/REL-1/transitions"] {
        for version in ["2", "3"] {
            ask(&rulebook, "partner-integrations", "GET", &format!("/rest/api/{version}/{path}")).unwrap();
        }
    }
    let denial = ask(&rulebook, "partner-integrations", "DELETE", "/rest/api/3/issue/REL-1").unwrap_err();
    assert_eq!(denial.code, Code::OperationNotPermitted);
    assert_eq!(denial.rule, None);
    assert_eq!(
        denial.to_string(),
        "The manifest of partner-integrations does not allow jira:deleteIssue (DELETE \
         /rest/api/3/issue/{issueIdOrKey}). To allow it, add \"deleteIssue\" to operations.ids in \
         partner-integrations.toml and \"write:jira-work\" to scopes."
    );
}

#[test]
fn a_permit_names_the_line_that_allowed_it() {
    let files = demo();
    let rulebook = rulebook(&files);
    let release = &files.iter().find(|file| file.path.contains("release")).unwrap().text;
    let line = |start: &str| release.lines().position(|line| line.trim().starts_with(start)).unwrap() + 1;
    let rule = |verb, path| ask(&rulebook, "release-automation", verb, path).unwrap().rule().to_string();
    assert_eq!(
        rule("GET", "/rest/api/3/issue/REL-1"),
        format!("release-automation.toml:{} effects \"read\"", line("effects"))
    );
    assert_eq!(
        rule("PUT", "/rest/api/2/issue/REL-1"),
        format!("release-automation.toml:{} ids \"editIssue\"", line("\"editIssue\""))
    );
    let denial =
        ask(&rulebook, "release-automation", "DELETE", "/rest/api/3/issue/REL-1/comment/1").unwrap_err();
    let deny = release.lines().position(|line| line == "[operations.deny]").unwrap() + 2;
    assert_eq!(
        denial.rule.as_deref(),
        Some(&*format!("release-automation.toml:{deny} deny.effects \"delete\""))
    );
}
