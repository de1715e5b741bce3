//! A person allows a program to act for them, and takes it back: the whole way, over HTTP.

use http::{Method, header};
use serde_json::json;

use super::browser::{
    APP, BACK, Browser, VERIFIER, ask, form, furnished, location, parameter, redeem, refresh, register_at,
};
use super::harness::{call, ticketgate};

#[tokio::test]
async fn a_person_allows_a_program_something_it_does_it_and_the_person_takes_it_back() {
    let (demo, mut rosa) = furnished().await;
    // Somebody who is not signed in is asked who they are, and comes back to where they were.
    let first = rosa.get(&format!("/oauth/authorize?{}", ask(APP))).await;
    assert!(location(&first).starts_with("/auth/login?request=response_type%3Dcode"), "{}", location(&first));
    let page = rosa.get(&location(&first)).await;
    assert!(page.text().contains("Rosa Release"));
    assert_eq!(location(&rosa.sign_in("Rosa Release").await), "/");

    let shown = rosa.get(&format!("/oauth/authorize?{}", ask(APP))).await.text();
    for words in [
        "desk-app",
        "A desk for your issues",
        "team-desk@example.com",
        "client.example",
        "Edit issue",
        "Get issue",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(shown.contains("delete anything") && !shown.contains("Delete issue"), "it may not delete");

    let back = rosa.decide(&ask(APP), "allow").await;
    assert!(location(&back).starts_with(&format!("{BACK}?code=tgc_")));
    assert_eq!(parameter(&back, "state").as_deref(), Some("s-1"));
    assert_eq!(parameter(&back, "iss").unwrap(), demo.gateway().replace(':', "%3A").replace('/', "%2F"));
    let code = parameter(&back, "code").unwrap();
    let tokens = redeem(&rosa, APP, &code).await.json();
    assert_eq!(tokens["scope"], "read:jira-work write:jira-work");
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let issue = format!("{}/rest/api/3/issue/REL-1", demo.gateway());
    assert_eq!(call(&issue, Method::GET, Some(&bearer), None).await.status, 200);
    let edit = json!({ "fields": { "summary": "Edited for Rosa" } });
    assert_eq!(call(&issue, Method::PUT, Some(&bearer), Some(edit)).await.status, 204);
    assert_eq!(call(&issue, Method::DELETE, Some(&bearer), None).await.status, 403);

    let records = demo.records(&format!("client={APP}"), 5).await;
    let of = |kind: &str| records.iter().filter(|record| record["kind"] == kind).collect::<Vec<_>>();
    let account = of("consent")[0]["user"].as_str().unwrap().to_owned();
    assert_eq!(of("consent")[0]["operation"], "allowed");
    assert_eq!(of("token")[0]["user"], account.as_str());
    assert!(of("call").iter().all(|record| record["user"] == account.as_str()), "{records:?}");
    assert!(of("intent").iter().all(|record| record["user"] == account.as_str()));

    let next = refresh(&rosa, APP, tokens["refresh_token"].as_str().unwrap()).await.json();
    let bearer = format!("Bearer {}", next["access_token"].as_str().unwrap());
    assert_eq!(call(&issue, Method::GET, Some(&bearer), None).await.status, 200);

    let home = rosa.get("/").await.text();
    assert!(home.contains("Rosa Release") && home.contains("desk-app"));
    let (id, rest) =
        (super::browser::field(&home, "consent"), home.split("name=\"consent\"").nth(1).unwrap());
    let proof = super::browser::field(rest, "proof");
    let ended = rosa.post("/auth/revoke", &[("consent", &id), ("proof", &proof)]).await;
    assert_eq!(location(&ended), "/?ended");
    assert_eq!(call(&issue, Method::GET, Some(&bearer), None).await.status, 401, "at once");
    let refused = refresh(&rosa, APP, next["refresh_token"].as_str().unwrap()).await;
    assert_eq!((refused.status.as_u16(), refused.json()["error"].as_str()), (400, Some("invalid_grant")));
    assert!(!rosa.get("/").await.text().contains("desk-app"));
}

#[tokio::test]
async fn a_resource_narrows_the_question_and_all_that_comes_of_it_to_one_site() {
    let (demo, mut rosa) = furnished().await;
    register_at(&demo, "two-desks", "Desks at two sites", "\"demo\", \"other\"").await;
    rosa.sign_in("Rosa Release").await;
    let at = |site: &str| format!("{}/sites/{site}", demo.gateway());
    let asked = format!("{}&{}", ask("two-desks"), form(&[("resource", &at("demo"))]));
    let shown = |text: &str, sites: &str| text.contains(&format!("<dt>At</dt><dd>{sites}</dd>"));
    let page = rosa.get(&format!("/oauth/authorize?{}", ask("two-desks"))).await.text();
    assert!(shown(&page, "demo, other"), "{page}");
    let page = rosa.get(&format!("/oauth/authorize?{asked}")).await.text();
    assert!(shown(&page, "demo"), "{page}");

    let back = rosa.decide(&asked, "allow").await;
    let code = parameter(&back, "code").unwrap();
    let wider = [
        ("grant_type", "authorization_code"),
        ("client_id", "two-desks"),
        ("code", &code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
        ("resource", &at("other")),
    ];
    let program = &mut Browser::at(&demo.gateway());
    let refused = program.send(Method::POST, "/oauth/token", &[], &form(&wider)).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["error"]), (400, &json!("invalid_target")));
    let first = redeem(&rosa, "two-desks", &code).await.json();
    let next = refresh(&rosa, "two-desks", first["refresh_token"].as_str().unwrap()).await.json();
    for tokens in [first, next] {
        let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
        for (site, status) in [("demo", 200), ("other", 403)] {
            let url = format!("{}/rest/api/3/project/search", at(site));
            let said = call(&url, Method::GET, Some(&bearer), None).await;
            assert_eq!(said.status, status, "{site}: {}", said.text());
        }
    }
    let records = demo.records("client=two-desks&kind=consent", 1).await;
    assert_eq!(records[0]["site"], "demo");
}

