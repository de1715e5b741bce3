//! An operator asks, a person consents, and a grant is there.

use serde_json::{Value, json};

use super::consenting::{Stage, of_people};
use super::harness::{call, printed, until};

/// A call with the grant, by a client whose manifest names it.
async fn call_with(stage: &mut Stage, grant: &str) -> u16 {
    let manifest = std::fs::read_to_string(stage.served.dir.path().join("manifests/robot.toml")).unwrap();
    let manifest = manifest.replace("grant = \"standin\"", &format!("grant = {grant:?}"));
    std::fs::write(stage.served.dir.path().join("manifests/robot.toml"), manifest).unwrap();
    let secret = stage.served.dir.path().join("robot-secret");
    let register = ["client", "register", "robot", "--owner", "t", "--purpose", "t", "--secret-file"];
    stage.served.command(&[&register[..], &[secret.to_str().unwrap()]].concat());
    stage.served.command(&["apply"]);
    stage.served.secret = std::fs::read_to_string(secret).unwrap();
    let url = format!("{}/rest/api/3/issue/REL-1", stage.served.gateway());
    call(&url, http::Method::GET, Some(&stage.served.authorization()), None).await.status.as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_consents_to_becomes_the_grant_that_was_asked_for_and_calls_work() {
    let mut stage = Stage::set("").await;
    let asked = stage.ask("release", of_people(&["demo"])).await;
    assert_eq!(stage.progress(&asked).await["state"], "waiting");
    assert_eq!(stage.grants().await, json!([]));
    let mut browser = stage.browser();
    let page = stage.consent(&mut browser, &asked, "standin_as=rosa").await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("Rosa Release") && page.text().contains("release"), "{}", page.text());
    let progress = stage.progress(&asked).await;
    assert_eq!((&progress["state"], &progress["name"]), (&json!("granted"), &json!("Rosa Release")));
    assert_eq!(progress["scopes_missing"], json!([]));
    let grant = &stage.grants().await[0];
    assert_eq!((&grant["kind"], &grant["sites"]), (&json!("three-legged"), &json!(["demo"])));
    assert_eq!(call_with(&mut stage, "release").await, 200);
    let records = stage.records("change").await;
    let actions: Vec<_> = records.iter().map(|record| record["change"]["action"].as_str().unwrap()).collect();
    assert_eq!(&actions[1..3], ["grant authorize", "grant authorized"], "{actions:?}");
    let after: Value = serde_json::from_str(records[2]["change"]["after"].as_str().unwrap()).unwrap();
    for (name, value) in
        [("name", json!("Rosa Release")), ("app", json!("people")), ("sites", json!(["demo"]))]
    {
        assert_eq!(after[name], value, "{after}");
    }
    assert_eq!(
        (&after["account"], &records[2]["change"]["operator"]),
        (&progress["account"], &json!("local"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_prints_an_address_waits_and_says_what_became_of_it() {
    let stage = Stage::set("").await;
    let mut command = super::harness::ticketgate();
    command.args(["grant", "authorize", "release", "--app", "people", "--site", "demo", "--json"]);
    command.current_dir(stage.served.dir.path());
    let mut command = super::harness::Running::start(&mut command, stage.served.dir.path(), "authorize");
    let err = command.err.clone();
    let url = until("an address", &mut command, async || {
        let said = std::fs::read_to_string(&err).ok()?;
        said.lines().find_map(|line| line.trim().strip_prefix("http").map(|rest| format!("http{rest}")))
    })
    .await;
    let page = stage.consent(&mut stage.browser(), &json!({ "url": url }), "standin_as=rosa").await;
    assert_eq!(page.status, 200, "{}", page.text());
    let code = loop {
        if let Some(status) = command.ended() {
            break status.code();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert_eq!(code, Some(0), "{}", command.said());
    let said: Value = serde_json::from_str(&std::fs::read_to_string(&command.out).unwrap()).unwrap();
    assert_eq!((&said["state"], &said["sites"]), (&json!("granted"), &json!(["demo"])));
}

#[tokio::test(flavor = "multi_thread")]
async fn sites_are_those_that_were_chosen_or_no_grant_is_made_and_what_was_reached_is_said() {
    let stage = Stage::set("").await;
    let asked = stage.ask("both", json!({ "app": "picky", "sites": ["demo", "other"] })).await;
    let page = stage.consent(&mut stage.browser(), &asked, "standin_as=rosa&standin_sites=demo").await;
    assert_eq!(page.status, 409, "{}", page.text());
    assert!(page.text().contains("but not for other"), "{}", page.text());
    let progress = stage.progress(&asked).await;
    assert_eq!(progress["state"], "not-granted");
    assert_eq!(progress["reaches_too"].as_array().unwrap().len(), 1, "{progress}");
    assert_eq!(stage.grants().await, json!([]));
    let refused = stage.records("change").await;
    assert_eq!(refused.last().unwrap()["change"]["action"], "grant not authorized");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_that_reaches_more_than_was_chosen_says_so_and_is_not_used_there() {
    let stage = Stage::set("").await;
    let asked = stage.ask("wide", of_people(&["demo"])).await;
    let page = stage.consent(&mut stage.browser(), &asked, "standin_as=admin").await;
    let wide = page.text().contains("reaches more than that");
    let progress = stage.progress(&asked).await;
    assert!(wide && progress["reaches_too"].as_array().unwrap().len() == 1, "{progress} {}", page.text());
    assert_eq!(stage.grants().await[0]["sites"], json!(["demo"]));
    // Picked at the provider: no more than was chosen, and nothing to say.
    let asked = stage.ask("narrow", json!({ "app": "picky", "sites": ["demo"] })).await;
    let page = stage.consent(&mut stage.browser(), &asked, "standin_as=admin&standin_sites=demo").await;
    assert!(page.status == 200 && !page.text().contains("reaches more"), "{}", page.text());
    assert_eq!(stage.progress(&asked).await["reaches_too"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_replaced_by_the_same_accounts_consent_and_by_anothers_only_when_that_was_said() {
    let stage = Stage::set("").await;
    let first = stage.ask("shared", of_people(&["demo"])).await;
    assert_eq!(stage.consent(&mut stage.browser(), &first, "standin_as=rosa").await.status, 200);
    let again = stage.ask("shared", of_people(&["demo"])).await;
    assert_eq!(stage.consent(&mut stage.browser(), &again, "standin_as=rosa").await.status, 200);
    let other = stage.ask("shared", of_people(&["demo"])).await;
    let page = stage.consent(&mut stage.browser(), &other, "standin_as=dan").await;
    assert_eq!(page.status, 409);
    assert!(page.text().contains("somebody else"), "{}", page.text());
    assert_eq!(stage.grants().await[0]["facts"]["account_name"], "Rosa Release");
    let body = json!({ "app": "people", "sites": ["demo"], "replace": true });
    let said = stage.ask("shared", body).await;
    assert_eq!(stage.consent(&mut stage.browser(), &said, "standin_as=dan").await.status, 200);
    assert_eq!(stage.grants().await[0]["facts"]["account_name"], "Dan Data");
    let living = stage.families().await.iter().filter(|family| family["state"] == "alive").count();
    assert!(living >= 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn less_than_was_asked_for_is_named() {
    let stage = Stage::set("").await;
    let scopes = json!(["read:me", "read:jira-work", "write:jira-work"]);
    let body = json!({ "app": "people", "sites": ["demo"], "scopes": scopes });
    let asked = stage.ask("less", body).await;
    let mut browser = stage.browser();
    let out = browser.get(&stage.ticket(&asked)).await;
    let back = super::consenting::at_atlassian(&out, "standin_as=rosa").await;
    // Between the page and the code, the person takes something back.
    let lost = json!({ "as": "rosa", "app": "people", "remove": ["write:jira-work"] });
    let url = format!("{}/standin/oauth/scopes", stage.served.standin.origin());
    assert!(call(&url, http::Method::POST, None, Some(lost)).await.status.is_success());
    let page = browser.get(&stage.path(&back)).await;
    let progress = stage.progress(&asked).await;
    assert_eq!(progress["scopes_missing"], json!(["write:jira-work"]), "{progress}");
    assert!(page.text().contains("Less than was asked for"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_center_is_consented_to_in_the_same_way() {
    let stage = Stage::set("").await;
    let asked = stage.ask("depot", json!({ "app": "jira-data-center", "sites": ["warehouse"] })).await;
    let mut browser = stage.browser();
    let out = browser.get(&stage.ticket(&asked)).await;
    assert!(super::browser::location(&out).contains("code_challenge_method=S256"));
    let back = super::consenting::at_atlassian(&out, "standin_as=rosa").await;
    let page = browser.get(&stage.path(&back)).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(stage.grants().await[0]["sites"], json!(["warehouse"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_become_a_grant_is_refused_before_anybody_is_sent_anywhere() {
    let stage = Stage::set("").await;
    for (grant, body, status) in [
        ("release", json!({ "app": "nobody", "sites": ["demo"] }), 404),
        ("release", json!({ "app": "people", "sites": ["nowhere"] }), 404),
        ("release", json!({ "app": "people", "sites": ["warehouse"] }), 409),
        ("release", json!({ "app": "people", "sites": [] }), 422),
        ("release", json!({ "app": "people", "sites": ["demo"], "scopes": ["a b"] }), 422),
        ("person-0123", of_people(&["demo"]), 422),
    ] {
        let path = format!("/api/v1/grants/{grant}/authorize");
        let said = stage.operate(http::Method::POST, &path, Some(body.clone())).await;
        let invalid = [400, 422].contains(&said.status.as_u16()) && status == 422;
        assert!(invalid || said.status == status, "{body}: {} {}", said.status, said.text());
    }
    // Nor may an operator put a credential of their own where a person's is expected.
    let body = json!({ "name": "person-0123", "sites": ["demo"], "kind": "api-token", "email": "a@b.c", "token": "x" });
    let said = stage.operate(http::Method::POST, "/api/v1/grants", Some(body)).await;
    assert!(said.status.is_client_error() && said.text().contains("for people's own"), "{}", said.text());
    let said = stage.run(&["grant", "authorize", "release", "--app", "nobody", "--site", "demo"]);
    assert_eq!(said.status.code(), Some(5), "{}", printed(&said));
    let said =
        stage.run(&["grant", "authorize", "release", "--app", "people", "--site", "demo", "--wait", "0"]);
    assert!(said.status.success() && printed(&said).contains("/auth/connect/"), "{}", printed(&said));
}
