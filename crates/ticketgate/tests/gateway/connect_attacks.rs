//! What somebody could try between asking for a consent and its becoming a grant.

use http::StatusCode;
use serde_json::json;

use super::browser::{location, parameter};
use super::consenting::{Stage, at_atlassian, of_people};
use super::harness::Said;

fn refused(said: &Said, why: &str) {
    assert_eq!(said.status, StatusCode::BAD_REQUEST, "{}", said.text());
    assert!(said.text().contains(why), "{why}: {}", said.text());
}

/// Nothing was redeemed: a code that is redeemed begins a family.
async fn nothing_was_redeemed(stage: &Stage) {
    assert_eq!(stage.families().await.len(), 0);
    assert_eq!(stage.grants().await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_good_once_and_only_as_it_was_made() {
    let stage = Stage::set("").await;
    let asked = stage.ask("release", of_people(&["demo"])).await;
    let ticket = stage.ticket(&asked);
    let mut browser = stage.browser();
    refused(&browser.get(&format!("{ticket}A")).await, "not complete");
    refused(&browser.get(ticket.get(..ticket.len() - 4).unwrap()).await, "not complete");
    // Whoever only looks whether the link works does not use it up.
    assert_eq!(browser.send(http::Method::HEAD, &ticket, &[], "").await.status, 200);
    let out = browser.get(&ticket).await;
    assert!(location(&out).starts_with(&stage.served.standin.origin()));
    refused(&browser.get(&ticket).await, "used before");
    refused(&stage.browser().get(&ticket).await, "used before");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_is_missing_doubled_wrong_used_or_of_another_browser_redeems_nothing() {
    let stage = Stage::set("").await;
    let asked = stage.ask("release", of_people(&["demo"])).await;
    let mut browser = stage.browser();
    let out = browser.get(&stage.ticket(&asked)).await;
    let back = stage.path(&at_atlassian(&out, "standin_as=rosa").await);
    let state = parameter(&out, "state").unwrap();
    let without = back.split("state=").next().unwrap().trim_end_matches('&');
    refused(&browser.get(without).await, "no `state`");
    refused(&browser.get(&format!("{back}&state={state}")).await, "no `state`");
    refused(&browser.get("/auth/callback").await, "no `state`");
    for wrong in ["", "x", "AAAA", state.get(1..).unwrap(), &format!("{state}x"), &state.to_ascii_uppercase()]
    {
        refused(
            &browser.get(&format!("/auth/callback?code=c&state={wrong}")).await,
            "not one this gateway made",
        );
    }
    // A ticket is no state, although the same gateway sealed it.
    let other = stage.ask("release", of_people(&["demo"])).await;
    let ticket = stage.ticket(&other);
    let ticket = ticket.rsplit('/').next().unwrap();
    refused(
        &browser.get(&format!("/auth/callback?code=c&state={ticket}")).await,
        "not one this gateway made",
    );
    refused(&stage.browser().get(&back).await, "another browser");
    let mut thief = stage.browser();
    let theirs = stage.ask("theirs", of_people(&["demo"])).await;
    thief.get(&stage.ticket(&theirs)).await;
    refused(&thief.get(&back).await, "another browser");
    nothing_was_redeemed(&stage).await;
    // All that has not used it up for whom it is.
    assert_eq!(browser.get(&back).await.status, 200);
    refused(&browser.get(&back).await, "in another browser");
    assert_eq!(stage.families().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_is_good_once_in_its_own_browser_too() {
    let stage = Stage::set("").await;
    let asked = stage.ask("release", of_people(&["demo"])).await;
    let mut browser = stage.browser();
    let out = browser.get(&stage.ticket(&asked)).await;
    let back = stage.path(&at_atlassian(&out, "standin_as=rosa").await);
    let cookies = browser.cookies.clone();
    assert_eq!(browser.get(&back).await.status, 200);
    browser.cookies = cookies;
    refused(&browser.get(&back).await, "used before");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_at_the_provider_changes_nothing_and_is_told_as_it_was_said() {
    let stage = Stage::set("").await;
    let asked = stage.ask("release", of_people(&["demo"])).await;
    let page = stage.consent(&mut stage.browser(), &asked, "standin_as=rosa&standin_deny=true").await;
    assert!(page.text().contains("Not allowed") && page.text().contains("access_denied"), "{}", page.text());
    let progress = stage.progress(&asked).await;
    assert_eq!(progress["state"], "not-granted");
    assert!(progress["words"].as_str().unwrap().contains("access_denied"), "{progress}");
    // Whatever a provider says is text, and not too much of it.
    let asked = stage.ask("release", of_people(&["demo"])).await;
    let mut browser = stage.browser();
    let out = browser.get(&stage.ticket(&asked)).await;
    let state = parameter(&out, "state").unwrap();
    let long = "x".repeat(3_000);
    let said =
        format!("/auth/callback?state={state}&error=server_error&error_description=%3Cscript%3E{long}");
    let page = browser.get(&said).await.text();
    assert!(page.contains("server_error") && !page.contains("<script>") && !page.contains(&long), "{page}");
    nothing_was_redeemed(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_code_two_codes_and_a_code_of_another_app_become_nothing() {
    let stage = Stage::set("").await;
    for garbled in ["", "code=", "code=a&code=b", "code=%00"] {
        let asked = stage.ask("release", of_people(&["demo"])).await;
        let mut browser = stage.browser();
        let out = browser.get(&stage.ticket(&asked)).await;
        let state = parameter(&out, "state").unwrap();
        let page = browser.get(&format!("/auth/callback?state={state}&{garbled}")).await;
        assert!(page.status.is_client_error(), "{garbled}: {}", page.text());
        assert_eq!(stage.progress(&asked).await["state"], "not-granted", "{garbled}");
    }
    let second = stage.ask("second", json!({ "app": "second", "sites": ["demo"] })).await;
    let out = stage.browser().get(&stage.ticket(&second)).await;
    let theirs = at_atlassian(&out, "standin_as=dan").await;
    let code = theirs.split("code=").nth(1).unwrap().split('&').next().unwrap();
    let asked = stage.ask("release", of_people(&["demo"])).await;
    let mut browser = stage.browser();
    let out = browser.get(&stage.ticket(&asked)).await;
    let state = parameter(&out, "state").unwrap();
    let page = browser.get(&format!("/auth/callback?state={state}&code={code}")).await;
    assert_eq!(page.status, 409, "{}", page.text());
    assert!(page.text().contains("does not accept the authorization code"), "{}", page.text());
    nothing_was_redeemed(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_the_browser_changes_on_the_way_attaches_the_consent_elsewhere() {
    let stage = Stage::set("").await;
    let asked = stage.ask("release", of_people(&["demo"])).await;
    let mut browser = stage.browser();
    let more = "?grant=stolen&sites=other&app=second&operator=mallory";
    let out = browser.get(&format!("{}{more}", stage.ticket(&asked))).await;
    let back = stage.path(&at_atlassian(&out, "standin_as=admin").await);
    let page = browser
        .get(&format!("{back}&grant=stolen&site=other&sites=other&operator=mallory&replace=true"))
        .await;
    assert_eq!(page.status, 200, "{}", page.text());
    let grants = stage.grants().await;
    assert_eq!(grants.as_array().unwrap().len(), 1);
    assert_eq!((&grants[0]["name"], &grants[0]["sites"]), (&json!("release"), &json!(["demo"])));
    assert_eq!(grants[0]["facts"]["app"], "people");
    let records = stage.records("change").await;
    assert_eq!(records.last().unwrap()["change"]["operator"], "local");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_operator_asked_for_ends_with_the_operator() {
    let stage = Stage::set("").await;
    let body = json!({ "name": "mallory", "role": "operator" });
    let token = stage.operate(http::Method::POST, "/api/v1/operators", Some(body)).await.json();
    let token = format!("Bearer {}", token["token"].as_str().unwrap());
    let url = format!("{}/api/v1/grants/release/authorize", stage.served.gateway());
    let asked =
        super::harness::call(&url, http::Method::POST, Some(&token), Some(of_people(&["demo"]))).await;
    assert_eq!(asked.status, 201, "{}", asked.text());
    let path = "/api/v1/operators/mallory/revoke";
    assert_eq!(stage.operate(http::Method::POST, path, Some(json!({}))).await.status, 200);
    let page = stage.consent(&mut stage.browser(), &asked.json(), "standin_as=rosa").await;
    assert!(page.status == 409 && page.text().contains("no operator"), "{}", page.text());
    nothing_was_redeemed(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_in_between_does_not_matter_and_does_not_make_a_state_good_again() {
    let mut stage = Stage::set("").await;
    // From here on at one address.
    stage.restart().await;
    let asked = stage.ask("release", of_people(&["demo"])).await;
    let mut browser = stage.browser();
    stage.restart().await;
    let out = browser.get(&stage.ticket(&asked)).await;
    stage.restart().await;
    let back = stage.path(&at_atlassian(&out, "standin_as=rosa").await);
    assert_eq!(stage.progress(&asked).await["state"], "waiting");
    let cookies = browser.cookies.clone();
    assert_eq!(browser.get(&back).await.status, 200);
    assert_eq!(stage.progress(&asked).await["state"], "granted");
    stage.restart().await;
    assert_eq!(stage.progress(&asked).await["name"], "Rosa Release");
    browser.cookies = cookies;
    refused(&browser.get(&back).await, "used before");
}
