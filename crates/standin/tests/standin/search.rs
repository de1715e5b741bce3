use serde_json::{Value, json};

use crate::knock::{Answer, House};

async fn search(house: &House, who: &str, body: Value) -> Answer {
    house.post("/rest/api/3/search/jql", &house.user(who), &body).await
}

async fn keys(house: &House, who: &str, jql: &str) -> Vec<String> {
    let answer = search(house, who, json!({"jql": jql, "fields": ["key"], "maxResults": 5000})).await;
    assert_eq!(answer.status, 200, "{jql}: {}", answer.complaint());
    answer.json()["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["key"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn pages_cover_everything_once() {
    let house = House::start().await;
    let (mut seen, mut token) = (Vec::new(), Value::Null);
    loop {
        let mut body = json!({"jql": "project = REL ORDER BY key", "fields": ["summary"], "maxResults": 37});
        if !token.is_null() {
            body["nextPageToken"] = token.clone();
        }
        let page = search(&house, "rosa", body).await.json();
        seen.extend(
            page["issues"].as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap().to_owned()),
        );
        token = page["nextPageToken"].clone();
        assert_eq!(page["isLast"], token.is_null());
        assert!(page.get("total").is_none());
        if token.is_null() {
            break;
        }
    }
    let count = house
        .post("/rest/api/3/search/approximate-count", &house.user("rosa"), &json!({"jql": "project = REL"}))
        .await;
    assert_eq!(count.json()["count"], seen.len());
    let mut distinct = seen.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), seen.len());
}

#[tokio::test]
async fn a_page_token_belongs_to_its_query() {
    let house = House::start().await;
    let token = search(&house, "rosa", json!({"jql": "project = REL"})).await.json()["nextPageToken"].clone();
    assert_eq!(
        search(&house, "rosa", json!({"jql": "project = DATA", "nextPageToken": token})).await.status,
        400
    );
    assert_eq!(
        search(&house, "rosa", json!({"jql": "project = DATA", "nextPageToken": "x"})).await.status,
        400
    );
}

#[tokio::test]
async fn without_fields_there_is_only_an_id() {
    let house = House::start().await;
    let page = search(&house, "rosa", json!({"jql": "key = REL-1"})).await.json();
    assert_eq!(page["issues"][0].as_object().unwrap().keys().collect::<Vec<_>>(), ["id"]);
    let page = search(&house, "rosa", json!({"jql": "key = REL-1", "fields": ["status"]})).await.json();
    assert_eq!(page["issues"][0]["fields"].as_object().unwrap().keys().collect::<Vec<_>>(), ["status"]);
}

#[tokio::test]
async fn hidden_issues_are_never_found() {
    let house = House::start().await;
    let all = keys(&house, "rosa", "created > -9999d").await;
    assert!(all.iter().all(|key| !key.starts_with("SEC-") && key != "REL-20"), "{all:?}");
    let refused = search(&house, "rosa", json!({"jql": "project = SEC"})).await;
    assert_eq!(refused.complaint(), "The value 'SEC' does not exist for the field 'project'.");
}

#[tokio::test]
async fn the_old_search_is_gone_and_unbounded_queries_are_refused() {
    let house = House::start().await;
    let rosa = house.user("rosa");
    for path in ["/rest/api/3/search?jql=project=REL", "/rest/api/2/search"] {
        let gone = house.get(path, &rosa).await;
        assert_eq!(gone.status, 410);
        assert!(gone.complaint().starts_with(
            "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API."
        ));
    }
    for jql in ["", "ORDER BY created"] {
        assert_eq!(search(&house, "rosa", json!({"jql": jql})).await.status, 400);
    }
}

#[tokio::test]
async fn queries_mean_what_they_say() {
    let house = House::start().await;
    let release = keys(&house, "rosa", "project = rel").await.len();
    let split = [
        ("project = REL AND assignee IS EMPTY", "project = REL AND assignee is not empty"),
        ("project = REL AND statusCategory = Done", "project = REL AND NOT statusCategory = Done"),
        ("project = REL AND priority >= High", "project = REL AND priority < High"),
        ("project = REL AND created < 2026-03-01", "project = REL AND created >= '2026/03/01'"),
        ("project = REL AND summary ~ \"fix\"", "project = REL AND summary !~ 'fix'"),
        ("project = REL AND resolution = Unresolved", "project = REL AND resolution IS NOT EMPTY"),
        (
            "project = REL AND labels is empty",
            "project = REL AND (labels in (backend, frontend, urgent, customer) OR labels in (tech-debt, docs))",
        ),
        (
            "project = REL AND sprint in openSprints()",
            "project = REL AND (sprint not in openSprints() OR sprint is empty)",
        ),
        (
            "project = REL AND assignee = currentUser()",
            "project = REL AND (assignee != currentUser() OR assignee is empty)",
        ),
    ];
    for (one, other) in split {
        let (one_keys, other_keys) = (keys(&house, "rosa", one).await, keys(&house, "rosa", other).await);
        assert!(!one_keys.is_empty() && !other_keys.is_empty(), "{one}");
        assert_eq!(one_keys.len() + other_keys.len(), release, "{one}");
    }
    assert_eq!(keys(&house, "rosa", "key in (REL-131, REL-1) ORDER BY key DESC").await, ["REL-1", "PART-5"]);
    assert_eq!(
        keys(&house, "rosa", "project in (REL, DATA) AND key = REL-2 or issuekey = 'DATA-2' order by key")
            .await,
        ["DATA-2", "REL-2"]
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_with_its_place() {
    let house = House::start().await;
    for (jql, part) in [
        ("projct = REL", "Field 'projct' does not exist"),
        ("project REL", "character 9"),
        ("project = ", "before the end"),
        ("summary ~ \"open", "has not been completed"),
        ("project = REL AND", "a field name"),
        ("status = Flying", "The value 'Flying' does not exist for the field 'status'."),
        ("created > someday", "Date value 'someday'"),
        ("summary = x", "not supported"),
        ("key = NOPE-1", "An issue with key 'NOPE-1' does not exist"),
    ] {
        let refused = search(&house, "rosa", json!({"jql": jql})).await;
        assert_eq!(refused.status, 400, "{jql}");
        assert!(refused.complaint().contains(part), "{jql}: {}", refused.complaint());
    }
    let deep = format!("{}project = REL{}", "(".repeat(5_000), ")".repeat(5_000));
    assert_eq!(search(&house, "rosa", json!({"jql": deep})).await.status, 400);
}
