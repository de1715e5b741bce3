use serde_json::json;

use crate::knock::House;

#[tokio::test]
async fn boards_and_sprints_of_visible_projects_are_listed() {
    let house = House::start().await;
    let rosa = house.user("rosa");
    let boards = house.get("/rest/agile/1.0/board?projectKeyOrId=REL", &rosa).await.json();
    assert_eq!((boards["total"].clone(), boards["values"][0]["type"].clone()), (json!(1), json!("scrum")));
    let sprints = house.get("/rest/agile/1.0/board/1/sprint?state=active", &rosa).await.json();
    assert_eq!(sprints["values"].as_array().unwrap().len(), 1);
    assert_eq!(house.get("/rest/agile/1.0/board/1", &house.user("nora")).await.status, 404);
}

#[tokio::test]
async fn issues_move_between_sprint_and_backlog() {
    let house = House::start().await;
    let rosa = house.user("rosa");
    let one = json!({"issues": ["REL-3"]});
    assert_eq!(house.post("/rest/agile/1.0/sprint/2/issue", &rosa, &one).await.status, 204);
    let found = house.get("/rest/agile/1.0/sprint/2/issue?jql=key%3DREL-3", &rosa).await.json();
    assert_eq!(found["total"], 1);
    assert_eq!(house.post("/rest/agile/1.0/backlog/issue", &rosa, &one).await.status, 204);
    let found = house.get("/rest/agile/1.0/sprint/2/issue?jql=key%3DREL-3", &rosa).await.json();
    assert_eq!(found["total"], 0);
    assert_eq!(house.post("/rest/agile/1.0/sprint/1/issue", &rosa, &one).await.status, 400, "closed");
    assert_eq!(house.post("/rest/agile/1.0/sprint/2/issue", &house.user("dan"), &one).await.status, 403);
}

#[tokio::test]
async fn a_sprint_goes_from_future_to_active_to_closed_only() {
    let house = House::start().await;
    let rosa = house.user("rosa");
    let made =
        house.post("/rest/agile/1.0/sprint", &rosa, &json!({"name": "Next", "originBoardId": 1})).await;
    assert_eq!(made.status, 201);
    let path = format!("/rest/agile/1.0/sprint/{}", made.json()["id"]);
    assert_eq!(house.post(&path, &rosa, &json!({"state": "closed"})).await.status, 400);
    assert_eq!(house.post(&path, &rosa, &json!({"state": "active"})).await.json()["state"], "active");
    assert_eq!(house.post(&path, &rosa, &json!({"state": "closed"})).await.json()["state"], "closed");
}

#[tokio::test]
async fn ranking_changes_the_order() {
    let house = House::start().await;
    let rosa = house.user("rosa");
    let body = json!({"issues": ["REL-9", "REL-8"], "rankBeforeIssue": "REL-1"});
    assert_eq!(house.put("/rest/agile/1.0/issue/rank", &rosa, &body).await.status, 204);
    let jql = json!({"jql": "project = REL ORDER BY rank", "fields": ["summary"], "maxResults": 3});
    let found = house.post("/rest/api/3/search/jql", &rosa, &jql).await.json();
    let keys: Vec<_> = found["issues"].as_array().unwrap().iter().map(|one| one["key"].clone()).collect();
    assert_eq!(keys, ["REL-9", "REL-8", "REL-1"]);
}