#[tokio::test]
async fn a_resource_that_is_none_of_the_programs_is_told_to_the_program() {
    let (demo, mut rosa) = furnished().await;
    rosa.sign_in("Rosa Release").await;
    for resource in [format!("{}/sites/other", demo.gateway()), "https://elsewhere.example".to_owned()] {
        let asked = format!("/oauth/authorize?{}&{}", ask(APP), form(&[("resource", &resource)]));
        let back = rosa.get(&asked).await;
        assert!(location(&back).starts_with(&format!("{BACK}?error=invalid_target&")), "{}", location(&back));
        assert_eq!(parameter(&back, "state").as_deref(), Some("s-1"));
    }
}

#[tokio::test]
async fn a_no_goes_back_to_the_program_and_gives_it_nothing() {
    let (demo, mut dan) = furnished().await;
    dan.sign_in("Dan Data").await;
    let back = dan.decide(&ask(APP), "deny").await;
    assert!(location(&back).starts_with(&format!("{BACK}?error=access_denied&")));
    assert_eq!((parameter(&back, "state").as_deref(), parameter(&back, "code")), (Some("s-1"), None));
    assert!(!dan.get("/").await.text().contains("desk-app"));
    let records = demo.records(&format!("client={APP}"), 1).await;
    assert_eq!(
        (&records[0]["operation"], &records[0]["decision"]),
        (&json!("did not allow"), &json!("refused"))
    );
}

