//! People sign in with Atlassian.

use http::Method;
use serde_json::json;

use super::browser::{Browser, field, location};
use super::consenting::{Stage, at_atlassian};
use super::harness::{Said, call, printed, ticketgate};

const MULTI_USER: &str = "mode = \"multi_user\"\npeople.app = \"people\"";

/// Signs in, and answers what the gateway says at the end.
async fn sign_in(stage: &Stage, browser: &mut Browser, at: &str, as_whom: &str) -> Said {
    let out = browser.get(at).await;
    let back = at_atlassian(&out, as_whom).await;
    browser.get(&stage.path(&back)).await
}

/// Signs in and looks at the first page.
async fn home(stage: &Stage, browser: &mut Browser, as_whom: &str) -> String {
    let said = sign_in(stage, browser, "/auth/login", as_whom).await;
    assert_eq!(location(&said), "/");
    browser.get("/").await.text()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_sign_in_and_each_has_a_grant_of_their_own_for_the_sites_they_reach() {
    let stage = Stage::set(MULTI_USER).await;
    let (mut rosa, mut dan) = (stage.browser(), stage.browser());
    assert!(rosa.get("/").await.text().contains("Sign in with Atlassian"));
    let page = home(&stage, &mut rosa, "standin_as=rosa").await;
    assert!(
        page.contains("Rosa Release") && page.contains("It works.") && page.contains("demo, other"),
        "{page}"
    );
    let page = home(&stage, &mut dan, "standin_as=dan").await;
    assert!(page.contains("Dan Data") && !page.contains("Rosa"), "{page}");
    assert!(rosa.get("/").await.text().contains("Rosa Release"));
    let grants = stage.grants().await;
    let grants = grants.as_array().unwrap();
    assert_eq!(grants.len(), 2, "{grants:?}");
    assert!(grants.iter().all(|grant| grant["name"].as_str().unwrap().starts_with("person-")));
    let records = stage.records("consent").await;
    let said: Vec<_> = records.iter().map(|record| record["operation"].as_str().unwrap()).collect();
    assert_eq!(said, ["signed in", "signed in"]);
    assert_eq!(
        records[0]["grant"],
        grants.iter().find(|g| g["facts"]["account_name"] == "Rosa Release").unwrap()["name"]
    );
    assert!(records[0]["scopes"].as_array().unwrap().contains(&json!("read:jira-work")));
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_again_refreshes_the_consent_and_is_a_new_session() {
    let stage = Stage::set(MULTI_USER).await;
    let mut rosa = stage.browser();
    home(&stage, &mut rosa, "standin_as=rosa").await;
    let before = rosa.cookies.clone();
    home(&stage, &mut rosa, "standin_as=rosa").await;
    assert_ne!(before, rosa.cookies);
    let mut old = stage.browser();
    old.cookies = before;
    assert!(!old.get("/").await.text().contains("Rosa"), "one browser, one session");
    assert_eq!(stage.grants().await.as_array().unwrap().len(), 1);
    let alive = stage.families().await.iter().filter(|family| family["state"] == "alive").count();
    assert_eq!(alive, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reaches_none_of_the_sites_or_has_another_address_is_nobody_here() {
    let stage = Stage::set(
        "mode = \"multi_user\"\npeople.app = \"picky\"\npeople.email_domains = [\"nowhere.example\"]",
    )
    .await;
    let said = sign_in(&stage, &mut stage.browser(), "/auth/login", "standin_as=rosa").await;
    assert_eq!(said.status, 403);
    assert!(said.text().contains("mail address"), "{}", said.text());
    assert_eq!(stage.grants().await, json!([]));
    let records = stage.records("consent").await;
    assert_eq!(
        (&records[0]["operation"], &records[0]["decision"]),
        (&json!("sign-in refused"), &json!("refused"))
    );
    // Without the site somebody picked.
    let mut stage = Stage::set("mode = \"multi_user\"\npeople.app = \"picky\"").await;
    let file = stage.served.dir.path().join("ticketgate.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let (before, after) = text.split_once("[sites.other]").unwrap();
    let (_, after) = after.split_once("[sites.").unwrap();
    std::fs::write(&file, format!("{before}[sites.{after}")).unwrap();
    stage.restart().await;
    let mut rosa = stage.browser();
    let said = sign_in(&stage, &mut rosa, "/auth/login", "standin_as=rosa&standin_sites=other").await;
    assert_eq!(said.status, 403);
    assert!(said.text().contains("none of the sites"), "{}", said.text());
    assert!(!rosa.get("/").await.text().contains("Rosa"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_signed_in_by_a_state_of_another_browser_or_by_saying_no() {
    let stage = Stage::set(MULTI_USER).await;
    let mut mallory = stage.browser();
    let out = mallory.get("/auth/login").await;
    // Mallory's own code, in the browser of somebody who has begun to sign in, too.
    let back = stage.path(&at_atlassian(&out, "standin_as=dan").await);
    let mut rosa = stage.browser();
    rosa.get("/auth/login").await;
    let said = rosa.get(&back).await;
    assert!(said.status == 400 && said.text().contains("another browser"), "{}", said.text());
    assert!(!rosa.get("/").await.text().contains("Signed in"));
    let said = sign_in(&stage, &mut rosa, "/auth/login", "standin_as=rosa&standin_deny=true").await;
    assert!(said.text().contains("access_denied"), "{}", said.text());
    assert_eq!(stage.records("consent").await.len(), 0);
    assert_eq!(stage.families().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_come_back_to_a_page_of_the_gateway_and_nowhere_else() {
    let stage = Stage::set(MULTI_USER).await;
    for (request, to) in [
        ("client_id%3Da%26state%3Dx", "/oauth/authorize?client_id=a&state=x"),
        ("//evil.example", "/oauth/authorize?//evil.example"),
        ("https://evil.example/", "/oauth/authorize?https://evil.example/"),
        ("x%0d%0aSet-Cookie:a=b", "/"),
    ] {
        let at = format!("/auth/login?request={request}");
        let said = sign_in(&stage, &mut stage.browser(), &at, "standin_as=rosa").await;
        assert_eq!(location(&said), to);
    }
    // By another of its own names, people are first sent to the one they come back to, so that the cookie is there.
    let port = stage.served.gateway().rsplit(':').next().unwrap().to_owned();
    let mut browser = Browser::at(&format!("http://localhost:{port}"));
    let said = browser.get("/auth/login?request=a").await;
    assert_eq!(location(&said), format!("{}/auth/login?request=a", stage.served.gateway()));
}

#[tokio::test(flavor = "multi_thread")]
async fn disconnecting_ends_the_grant_and_every_session_of_the_person_and_nobody_elses() {
    let stage = Stage::set(MULTI_USER).await;
    let (mut desk, mut phone, mut dan) = (stage.browser(), stage.browser(), stage.browser());
    home(&stage, &mut desk, "standin_as=rosa").await;
    home(&stage, &mut dan, "standin_as=dan").await;
    let page = home(&stage, &mut phone, "standin_as=rosa").await;
    let proof = |page: &str| field(page.split("/auth/disconnect").nth(1).unwrap(), "proof");
    // Dan's proof is for Dan's form.
    let other = proof(&dan.get("/").await.text());
    assert_eq!(phone.post("/auth/disconnect", &[("proof", &other)]).await.status, 403);
    let said = phone.post("/auth/disconnect", &[("proof", &proof(&page))]).await;
    assert_eq!(location(&said), "/?disconnected");
    assert!(phone.get("/?disconnected").await.text().contains("You are disconnected"));
    assert!(!desk.get("/").await.text().contains("Rosa"));
    assert!(dan.get("/").await.text().contains("It works."));
    let grants = stage.grants().await;
    let rosas =
        grants.as_array().unwrap().iter().find(|g| g["facts"]["account_name"] == "Rosa Release").unwrap();
    assert_eq!(rosas["health"]["state"], "revoked", "{rosas}");
    let records = stage.records("consent").await;
    assert_eq!(records.last().unwrap()["operation"], "disconnected");
    assert!(home(&stage, &mut desk, "standin_as=rosa").await.contains("It works."), "and back");
}

#[tokio::test(flavor = "multi_thread")]
async fn multi_user_needs_an_app_and_is_no_place_for_the_development_login() {
    let stage = Stage::set("").await;
    let dir = stage.served.dir.path();
    for (variables, words) in [
        (&[("APP_MODE", "multi_user")][..], "say which with `people.app`"),
        (&[("APP_MODE", "multi_user"), ("TICKETGATE_PEOPLE_APP", "nobody")], "names no section of [apps]"),
        (&[("APP_MODE", "everybody")], "must be `clients`, `multi_user` or `single_user`"),
        (
            &[
                ("APP_MODE", "multi_user"),
                ("TICKETGATE_PEOPLE_APP", "people"),
                ("TICKETGATE_DEVELOPMENT_LOGIN", "true"),
            ],
            "`development_login` cannot be used here",
        ),
        (&[("SECRET_KEY", "short")], "16 characters or more"),
    ] {
        let mut command = ticketgate();
        command.args(["serve", "--data-dir", "elsewhere"]).envs(variables.iter().copied()).current_dir(dir);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(6), "{}", printed(&output));
        assert!(printed(&output).contains(words), "{words}: {}", printed(&output));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_asks_for_more_and_has_it_for_their_own_calls_and_for_its_time() {
    let mut stage = Stage::set(MULTI_USER).await;
    let (mut rosa, mut dan) = (stage.browser(), stage.browser());
    let mut keys = Vec::new();
    for (browser, who) in [(&mut rosa, "standin_as=rosa"), (&mut dan, "standin_as=dan")] {
        let page = home(&stage, browser, who).await;
        let proof = field(page.split("id=\"new-token\"").nth(1).unwrap(), "proof");
        let fields = [("proof", proof.as_str()), ("label", "script"), ("days", "1")];
        let page = browser.post("/auth/tokens", &fields).await.text();
        let token =
            page.split('>').find_map(|part| part.split_once('<').filter(|(text, _)| text.starts_with("tg")));
        keys.push(format!("Bearer {}", token.unwrap_or_else(|| panic!("{page}")).0));
    }
    // It comes back at the same address.
    let origin = stage.served.gateway();
    let delete = async |key: &str, issue: &str| {
        let url = format!("{origin}/rest/api/3/issue/{issue}");
        call(&url, Method::DELETE, Some(key), None).await
    };
    assert_eq!(delete(&keys[0], "REL-4").await.refusal(), Some("operation-not-permitted"));
    let page = rosa.get("/").await.text();
    let proof = field(page.split("id=\"new-more\"").nth(1).unwrap(), "proof");
    let adds = "[operations]\r\nids = [\"deleteIssue\"]\r\n";
    let fields =
        [("proof", proof.as_str()), ("reason", "<b>clean up</b>"), ("adds", adds), ("minutes", "60")];
    // Dan's browser cannot send what was made for Rosa's.
    assert_eq!(dan.post("/auth/elevations", &fields).await.status, 403);
    assert_eq!(location(&rosa.post("/auth/elevations", &fields).await), "/");
    assert_eq!(rosa.post("/auth/elevations", &fields).await.status, 403, "sent twice, it asks once");
    let page = rosa.get("/").await.text();
    assert!(page.contains("&#60;b&#62;clean up") && page.contains("Waits for somebody"), "{page}");
    assert!(!dan.get("/").await.text().contains("clean up"), "it is nobody else's to see");

    let all = stage.operate(Method::GET, "/api/v1/elevations", None).await.json();
    assert_eq!(all.as_array().unwrap().len(), 1, "{all}");
    assert_eq!((&all[0]["asked_by"]["by"], &all[0]["client"]), (&json!("user"), &json!("people")), "{all}");
    let digest = all[0]["digest"].as_str().unwrap().to_owned();
    let approve = format!("/api/v1/elevations/{digest}/approve");
    // Whoever is at the gateway's machine could be Rosa, for all it knows; and might be.
    let said = stage.operate(Method::POST, &approve, Some(json!({}))).await;
    assert!(said.status == 403 && said.text().contains("not known whether local is"), "{}", said.text());
    let file = stage.served.dir.path().join("ticketgate.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let account = all[0]["account"].as_str().unwrap();
    for (local, words) in [(account, "nobody approves what they asked for"), ("somebody-else", "")] {
        std::fs::write(&file, format!("{text}\n[approval]\naccounts = [\"local={local}\"]\n")).unwrap();
        stage.restart().await;
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains(local));
        if !words.is_empty() {
            let said = stage.operate(Method::POST, &approve, Some(json!({}))).await;
            assert!(said.status == 403 && said.text().contains(words), "{}", said.text());
        }
    }
    assert_eq!(stage.operate(Method::POST, &approve, Some(json!({}))).await.status, 200);
    assert_eq!(delete(&keys[1], "REL-4").await.refusal(), Some("operation-not-permitted"), "not for Dan");
    // It goes out under her own name, and what she may in Jira itself is what it was.
    let said = delete(&keys[0], "REL-4").await;
    assert!(said.refusal().is_none() && said.text().contains("permission to delete issues"), "{said:?}");

    // She gives it back, and he cannot give back what is hers.
    let page = rosa.get("/").await.text();
    let proof = field(page.split("/auth/elevations/end").nth(1).unwrap(), "proof");
    let fields = [("proof", proof.as_str()), ("elevation", digest.as_str())];
    assert_eq!(dan.post("/auth/elevations/end", &fields).await.status, 403);
    assert_eq!(location(&rosa.post("/auth/elevations/end", &fields).await), "/");
    assert_eq!(delete(&keys[0], "REL-5").await.refusal(), Some("operation-not-permitted"));
    assert!(rosa.get("/").await.text().contains("Is over since"));
}
