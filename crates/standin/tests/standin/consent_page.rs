use bytes::Bytes;
use http::Method;
use serde_json::json;

use crate::asking::{Asking, CALLBACK, form, parameter};
use crate::knock::{Answer, As, House};

fn html(answer: &Answer) -> String {
    assert_eq!(answer.header("content-type"), "text/html;charset=utf-8");
    String::from_utf8(answer.body.to_vec()).unwrap()
}

async fn post(house: &House, fields: &[(&str, &str)]) -> Answer {
    let kind = As::default().with("content-type", "application/x-www-form-urlencoded");
    house.send(Method::POST, "/authorize", &kind, Bytes::from(form(fields))).await.unwrap()
}

#[tokio::test]
async fn a_person_is_asked_who_they_are_and_says_yes_or_no() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let page = people.authorize(&[]).await;
    assert_eq!(page.status, 200);
    let page = html(&page);
    for part in [
        "<form id=\"consent\" method=\"post\"",
        "name=\"as\" id=\"as-rosa\" value=\"rosa\"",
        "<button id=\"accept\" name=\"decision\" value=\"accept\">",
        "<button id=\"deny\" name=\"decision\" value=\"deny\">",
        "name=\"state\" value=\"s&amp;t=1\"",
        "<li>write:jira-work</li>",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!page.contains("as-gone") && !page.contains("as-gateway") && !page.contains("name=\"site\""));
    let mut fields = people.question();
    fields.extend([("as", "dan"), ("decision", "deny")]);
    let denied = post(&house, &fields).await;
    assert_eq!(denied.status, 302);
    assert_eq!(denied.header("location"), format!("{CALLBACK}&error=access_denied&state=s%26t%3D1"));
    fields.pop();
    fields.push(("decision", "accept"));
    let code = parameter(&post(&house, &fields).await, "code").unwrap();
    let tokens = people.redeem(&code).await.json();
    let bearer = crate::knock::bearer(tokens["access_token"].as_str().unwrap());
    assert_eq!(house.get("/me", &bearer).await.json()["nickname"], "dan");
}

#[tokio::test]
async fn what_the_query_says_is_text_on_the_page() {
    let house = House::start().await;
    let evil = "\"><script>alert('x')</script>&";
    let app = json!({"name": evil, "scopes": [evil, "offline_access"]});
    let made = house.post("/standin/oauth/apps", &As::default(), &app).await.json();
    let fields = [
        ("audience", "api.atlassian.com"),
        ("client_id", made["client_id"].as_str().unwrap()),
        ("scope", "offline_access"),
        ("redirect_uri", "http://127.0.0.1:1/%22%3E%3Cscript%3E?<script>"),
        ("state", evil),
        ("response_type", "code"),
        ("prompt", "consent"),
    ];
    let page = html(&house.get(&format!("/authorize?{}", form(&fields)), &As::default()).await);
    assert!(
        !page.contains("<script") && page.contains("&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)"),
        "{page}"
    );
    let path = format!("/authorize?{}", form(&[fields[0], ("client_id", evil)]));
    assert!(!html(&house.get(&path, &As::default()).await).contains("<script"));
    let grant = json!({"as": "rosa", "app": evil, "scopes": [evil]});
    assert_eq!(house.post("/standin/oauth/grants", &As::default(), &grant).await.status, 200);
    let page = html(&house.get("/connected-apps?as=rosa", &As::default()).await);
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"), "{page}");
    assert!(!html(&house.get("/connected-apps?as=%3Cscript%3E", &As::default()).await).contains("<script"));
}

