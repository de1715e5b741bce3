use serde_json::json;

use crate::asking::{Asking, Tokens};
use crate::knock::{As, House};

#[tokio::test]
async fn what_is_done_with_a_persons_token_is_done_by_that_person() {
    let house = House::start().await;
    let rosa = Asking::new(&house, "people").tokens("rosa").await.bearer();
    let id = house.facts.user("rosa").unwrap().account_id.clone();
    assert_eq!(house.get("/me", &rosa).await.json()["account_id"], id);
    let edit = json!({"fields": {"summary": "by a person"}});
    let answer = house.put(&house.ex("/rest/api/3/issue/REL-1"), &rosa, &edit).await;
    assert_eq!((answer.status.as_u16(), answer.header("x-aaccountid")), (204, id.as_str()));
    let log = house.get(&house.ex("/rest/api/3/issue/REL-1/changelog"), &rosa).await.json();
    let last = log["values"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["author"]["accountId"], &last["items"][0]["field"]), (&json!(id), &json!("summary")));
}

#[tokio::test]
async fn a_person_may_do_no_more_than_they_could_themselves() {
    let house = House::start().await;
    let dan = Asking::new(&house, "people").tokens("dan").await.bearer();
    let issue = house.ex("/rest/api/3/issue/REL-1");
    assert_eq!(house.get(&issue, &dan).await.status, 200);
    let refused = house.put(&issue, &dan, &json!({"fields": {"summary": "x"}})).await;
    assert_eq!(refused.status, 403, "dan reads there");
    assert_eq!(house.get(&house.ex("/rest/api/3/project/SEC"), &dan).await.status, 404);
}

#[tokio::test]
async fn a_consent_for_jira_alone_is_as_if_the_app_were_not_in_confluence() {
    let house = House::start().await;
    let people = Asking::new(&house, "people").with_scope("read:jira-work read:jira-user offline_access");
    let tokens = people.tokens("rosa").await;
    assert!(house.admits(&tokens).await);
    let path = format!("/ex/confluence/{}/wiki/api/v2/pages", house.facts.sites[0].cloud_id);
    let refused = house.get(&path, &tokens.bearer()).await;
    let words = json!({"code": 403, "message": "The app is not installed on this instance"});
    assert_eq!((refused.status.as_u16(), refused.json()), (403, words));
    let me = house.get("/me", &tokens.bearer()).await;
    assert_eq!(me.json()["message"], "Unauthorized; scope does not match");
}

#[tokio::test]
async fn accessible_resources_list_each_product_of_a_persons_sites() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let petra = people.tokens("petra").await.bearer();
    let listed = house.get("/oauth/token/accessible-resources", &petra).await.json();
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0]["id"], listed[1]["id"]);
    assert_eq!(listed[0]["scopes"], json!(["read:jira-user", "read:jira-work", "write:jira-work"]));
    assert_eq!(listed[1]["scopes"], json!(["read:page:confluence"]));
    let other = format!("/ex/jira/{}/rest/api/3/myself", house.facts.site("other").unwrap().cloud_id);
    assert_eq!(house.get(&other, &petra).await.status, 403, "a site that petra does not have");
    let rosa = people.tokens("rosa").await.bearer();
    assert_eq!(house.get(&other, &rosa).await.status, 200);
    let site = house.get("/rest/api/3/myself", &rosa).await;
    assert_eq!(site.status, 401, "the site's own host takes no such token");
}

#[tokio::test]
async fn a_harness_makes_apps_and_consents_without_a_page() {
    let house = House::start().await;
    let nobody = As::default();
    for number in 0..30 {
        let name = format!("app-{number}");
        let app = house.post("/standin/oauth/apps", &nobody, &json!({"name": name})).await;
        assert_eq!(app.status, 201);
        let grant =
            json!({"as": "rosa", "app": name, "scopes": "read:jira-user read:jira-work offline_access"});
        let answer = house.post("/standin/oauth/grants", &nobody, &grant).await;
        let tokens = Tokens::of(&answer);
        assert!(house.admits(&tokens).await);
        let mut asking = Asking::new(&house, "people");
        asking.id = app.json()["client_id"].as_str().unwrap().to_owned();
        asking.secret = app.json()["client_secret"].as_str().unwrap().to_owned();
        asking.refreshed(&tokens.refresh).await;
    }
    let report = house.get("/standin/oauth", &nobody).await.json();
    let totals = &report["totals"];
    assert_eq!((&totals["alive"], &totals["redemptions"]), (&json!(30), &json!(30)));
    assert_eq!(
        (&report["families"][0]["as"], &report["families"][0]["app"]),
        (&json!("rosa"), &json!("app-0"))
    );
    let listed = house.get("/standin/tokens", &nobody).await.json();
    assert_eq!(listed["refresh_tokens"].as_array().unwrap().len(), 60);
    assert_eq!(house.delete("/standin/oauth", &nobody).await.status, 204);
    let totals = house.get("/standin/oauth", &nobody).await.json()["totals"].clone();
    assert_eq!((&totals["alive"], &totals["redemptions"]), (&json!(30), &json!(0)), "only counters go");
}

#[tokio::test]
async fn steering_that_makes_no_sense_is_refused() {
    let house = House::start().await;
    let nobody = As::default();
    for (what, body) in [
        ("apps", json!({"name": "people"})),
        ("apps", json!({"name": "x", "level": "planet"})),
        ("grants", json!({"as": "rosa", "app": "none"})),
        ("grants", json!({"as": "gone", "app": "people"})),
        ("grants", json!({"as": "petra", "app": "people", "sites": ["other"]})),
        ("grants", json!({"as": "rosa", "app": "people", "scopes": "fly"})),
        ("rules", json!({"leeway": 3})),
        ("rules", json!({"retry": "never"})),
        ("weather", json!({"lose_before": 0.6, "lose_after": 0.6})),
        ("weather", json!({"delay_ms": [5, 1]})),
        ("revoke", json!({"who": "rosa"})),
        ("uninstall", json!({"app": "people", "site": "moon"})),
    ] {
        let answer = house.post(&format!("/standin/oauth/{what}"), &nobody, &body).await;
        assert_eq!(answer.status, 400, "{what} {body}");
    }
    assert_eq!(house.put("/standin/oauth/apps/none", &nobody, &json!({})).await.status, 404);
    assert_eq!(house.get("/standin/oauthoritarian", &nobody).await.status, 404);
}
