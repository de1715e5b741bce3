//! Jira and Confluence Data Center.

use serde_json::json;

use crate::clerk::{Clerk, text};

#[tokio::test]
async fn jira_data_center_answers_as_its_document_says() {
    let Some(mut clerk) = Clerk::open("jira-dc-10.3.24.json", "/dc/jira/rest").await else { return };
    clerk.become_data_center_user("admin");
    let api = "/dc/jira/rest/api/2";
    for path in [
        "serverInfo",
        "myself",
        "project",
        "project/DC",
        "project/DC/statuses",
        "project/DC/components",
        "project/DC/versions",
        "user?username=rosa",
        "user/search?username=a",
        "field",
        "status",
        "issuetype",
        "priority",
        "resolution",
        "issueLinkType",
        "search?jql=project=DC&maxResults=3",
        "mypermissions",
    ] {
        clerk.get(&format!("{api}/{path}"), 200).await;
    }
    let fields = json!({"project": {"key": "DC"}, "summary": "A move", "issuetype": {"name": "Task"}, "description": "h1. Text"});
    let issue = clerk.post(&format!("{api}/issue"), json!({"fields": fields}), 201).await;
    let path = format!("{api}/issue/{}", text(&issue, "/key"));
    let seen = clerk.get(&path, 200).await;
    assert_eq!(
        seen.pointer("/fields/reporter/name"),
        Some(&json!("admin")),
        "people have names here, no account ids"
    );
    assert!(seen.pointer("/fields/reporter/accountId").is_none());
    assert_eq!(seen.pointer("/fields/description"), Some(&json!("h1. Text")));
    let found = clerk
        .post(&format!("{api}/search"), json!({"jql": "key = DC-1", "startAt": 0, "maxResults": 1}), 200)
        .await;
    assert_eq!(found["total"], 1);
    clerk.put(&path, json!({"fields": {"summary": "A longer move"}}), 204).await;
    clerk.put(&format!("{path}/assignee"), json!({"name": "dan"}), 204).await;
    let comment = clerk.post(&format!("{path}/comment"), json!({"body": "*bold*"}), 201).await;
    clerk.get(&format!("{path}/comment"), 200).await;
    clerk.get(&format!("{path}/comment/{}", text(&comment, "/id")), 200).await;
    clerk.delete(&format!("{path}/comment/{}", text(&comment, "/id")), 204).await;
    clerk.get(&format!("{path}/transitions"), 200).await;
    clerk.post(&format!("{path}/transitions"), json!({"transition": {"id": "21"}}), 204).await;
    clerk.get(&format!("{path}/worklog"), 200).await;
    clerk.get(&format!("{path}/watchers"), 200).await;
    clerk.upload(&format!("{path}/attachments"), 200).await;
    clerk.delete(&path, 204).await;
    clerk.get(&path, 404).await;
    clerk.close().await;
}

#[tokio::test]
async fn confluence_data_center_answers_as_its_document_says() {
    let Some(mut clerk) = Clerk::open("confluence-dc-10.0.3.json", "/dc/confluence").await else { return };
    clerk.become_data_center_user("admin");
    let api = "/dc/confluence/rest/api";
    let found = clerk.get(&format!("{api}/search?cql=type=page"), 200).await;
    let home = text(&found, "/results/0/content/id");
    for path in [
        "space".to_owned(),
        "space/REL?expand=description.plain,homepage".to_owned(),
        "content?spaceKey=REL".to_owned(),
        format!("content/{home}?expand=body.storage,version,space,ancestors,history"),
        format!("content/{home}/history"),
        format!("content/{home}/child/page"),
        format!("content/{home}/label"),
        format!("content/{home}/child/attachment"),
        "user/current".to_owned(),
        "user?username=rosa".to_owned(),
    ] {
        clerk.get(&format!("{api}/{path}"), 200).await;
    }
    clerk.close().await;
}
