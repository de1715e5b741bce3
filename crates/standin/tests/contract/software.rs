//! Jira Software: boards, sprints, backlogs.

use serde_json::json;

use crate::clerk::{Clerk, text};

#[tokio::test]
async fn jira_software_answers_as_its_document_says() {
    let Some(mut clerk) = Clerk::open("jira-software-cloud-20260610.json", "").await else { return };
    let api = "/rest/agile/1.0";
    let boards = clerk.get(&format!("{api}/board"), 200).await;
    let board = text(&boards, "/values/0/id");
    let sprints = clerk.get(&format!("{api}/board/{board}/sprint"), 200).await;
    let sprint = text(&sprints, "/values/0/id");
    for path in [
        format!("board/{board}"),
        format!("board/{board}/issue?maxResults=2"),
        format!("board/{board}/backlog?maxResults=2"),
        format!("board/{board}/configuration"),
        format!("sprint/{sprint}"),
        format!("sprint/{sprint}/issue?maxResults=2"),
        "issue/REL-1".to_owned(),
    ] {
        clerk.get(&format!("{api}/{path}"), 200).await;
    }
    let new = json!({"name": "Next", "originBoardId": board.parse::<u64>().unwrap(), "goal": "Ship."});
    let made = text(&clerk.post(&format!("{api}/sprint"), new, 201).await, "/id");
    clerk.post(&format!("{api}/sprint/{made}/issue"), json!({"issues": ["REL-1", "REL-2"]}), 204).await;
    clerk
        .put(&format!("{api}/issue/rank"), json!({"issues": ["REL-2"], "rankBeforeIssue": "REL-1"}), 204)
        .await;
    clerk.get(&format!("{api}/board/99999"), 404).await;
    clerk.close().await;
}
