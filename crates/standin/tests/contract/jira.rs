//! Jira Cloud's platform API: the same journey in version 3 and version 2.

use serde_json::{Value, json};

use crate::clerk::{Clerk, text};

const READS: &[&str] = &[
    "serverInfo",
    "myself",
    "mypermissions?permissions=BROWSE_PROJECTS,EDIT_ISSUES&projectKey=REL",
    "permissions",
    "project",
    "project/search?maxResults=2",
    "project/REL",
    "project/REL/statuses",
    "project/REL/components",
    "project/REL/versions",
    "project/REL/version",
    "project/REL/role",
    "field",
    "status",
    "status/10000",
    "statuscategory",
    "issuetype",
    "issuetype/10001",
    "priority",
    "priority/3",
    "resolution",
    "resolution/10000",
    "label",
    "user/search?query=rosa",
    "users/search?maxResults=3",
    "user/assignable/search?project=REL",
    "groups/picker?query=data",
    "issueLinkType",
    "issueLinkType/10000",
    "filter/my",
    "filter/search",
    "dashboard",
    "dashboard/search",
    "configuration",
    "issue/REL-1",
    "issue/REL-1?fields=*all&expand=names,schema,changelog,transitions,editmeta",
    "issue/REL-1/transitions?expand=transitions.fields",
    "issue/REL-1/comment",
    "issue/REL-1/worklog",
    "issue/REL-1/watchers",
    "issue/REL-1/votes",
    "issue/REL-1/changelog",
    "issue/REL-1/editmeta",
    "issue/REL-1/remotelink",
    "issue/REL-1/properties",
    "issue/createmeta/REL/issuetypes",
    "issue/createmeta/REL/issuetypes/10002",
    "issue/picker?query=REL",
    "attachment/meta",
    "search/jql?jql=project=REL&maxResults=3&fields=*all",
    "search/jql?jql=project%20=%20DATA%20order%20by%20key&maxResults=2",
];

async fn journey(clerk: &mut Clerk, version: u8) {
    let api = format!("/rest/api/{version}");
    for path in READS {
        clerk.get(&format!("{api}/{path}"), 200).await;
    }
    clerk.get(&format!("{api}/issue/REL-99999"), 404).await;
    clerk.get(&format!("{api}/project/NOPE"), 404).await;
    clerk.get(&format!("{api}/search/jql?jql=colour=red"), 400).await;
    clerk
        .post(
            &format!("{api}/search/jql"),
            json!({"jql": "project = REL", "fields": ["summary", "status"], "maxResults": 2}),
            200,
        )
        .await;
    clerk.post(&format!("{api}/search/approximate-count"), json!({"jql": "project = REL"}), 200).await;
    clerk
        .post(
            &format!("{api}/issue/bulkfetch"),
            json!({"issueIdsOrKeys": ["REL-1", "rel-2", "NOPE-1"], "fields": ["summary"]}),
            200,
        )
        .await;
    clerk.post(&format!("{api}/permissions/check"), json!({"projectPermissions": [{"permissions": ["BROWSE_PROJECTS"], "projects": [10000], "issues": []}], "globalPermissions": ["ADMINISTER"]}), 200).await;
    clerk.post(&format!("{api}/permissions/project"), json!({"permissions": ["BROWSE_PROJECTS"]}), 200).await;
    changes(clerk, &api, &prose(version)).await;
}

/// Text as the version wants it.
fn prose(version: u8) -> Value {
    if version == 2 {
        return json!("Some text.");
    }
    json!({"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Some text."}]}]})
}

async fn changes(clerk: &mut Clerk, api: &str, prose: &Value) {
    let fields = json!({"project": {"key": "REL"}, "summary": "A contract", "issuetype": {"name": "Task"}, "description": prose});
    let key = text(&clerk.post(&format!("{api}/issue"), json!({"fields": fields}), 201).await, "/key");
    clerk.post(&format!("{api}/issue"), json!({"fields": {"project": {"key": "REL"}}}), 400).await;
    let path = format!("{api}/issue/{key}");
    clerk.put(&path, json!({"fields": {"summary": "A longer contract", "labels": ["paper"]}}), 204).await;
    let comment = clerk.post(&format!("{path}/comment"), json!({"body": prose}), 201).await;
    let comment = format!("{path}/comment/{}", text(&comment, "/id"));
    clerk.get(&comment, 200).await;
    clerk.put(&comment, json!({"body": prose}), 200).await;
    clerk.delete(&comment, 204).await;
    clerk
        .post(
            &format!("{path}/worklog"),
            json!({"timeSpentSeconds": 3600, "comment": prose, "started": "2026-11-02T09:00:00.000+0000"}),
            201,
        )
        .await;
    clerk.post(&format!("{path}/transitions"), json!({"transition": {"id": "21"}}), 204).await;
    clerk.post(&format!("{path}/transitions"), json!({"transition": {"id": "999"}}), 400).await;
    clerk.get(&format!("{path}/changelog"), 200).await;
    clerk.put(&format!("{path}/properties/mark"), json!({"a": 1}), 201).await;
    clerk.get(&format!("{path}/properties/mark"), 200).await;
    clerk
        .post(
            &format!("{path}/remotelink"),
            json!({"object": {"url": "https://example.com", "title": "Elsewhere"}}),
            201,
        )
        .await;
    clerk.get(&format!("{path}/remotelink"), 200).await;
    clerk.post(&format!("{api}/issueLink"), json!({"type": {"name": "Blocks"}, "inwardIssue": {"key": key}, "outwardIssue": {"key": "REL-1"}}), 201).await;
    let files = clerk.upload(&format!("{path}/attachments"), 200).await;
    let file = text(&files, "/0/id");
    clerk.get(&format!("{api}/attachment/{file}"), 200).await;
    clerk.get(&path, 200).await;
    clerk.delete(&format!("{api}/attachment/{file}"), 204).await;
    clerk.delete(&path, 204).await;
    clerk.get(&path, 404).await;
}

#[tokio::test]
async fn jira_version_3_answers_as_its_document_says() {
    let Some(mut clerk) = Clerk::open("jira-cloud-platform-v3-20260721.json", "").await else { return };
    journey(&mut clerk, 3).await;
    clerk.close().await;
}

#[tokio::test]
async fn jira_version_2_answers_as_its_document_says() {
    let Some(mut clerk) = Clerk::open("jira-cloud-platform-v2-20251124.json", "").await else { return };
    journey(&mut clerk, 2).await;
    clerk.close().await;
}
