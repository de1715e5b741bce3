//! Jira Service Management.

use serde_json::json;

use crate::clerk::{Clerk, text};

#[tokio::test]
async fn the_service_desk_answers_as_its_document_says() {
    let Some(mut clerk) = Clerk::open("jira-service-management-cloud-20260620.json", "").await else {
        return;
    };
    clerk.become_user("rosa");
    let api = "/rest/servicedeskapi";
    for path in [
        "info",
        "servicedesk",
        "servicedesk/1",
        "requesttype",
        "servicedesk/1/requesttype",
        "servicedesk/1/requesttype/1",
        "servicedesk/1/requesttype/1/field",
        "servicedesk/1/queue?includeCount=true",
        "servicedesk/1/queue/1",
        "servicedesk/1/queue/1/issue?limit=2",
        "request?requestOwnership=ALL_REQUESTS&limit=2",
        "organization",
        "organization/1",
        "organization/1/user",
    ] {
        clerk.get(&format!("{api}/{path}"), 200).await;
    }
    clerk.get(&format!("{api}/servicedesk/99"), 404).await;
    let values = json!({"summary": "The printer is on fire", "description": "Hot."});
    let new = json!({"serviceDeskId": "1", "requestTypeId": "2", "requestFieldValues": values});
    let request = clerk.post(&format!("{api}/request"), new, 201).await;
    let path = format!("{api}/request/{}", text(&request, "/issueKey"));
    clerk.post(&format!("{api}/request"), json!({"serviceDeskId": "1", "requestTypeId": "2"}), 400).await;
    clerk.get(&format!("{path}?expand=requestType,serviceDesk"), 200).await;
    let comment =
        clerk.post(&format!("{path}/comment"), json!({"body": "Coming.", "public": false}), 201).await;
    clerk.get(&format!("{path}/comment"), 200).await;
    clerk.get(&format!("{path}/comment/{}", text(&comment, "/id")), 200).await;
    clerk.get(&format!("{path}/transition"), 200).await;
    clerk.post(&format!("{path}/transition"), json!({"id": "721"}), 204).await;
    clerk.post(&format!("{path}/transition"), json!({"id": "711"}), 400).await;
    clerk.get(&format!("{path}/status"), 200).await;
    let cora = clerk.standin.demo_facts().user("cora").expect("a customer").account_id.clone();
    clerk.post(&format!("{path}/participant"), json!({"accountIds": [cora]}), 200).await;
    clerk.get(&format!("{path}/participant"), 200).await;

    clerk.become_user("cora");
    let seen = clerk.get(&format!("{path}/comment"), 200).await;
    assert_eq!(seen["size"], 0, "a customer must not read an internal comment");
    clerk.get(&format!("{api}/servicedesk/1/queue"), 403).await;
    clerk.become_user("rosa");
    clerk.send_delete(&format!("{path}/participant"), json!({"accountIds": [cora]}), 200).await;
    clerk.become_user("cora");
    clerk.get(&path, 404).await;
    clerk.close().await;
}
