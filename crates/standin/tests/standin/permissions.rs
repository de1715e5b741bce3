use serde_json::json;

use crate::knock::{As, House};

#[tokio::test]
async fn hidden_and_missing_issues_get_the_same_answer() {
    let house = House::start().await;
    let rosa = house.user("rosa");
    let hidden = house.get("/rest/api/3/issue/SEC-1", &rosa).await;
    let missing = house.get("/rest/api/3/issue/REL-99999", &rosa).await;
    assert_eq!((hidden.status, &hidden.body), (missing.status, &missing.body));
    assert_eq!(hidden.complaint(), "Issue does not exist or you do not have permission to see it.");
    assert_eq!(house.get("/rest/api/3/issue/SEC-1", &house.user("sven")).await.status, 200);
}

#[tokio::test]
async fn a_security_level_hides_an_issue_of_an_open_project() {
    let house = House::start().await;
    assert_eq!(house.get("/rest/api/3/issue/REL-20", &house.user("rosa")).await.status, 404);
    assert_eq!(house.get("/rest/api/3/issue/REL-20", &house.user("sven")).await.status, 200);
}

#[tokio::test]
async fn readers_look_and_do_not_touch() {
    let house = House::start().await;
    let petra = house.user("petra");
    assert_eq!(house.get("/rest/api/3/issue/REL-1", &petra).await.status, 200);
    let edit = house.put("/rest/api/3/issue/REL-1", &petra, &json!({"fields": {"summary": "x"}})).await;
    assert_eq!(edit.status, 403);
    let create =
        json!({"fields": {"project": {"key": "REL"}, "summary": "x", "issuetype": {"name": "Task"}}});
    assert_eq!(house.post("/rest/api/3/issue", &petra, &create).await.status, 400);
    let comment = house.post("/rest/api/2/issue/REL-1/comment", &petra, &json!({"body": "x"})).await;
    assert_eq!(comment.status, 400);
}

#[tokio::test]
async fn mypermissions_tells_the_truth_in_its_context() {
    let house = House::start().await;
    let dan = house.user("dan");
    let ask =
        |context: &str| format!("/rest/api/3/mypermissions?permissions=EDIT_ISSUES,ADMINISTER{context}");
    let held = |body: serde_json::Value, key: &str| body["permissions"][key]["havePermission"].clone();
    assert_eq!(held(house.get(&ask("&projectKey=DATA"), &dan).await.json(), "EDIT_ISSUES"), true);
    assert_eq!(held(house.get(&ask("&projectKey=REL"), &dan).await.json(), "EDIT_ISSUES"), false);
    assert_eq!(held(house.get(&ask(""), &house.user("admin")).await.json(), "ADMINISTER"), true);
    assert_eq!(house.get(&ask("&projectKey=SEC"), &dan).await.status, 404);
    assert_eq!(house.get("/rest/api/3/mypermissions?permissions=FLY", &dan).await.status, 400);
    assert_eq!(house.get("/rest/api/3/mypermissions", &dan).await.status, 400);
}

#[tokio::test]
async fn a_permission_check_drops_unknown_ids_and_keeps_granted_ones() {
    let house = House::start().await;
    let dan = house.user("dan");
    let id = |body: serde_json::Value| body["id"].as_str().unwrap().parse::<u64>().unwrap();
    let data = id(house.get("/rest/api/3/project/DATA", &dan).await.json());
    let release = id(house.get("/rest/api/3/project/REL", &dan).await.json());
    let issue = id(house.get("/rest/api/3/issue/DATA-1", &dan).await.json());
    let body = json!({
        "globalPermissions": ["ADMINISTER", "BULK_CHANGE"],
        "projectPermissions": [{"permissions": ["EDIT_ISSUES"], "projects": [data, release, 1], "issues": [issue, 2]}],
    });
    let answer = house.post("/rest/api/3/permissions/check", &dan, &body).await.json();
    let expected = json!({
        "globalPermissions": ["BULK_CHANGE"],
        "projectPermissions": [{"permission": "EDIT_ISSUES", "projects": [data], "issues": [issue]}],
    });
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn what_looks_like_a_browser_being_tricked_is_refused() {
    let house = House::start().await;
    let browser = house.user("rosa").with("user-agent", "Mozilla/5.0").with("origin", "https://evil.example");
    let body = json!({"fields": {"summary": "x"}});
    let refused = house.put("/rest/api/3/issue/REL-1", &browser, &body).await;
    assert_eq!((refused.status.as_u16(), &refused.body[..]), (403, &b"XSRF check failed"[..]));
    let marked = browser.with("x-atlassian-token", "no-check");
    assert_eq!(house.put("/rest/api/3/issue/REL-1", &marked, &body).await.status, 204);
}

#[tokio::test]
async fn anonymous_sees_nothing_and_may_do_nothing() {
    let house = House::start().await;
    let nobody = As::default();
    assert_eq!(house.get("/rest/api/3/issue/REL-1", &nobody).await.status, 404);
    assert_eq!(house.get("/rest/api/3/user/search?query=r", &nobody).await.status, 401);
    let found =
        house.get("/rest/api/3/search/jql?jql=created%20%3E%20-9999d&fields=key", &nobody).await.json();
    assert_eq!(found, json!({"issues": [], "isLast": true}));
}
