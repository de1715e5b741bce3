use serde_json::json;

use super::*;
use crate::import::{from_table, render};

fn read(document: &Value) -> Vec<Entry> {
    from_openapi(document).unwrap()
}

fn names(entry: &Entry) -> Vec<String> {
    entry.names.iter().map(ToString::to_string).collect()
}

#[test]
fn an_operation_is_read_with_its_scopes_dates_and_parameters() {
    let entries = read(&json!({
        "info": {"title": "The Jira Cloud platform REST API"},
        "servers": [{"url": "https://your-domain.atlassian.net"}],
        "paths": {"/rest/api/3/dashboard/{commentId}/move/": {
            "parameters": [{"in": "query", "name": "jql"}],
            "post": {
                "operationId": "moveComment",
                "tags": ["Comments"],
                "deprecated": true,
                "x-experimental": true,
                "x-changes": [{"type": "removed", "announced": "2026-01-01", "effective": "2026-07-01"}],
                "parameters": [{"in": "query", "name": "startAt"}, {"$ref": "#/components/parameters/project"}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Move"}}}},
                "security": [{"basicAuth": []}],
                "x-atlassian-oauth2-scopes": [
                    {"scheme": "OAuth2", "state": "Current", "scopes": ["write:jira-work"]},
                    {"scheme": "OAuth2", "state": "Beta", "scopes": ["write:comment:jira", "read:user:jira"]},
                ],
            },
        }},
        "components": {
            "parameters": {"project": {"in": "query", "name": "projectKey"}},
            "schemas": {
                "Move": {"properties": {
                    "issueIdOrKey": {"type": "string"},
                    "issueIds": {"type": "array", "items": {"type": "integer"}},
                    "self": {"$ref": "#/components/schemas/Move"},
                }},
            },
        },
    }));
    let [entry] = entries.as_slice() else { panic!("one operation") };
    assert_eq!(
        render(entries.clone()).unwrap().lines().last().unwrap(),
        "jira\t3\tPOST\t/rest/api/3/dashboard/{commentId}/move\tmoveComment\twrite\twrite:jira-work\t\
         read:user:jira,write:comment:jira\t\tde\t2026-07-01\tComments\tpath:commentId=comment query:jql=jql \
         query:projectKey=project body:issueIdOrKey=issue body:issueIds[]=issue\trefused:dashboards"
    );
    assert_eq!(from_table(&render(entries.clone()).unwrap()).unwrap(), entries, "the table says the same");
    assert_eq!(names(entry).len(), 5);
}

#[test]
fn title_servers_and_paths_tell_the_product() {
    let place = |title: &str, server: &str, path: &str| {
        let document = json!({
            "info": {"title": title},
            "servers": [{"url": server}],
            "paths": {path: {"get": {}}},
        });
        from_openapi(&document).map(|entries| (entries[0].product, entries[0].template.to_string()))
    };
    let cloud = "https://your-domain.atlassian.net";
    for (title, server, path, product, template) in [
        ("x", cloud, "/rest/api/2/issue", Product::Jira, "/rest/api/2/issue"),
        ("x", cloud, "/rest/agile/1.0/board", Product::JiraSoftware, "/rest/agile/1.0/board"),
        ("x", cloud, "/rest/servicedeskapi/info", Product::ServiceManagement, "/rest/servicedeskapi/info"),
        (
            "x",
            "//your-domain.atlassian.net",
            "/wiki/rest/api/space",
            Product::Confluence,
            "/wiki/rest/api/space",
        ),
        ("x", "https://{your-domain}/wiki/api/v2", "/pages", Product::Confluence, "/wiki/api/v2/pages"),
        (
            "x",
            "https://api.atlassian.com/jsm/assets/workspace/{workspaceId}/v1",
            "/object/{id}",
            Product::Assets,
            "/jsm/assets/workspace/{workspaceId}/v1/object/{id}",
        ),
        (
            "Jira Data Center",
            "http://{baseurl}/rest",
            "/api/2/issue",
            Product::JiraDataCenter,
            "/rest/api/2/issue",
        ),
        (
            "Confluence Data Center",
            "http://{baseurl}/confluence",
            "/rest/api/space",
            Product::ConfluenceDataCenter,
            "/rest/api/space",
        ),
    ] {
        assert_eq!(place(title, server, path), Ok((product, template.to_owned())), "{title} {server} {path}");
    }
    let error = place("Bitbucket", "https://api.bitbucket.org/2.0", "/repositories").unwrap_err();
    assert_eq!(error.to_string(), "GET /repositories: the path belongs to no product");
    let error = place("x", cloud, "/rest/api/3/icon/{id}.png").unwrap_err();
    assert_eq!(
        error.to_string(),
        "GET /rest/api/3/icon/{id}.png: a parameter is not a whole segment of the path"
    );
}

#[test]
fn scopes_are_told_apart_by_state_and_by_name() {
    let scopes = |operation: Value| {
        let entries = read(&json!({"paths": {"/rest/api/3/x": {"get": operation}}}));
        let text = |scopes: &Alternative| {
            scopes.as_ref().map(|s| s.iter().map(|s| &**s).collect::<Vec<_>>().join(","))
        };
        (text(&entries[0].classic), text(&entries[0].granular))
    };
    let some = |text: &str| Some(text.to_owned());
    let current =
        |names: &[&str]| json!({"x-atlassian-oauth2-scopes": [{"state": "Current", "scopes": names}]});
    assert_eq!(scopes(current(&["read:page:confluence"])), (None, some("read:page:confluence")));
    let file = "readonly:content.attachment:confluence";
    assert_eq!(scopes(current(&[file])), (some(file), None));
    assert_eq!(scopes(current(&[])), (some(""), None));
    assert_eq!(scopes(json!({})), (None, None));
    let agile = json!({"security": [{"basicAuth": []}, {"OAuth2": ["read:project:jira", "read:board-scope:jira-software"]}]});
    assert_eq!(scopes(agile), (None, some("read:board-scope:jira-software,read:project:jira")));
}

#[test]
fn what_is_no_openapi_document_is_refused() {
    assert_eq!(from_openapi(&json!({"swagger": "2.0"})), Err(ImportError::NotOpenApi));
    assert_eq!(from_openapi(&json!([])), Err(ImportError::NotOpenApi));
}

#[test]
fn circular_and_broken_references_end() {
    let entries = read(&json!({
        "paths": {"/rest/api/3/x": {"post": {
            "parameters": [{"$ref": "#/components/loop"}, {"$ref": "elsewhere.json"}],
            "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/self"}}}},
        }}},
        "components": {
            "loop": {"$ref": "#/components/loop"},
            "self": {"allOf": [{"$ref": "#/components/self"}], "items": {"$ref": "#/components/self"}},
        },
    }));
    assert!(entries[0].names.is_empty());
}