#[tokio::test]
async fn an_app_that_picks_reaches_the_picked_sites_only_and_a_second_consent_adds() {
    let house = House::start().await;
    let picky = Asking::new(&house, "picky");
    let page = html(&picky.authorize(&[]).await);
    assert!(page.contains("type=\"checkbox\" name=\"site\" id=\"site-demo\" value=\"demo\""), "{page}");
    let names = async |more: &[(&str, &str)]| {
        let code = parameter(&picky.authorize(more).await, "code").unwrap();
        let tokens = crate::asking::Tokens::of(&picky.redeem(&code).await);
        let listed = house.get("/oauth/token/accessible-resources", &tokens.bearer()).await.json();
        let names = listed.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned());
        (names.collect::<Vec<_>>(), house.admits(&tokens).await)
    };
    let other = [("standin_as", "rosa"), ("standin_sites", "other")];
    assert_eq!(names(&other).await, (vec!["other".to_owned(); 2], false));
    let mut fields = picky.question();
    fields.extend([("as", "rosa"), ("decision", "accept")]);
    assert_eq!(post(&house, &fields).await.status, 400, "no site was picked");
    fields.extend([("as", "petra"), ("site", "demo"), ("site", "other")]);
    fields.remove(7);
    assert_eq!(post(&house, &fields).await.status, 400, "petra has no other");
    let demo = [("standin_as", "rosa"), ("standin_sites", "demo")];
    assert_eq!(names(&demo).await.0, ["demo", "demo", "other", "other"]);
    let both = [("standin_as", "dan")];
    assert_eq!(names(&both).await.0.len(), 4, "all of a person's when none are named");
}

#[tokio::test]
async fn a_question_that_leads_nowhere_is_answered_on_the_spot() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    for (name, value) in [
        ("client_id", "nobody"),
        ("redirect_uri", "http://example.com/"),
        ("redirect_uri", "javascript:alert(1)"),
        ("redirect_uri", "https://example.com/#fragment"),
        ("response_type", "token"),
        ("audience", "elsewhere"),
        ("state", ""),
        ("prompt", "none"),
    ] {
        let mut fields = people.question();
        fields.retain(|(k, _)| *k != name);
        fields.extend([(name, value), ("standin_as", "rosa")]);
        let answer = house.get(&format!("/authorize?{}", form(&fields)), &As::default()).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (400, ""), "{name}={value}");
    }
    assert_eq!(people.authorize(&[("standin_as", "gone")]).await.status, 400);
    let greedy = Asking::new(&house, "people").with_scope("read:jira-work delete:everything");
    let refused = greedy.authorize(&[("standin_as", "rosa")]).await;
    assert_eq!(parameter(&refused, "error").unwrap(), "invalid_scope");
    assert_eq!(house.delete("/authorize", &As::default()).await.status, 405);
}

#[tokio::test]
async fn an_app_can_be_held_to_one_address() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let pin = |to: &str| json!({"callback": to});
    let path = "/standin/oauth/apps/people";
    assert_eq!(house.put(path, &As::default(), &pin("https://gateway.example/back")).await.status, 200);
    assert_eq!(people.authorize(&[("standin_as", "rosa")]).await.status, 400);
    assert_eq!(house.put(path, &As::default(), &pin(CALLBACK)).await.json()["callback"], CALLBACK);
    assert_eq!(people.authorize(&[("standin_as", "rosa")]).await.status, 302);
    let facts = house.get("/standin/facts", &As::default()).await.json();
    assert_eq!(facts["apps"][0]["callback"], CALLBACK);
}

#[tokio::test]
async fn a_rule_says_yes_to_everything_and_a_parameter_says_no() {
    let house = House::start().await;
    let people = Asking::new(&house, "people");
    let denied = people.authorize(&[("standin_as", "rosa"), ("standin_deny", "true")]).await;
    assert_eq!(parameter(&denied, "error").unwrap(), "access_denied");
    let rule = json!({"auto_approve": {"as": "rosa", "sites": ["demo"]}});
    house.put("/standin/oauth/rules", &As::default(), &rule).await;
    assert!(parameter(&people.authorize(&[]).await, "code").is_some());
    house.put("/standin/oauth/rules", &As::default(), &json!({"auto_approve": null})).await;
    assert_eq!(people.authorize(&[]).await.status, 200);
}
