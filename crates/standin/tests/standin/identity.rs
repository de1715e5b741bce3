use serde_json::json;

use crate::knock::{As, House, basic, bearer};

#[tokio::test]
async fn an_unscoped_api_token_works_at_the_site_and_at_the_gateway() {
    let house = House::start().await;
    let rosa = house.user("rosa");
    for path in ["/rest/api/3/myself".to_owned(), house.ex("/rest/api/3/myself")] {
        let answer = house.get(&path, &rosa).await;
        assert_eq!(answer.json()["displayName"], "Rosa Release");
        assert_eq!(answer.header("x-aaccountid"), house.facts.user("rosa").unwrap().account_id);
        assert_eq!(answer.header("server"), "AtlassianEdge");
        assert_eq!(answer.header("atl-traceid").len(), 32);
        assert!(answer.header("set-cookie").starts_with("atlassian.xsrf.token="));
    }
}

#[tokio::test]
async fn a_scoped_api_token_works_at_the_gateway_only() {
    let house = House::start().await;
    let dan = house.facts.user("dan").unwrap();
    let scoped = basic(&dan.email, dan.scoped_api_token.open());
    assert_eq!(house.get(&house.ex("/rest/api/3/myself"), &scoped).await.status, 200);
    let refused = house.get("/rest/api/3/myself", &scoped).await;
    assert_eq!((refused.status.as_u16(), refused.header("content-type")), (401, "text/html;charset=utf-8"));
}

#[tokio::test]
async fn a_bad_basic_credential_at_jiras_site_host_is_anonymous_and_not_refused() {
    let house = House::start().await;
    let wrong = basic("rosa@example.com", "wrong");
    let answer = house.get("/rest/api/3/project", &wrong).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (200, json!([])));
    assert_eq!(answer.header("x-seraph-loginreason"), "AUTHENTICATED_FAILED");
    assert_eq!(house.get("/rest/api/3/myself", &wrong).await.status, 401);
    assert_eq!(house.get(&house.ex("/rest/api/3/myself"), &wrong).await.status, 401);
}

#[tokio::test]
async fn odd_bearers_at_the_site_host_are_refused_as_measured() {
    let house = House::start().await;
    let odd = house.get("/rest/api/3/myself", &bearer("x")).await;
    assert_eq!(
        (odd.status.as_u16(), odd.json()),
        (403, json!({"error": "Failed to parse Connect Session Auth Token"}))
    );
    assert_eq!(house.get("/rest/api/3/myself", &bearer("a.b.c")).await.status, 401);
    let lower = As::default().with("authorization", "bearer x");
    assert_eq!(house.get("/rest/api/3/project", &lower).await.json(), json!([]));
}

#[tokio::test]
async fn a_service_account_token_works_for_an_hour() {
    let house = House::start().await;
    let token = house.token("wide").await;
    let path = house.ex("/rest/api/3/myself");
    assert_eq!(house.get(&path, &token).await.json()["accountType"], "app");
    house.post("/standin/clock", &As::default(), &json!({"advance_seconds": 3601})).await;
    let late = house.get(&path, &token).await;
    assert_eq!((late.status.as_u16(), late.json()), (401, json!({"code": 401, "message": "Unauthorized"})));
    assert_eq!(late.header("x-arequestid"), "");
}

#[tokio::test]
async fn a_missing_scope_is_a_401_that_says_so() {
    let house = House::start().await;
    let token = house.token("narrow").await;
    assert_eq!(house.get(&house.ex("/rest/api/3/issue/REL-1"), &token).await.status, 200);
    let refused = house.post(&house.ex("/rest/api/3/issue"), &token, &json!({})).await;
    let words = json!({"code": 401, "message": "Unauthorized; scope does not match"});
    assert_eq!((refused.status.as_u16(), refused.json()), (401, words));
    assert_eq!(house.get(&house.ex("/rest/agile/1.0/board"), &token).await.status, 401);
}

#[tokio::test]
async fn a_token_is_good_only_where_its_app_is_installed() {
    let house = House::start().await;
    let (wide, narrow) = (house.token("wide").await, house.token("narrow").await);
    let path = format!("/ex/jira/{}/rest/api/3/myself", house.facts.site("other").unwrap().cloud_id);
    assert_eq!(house.get(&path, &wide).await.status, 200);
    let refused = house.get(&path, &narrow).await;
    let words = json!({"code": 403, "message": "The app is not installed on this instance"});
    assert_eq!((refused.status.as_u16(), refused.json()), (403, words));
    let listed = house.get("/oauth/token/accessible-resources", &narrow).await.json();
    assert!(listed.as_array().unwrap().iter().all(|one| one["name"] == "demo"));
    assert_eq!(listed.as_array().unwrap().len(), 2, "Jira and Confluence share one id");
}

#[tokio::test]
async fn a_wrong_client_secret_is_refused_and_me_needs_its_scope() {
    let house = House::start().await;
    let id = &house.facts.service_accounts[0].client_id;
    let body = json!({"grant_type": "client_credentials", "client_id": id, "client_secret": "no"});
    let refused = house.post("/oauth/token", &As::default(), &body).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["error"]), (401, &json!("access_denied")));
    assert_eq!(house.get("/me", &house.token("wide").await).await.json()["account_type"], "app");
    assert_eq!(house.get("/me", &house.token("narrow").await).await.status, 401);
}

#[tokio::test]
async fn deactivated_people_and_people_of_other_sites_stay_outside() {
    let house = House::start().await;
    for name in ["gone", "olga", "nora"] {
        let listed = house.get("/rest/api/3/project", &house.user(name)).await;
        assert_eq!(listed.json(), json!([]), "{name}");
    }
    let other = house.get("/sites-host/other/rest/api/3/project", &house.user("olga")).await;
    assert_eq!(other.json().as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_cloud_id_of_a_site_is_public() {
    let house = House::start().await;
    let answer = house.get("/_edge/tenant_info", &As::default()).await;
    assert_eq!(answer.json()["cloudId"], house.facts.sites[0].cloud_id);
}