#[tokio::test]
async fn a_program_with_a_secret_asks_users_too_and_restarts_do_not_matter() {
    let (demo, mut rosa) = furnished().await;
    let change = json!({ "redirect_uris": [BACK] });
    let changed = demo.operate(Method::PATCH, "/api/v1/clients/release-automation", Some(change)).await;
    assert_eq!(changed.json()["redirect_uris"], json!([BACK]), "{}", changed.text());
    rosa.sign_in("Rosa Release").await;
    let back = rosa.decide(&ask("release-automation"), "allow").await;
    let code = parameter(&back, "code").unwrap();
    let without = redeem(&rosa, "release-automation", &code).await;
    assert_eq!(without.json()["error"], "invalid_client", "the secret is missing");
    let form =
        format!("grant_type=authorization_code&code={code}&redirect_uri={BACK}&code_verifier={}", VERIFIER);
    let authorization = super::harness::basic("release-automation", &demo.secret("release-automation"));
    let mut program = Browser::at(&demo.gateway());
    let said = program.send(Method::POST, "/oauth/token", &[("authorization", &authorization)], &form).await;
    assert!(said.json()["refresh_token"].as_str().unwrap().starts_with("tgr_"));
}

#[tokio::test]
async fn the_metadata_says_how_to_ask() {
    let (demo, mut browser) = furnished().await;
    let told = browser.get("/.well-known/oauth-authorization-server").await.json();
    assert_eq!(told["authorization_endpoint"], format!("{}/oauth/authorize", demo.gateway()));
    assert_eq!(told["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(told["response_types_supported"], json!(["code"]));
    assert_eq!(told["authorization_response_iss_parameter_supported"], true);
}

#[tokio::test]
async fn every_page_is_closed_to_frames_scripts_caches_and_guesses() {
    let (_demo, mut browser) = furnished().await;
    browser.sign_in("Rosa Release").await;
    let consent = format!("/oauth/authorize?{}", ask(APP));
    for path in ["/", "/auth/login", "/auth/logout", &consent, "/oauth/authorize", "/auth/style.css"] {
        let said = browser.get(path).await;
        let header = |name: &str| said.headers[name].to_str().unwrap().to_owned();
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'none';") && !policy.contains("script"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"));
        assert_eq!(header("x-frame-options"), "DENY");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert!(path.ends_with(".css") || header("cache-control") == "no-store", "{path}");
        assert!(!said.text().contains("<script") && !said.text().contains(" style="), "{path}");
    }
    let policy = browser.get(&consent).await.headers["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("form-action 'self' https://client.example;"), "{policy}");
}

#[tokio::test]
async fn signing_out_ends_the_session_and_not_what_was_allowed() {
    let (_demo, mut rosa) = furnished().await;
    rosa.sign_in("Rosa Release").await;
    let tokens = rosa.tokens(APP).await;
    let kept = rosa.cookies.clone();
    let page = rosa.get("/auth/logout").await.text();
    let proof = super::browser::field(&page, "proof");
    let out = rosa.post("/auth/logout", &[("proof", &proof)]).await;
    assert!(out.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    rosa.cookies = kept;
    assert!(!rosa.get("/").await.text().contains("Rosa Release"), "the old cookie is worth nothing");
    assert_eq!(refresh(&rosa, APP, tokens["refresh_token"].as_str().unwrap()).await.status, 200);
}

#[test]
fn signing_in_for_development_is_refused_where_others_could_reach_it() {
    let dir = tempfile::tempdir().unwrap();
    for (name, value) in
        [("TICKETGATE_LISTEN", "0.0.0.0:0"), ("TICKETGATE_PUBLIC_ORIGIN", "https://gateway.example")]
    {
        let mut command = ticketgate();
        command.args(["serve", "--data-dir", "data"]).current_dir(dir.path());
        command
            .env("TICKETGATE_LISTEN", "127.0.0.1:0")
            .env("TICKETGATE_DEVELOPMENT_LOGIN", "true")
            .env(name, value);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(6), "{}", super::harness::printed(&output));
        assert!(super::harness::printed(&output).contains("nobody is asked for a password"));
    }
    assert!(!dir.path().join("data").exists(), "before anything was made");
}
