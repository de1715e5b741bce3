use serde_json::json;

use crate::knock::House;

fn task(summary: &str) -> serde_json::Value {
    json!({"fields": {"project": {"key": "REL"}, "summary": summary, "issuetype": {"name": "Task"}}})
}

#[tokio::test]
async fn an_issue_that_was_made_is_there() {
    let house = House::start().await;
    let rosa = house.user("rosa");
    let made = house.post("/rest/api/3/issue", &rosa, &task("Ship it")).await;
    assert_eq!(made.status, 201);
    let here = made.json()["self"].as_str().unwrap().to_owned();
    assert!(here.starts_with(&house.standin.origin()), "{here}");
    let path = here.strip_prefix(&house.standin.origin()).unwrap().to_owned();
    let read = house.get(&path, &rosa).await.json();
    assert_eq!(read["fields"]["summary"], "Ship it");
    assert_eq!(read["fields"]["reporter"]["displayName"], "Rosa Release");
    assert_eq!(read["fields"]["status"]["name"], "To Do");
}

#[tokio::test]
async fn an_edit_is_seen_and_remembered() {
    let house = House::start().await;
    let rosa = house.user("rosa");
    let body = json!({
        "fields": {"summary": "New words"}, "update": {"labels": [{"set": []}, {"add": "one"}, {"add": "two"}, {"remove": "one"}]},
        "historyMetadata": {"type": "test", "cause": {"id": "x"}},
    });
    assert_eq!(house.put("/rest/api/3/issue/REL-3", &rosa, &body).await.status, 204);
    let read = house.get("/rest/api/3/issue/REL-3?expand=changelog", &rosa).await.json();
    assert_eq!(
        (&read["fields"]["summary"], &read["fields"]["labels"]),
        (&json!("New words"), &json!(["two"]))
    );
    let change = &read["changelog"]["histories"][0];
    assert_eq!(change["author"]["displayName"], "Rosa Release");
    assert_eq!(change["historyMetadata"]["cause"]["id"], "x");
    assert!(
        change["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|i| i["field"] == "summary" && i["toString"] == "New words")
    );
}

#[tokio::test]
async fn a_field_cannot_be_in_both_places_nor_be_unknown() {
    let house = House::start().await;
    let rosa = house.user("rosa");
    let both = json!({"fields": {"labels": ["a"]}, "update": {"labels": [{"add": "b"}]}});
    assert_eq!(house.put("/rest/api/3/issue/REL-3", &rosa, &both).await.status, 400);
    let unknown = json!({"fields": {"customfield_99": 1, "summary": ""}});
    let refused = house.put("/rest/api/3/issue/REL-3", &rosa, &unknown).await;
    assert_eq!(refused.json()["errors"].as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn version_two_speaks_text_where_version_three_speaks_documents() {
    let house = House::start().await;
    let rosa = house.user("rosa");
    let body = json!({"fields": {"description": "one\n\ntwo"}});
    assert_eq!(house.put("/rest/api/3/issue/REL-3", &rosa, &body).await.status, 400);
    assert_eq!(house.put("/rest/api/2/issue/REL-3", &rosa, &body).await.status, 204);
    let text = house.get("/rest/api/2/issue/REL-3", &rosa).await.json();
    assert_eq!(text["fields"]["description"], "one\n\ntwo");
    let tree = house.get("/rest/api/3/issue/REL-3", &rosa).await.json();
    assert_eq!(tree["fields"]["description"]["content"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_issue_answers_to_key_id_and_old_key() {
    let house = House::start().await;
    let rosa = house.user("rosa");
    let issue = house.get("/rest/api/3/issue/PART-5", &rosa).await.json();
    let id = issue["id"].as_str().unwrap().to_owned();
    for name in ["part-5", "REL-131", &id] {
        assert_eq!(
            house.get(&format!("/rest/api/3/issue/{name}"), &rosa).await.json()["key"],
            "PART-5",
            "{name}"
        );
    }
    assert_eq!(house.get(&format!("/rest/api/3/issue/0{id}"), &rosa).await.status, 404);
}

#[tokio::test]
async fn the_workflow_decides_which_ways_are_open() {
    let house = House::start().await;
    let (rosa, dan) = (house.user("rosa"), house.user("dan"));
    let key = house.post("/rest/api/3/issue", &rosa, &task("Walk")).await.json()["key"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/rest/api/3/issue/{key}/transitions");
    let names = |body: serde_json::Value| -> Vec<String> {
        body["transitions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|t| t["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(house.get(&path, &rosa).await.json()), ["To Do", "In Progress"]);
    assert!(names(house.get(&path, &dan).await.json()).is_empty(), "a reader sees no way");
    assert_eq!(house.post(&path, &rosa, &json!({"transition": {"id": "41"}})).await.status, 400);
    for id in ["21", "31", "51"] {
        assert_eq!(house.post(&path, &rosa, &json!({"transition": {"id": id}})).await.status, 204, "{id}");
    }
    let bare = house.post(&path, &rosa, &json!({"transition": {"id": "41"}})).await;
    assert_eq!((bare.status.as_u16(), bare.complaint().as_str()), (400, "Resolution is required."));
    let done = json!({"transition": {"id": "41"}, "fields": {"resolution": {"name": "Done"}}});
    assert_eq!(house.post(&path, &rosa, &done).await.status, 204);
    let read = house.get(&format!("/rest/api/3/issue/{key}"), &rosa).await.json();
    assert_eq!(read["fields"]["status"]["statusCategory"]["key"], "done");
    assert_eq!(read["fields"]["resolution"]["name"], "Done");
}

#[tokio::test]
async fn comments_are_added_changed_and_removed_by_their_authors() {
    let house = House::start().await;
    let (rosa, dan) = (house.user("rosa"), house.user("dan"));
    let body = json!({"body": "words", "visibility": {"type": "group", "value": "release"}});
    let made = house.post("/rest/api/2/issue/REL-3/comment", &rosa, &body).await;
    assert_eq!(made.status, 201);
    let path = format!("/rest/api/2/issue/REL-3/comment/{}", made.json()["id"].as_str().unwrap());
    assert_eq!(house.get(&path, &dan).await.status, 404, "dan is not in the group");
    let changed = house.put(&path, &rosa, &json!({"body": "other words"})).await;
    assert_eq!(changed.json()["body"], "other words");
    assert_eq!(house.delete(&path, &rosa).await.status, 204);
    assert_eq!(house.get(&path, &rosa).await.status, 404);
}

#[tokio::test]
async fn a_deleted_issue_takes_its_subtasks_only_when_told() {
    let house = House::start().await;
    let (admin, rosa) = (house.user("admin"), house.user("rosa"));
    let key = house.post("/rest/api/3/issue", &rosa, &task("Parent")).await.json()["key"]
        .as_str()
        .unwrap()
        .to_owned();
    let sub = json!({"fields": {"project": {"key": "REL"}, "summary": "Child", "issuetype": {"name": "Sub-task"}, "parent": {"key": key}}});
    let child = house.post("/rest/api/3/issue", &rosa, &sub).await.json()["key"].as_str().unwrap().to_owned();
    let path = format!("/rest/api/3/issue/{key}");
    assert_eq!(house.delete(&path, &rosa).await.status, 403);
    assert_eq!(house.delete(&path, &admin).await.status, 400);
    assert_eq!(house.delete(&format!("{path}?deleteSubtasks=true"), &admin).await.status, 204);
    assert_eq!(house.get(&format!("/rest/api/3/issue/{child}"), &rosa).await.status, 404);
}

#[tokio::test]
async fn worklogs_watchers_links_and_properties_stay() {
    let house = House::start().await;
    let rosa = house.user("rosa");
    let logged = house.post("/rest/api/2/issue/REL-3/worklog", &rosa, &json!({"timeSpent": "1d 2h"})).await;
    assert_eq!((logged.status.as_u16(), &logged.json()["timeSpentSeconds"]), (201, &json!(36_000)));
    let dan = json!(house.facts.user("dan").unwrap().account_id);
    assert_eq!(house.post("/rest/api/3/issue/REL-3/watchers", &rosa, &dan).await.status, 204);
    let watchers = house.get("/rest/api/3/issue/REL-3/watchers", &rosa).await.json();
    assert!(watchers["watchers"].as_array().unwrap().iter().any(|one| one["accountId"] == dan));
    let link = json!({"type": {"name": "Blocks"}, "inwardIssue": {"key": "REL-3"}, "outwardIssue": {"key": "DATA-3"}});
    assert_eq!(house.post("/rest/api/3/issueLink", &rosa, &link).await.status, 201);
    let links = house.get("/rest/api/3/issue/DATA-3", &rosa).await.json()["fields"]["issuelinks"].clone();
    assert!(links.as_array().unwrap().iter().any(|one| one["inwardIssue"]["key"] == "REL-3"));
    let property = "/rest/api/3/issue/REL-3/properties/colour";
    assert_eq!(house.put(property, &rosa, &json!("blue")).await.status, 201);
    assert_eq!(house.get(property, &rosa).await.json()["value"], "blue");
}

#[tokio::test]
async fn bulkfetch_leaves_out_what_is_missing_or_hidden_without_a_word() {
    let house = House::start().await;
    let body = json!({"issueIdsOrKeys": ["DATA-2", "rel-1", "SEC-1", "NOPE-1", "REL-1", "REL-131"], "fields": ["summary"]});
    let answer = house.post("/rest/api/3/issue/bulkfetch", &house.user("rosa"), &body).await.json();
    let keys: Vec<_> = answer["issues"].as_array().unwrap().iter().map(|one| one["key"].clone()).collect();
    assert_eq!(keys, ["REL-1", "DATA-2", "PART-5"]);
    assert_eq!(answer["issueErrors"], json!([]));
}

#[tokio::test]
async fn what_may_be_put_into_an_issue_is_told_before() {
    let house = House::start().await;
    let (rosa, dan) = (house.user("rosa"), house.user("dan"));
    let types = house.get("/rest/api/3/issue/createmeta/REL/issuetypes", &rosa).await.json();
    assert_eq!(types["issueTypes"].as_array().unwrap().len(), 5);
    let fields = house.get("/rest/api/3/issue/createmeta/REL/issuetypes/10002", &rosa).await.json();
    assert!(
        fields["fields"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["key"] == "summary" && one["required"] == true)
    );
    assert_eq!(house.get("/rest/api/3/issue/createmeta/REL/issuetypes", &dan).await.status, 404);
    assert_eq!(house.get("/rest/api/3/issue/REL-1/editmeta", &dan).await.json()["fields"], json!({}));
}
