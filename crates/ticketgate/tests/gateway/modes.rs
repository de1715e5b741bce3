//! Starting without a settings file, by variables with plain names.

use serde_json::json;

use super::browser::{Browser, location};
use super::consenting::at_atlassian;
use super::harness::{Running, call, printed, ticketgate};
use super::served::Served;

/// A gateway without a settings file, with these variables.
async fn start(variables: &[(&str, &str)]) -> (Served, Running) {
    let served = Served::prepare().await;
    std::fs::remove_file(served.dir.path().join("ticketgate.toml")).unwrap();
    let mut command = served.serve_command();
    let origin = served.standin.origin();
    command.env("TICKETGATE_LISTEN", "127.0.0.1:0").env("JIRA_URL", &origin);
    command.env("TICKETGATE_SITES_JIRA_API_ORIGIN", &origin).envs(variables.iter().copied());
    let mut gateway = Running::start(&mut command, served.dir.path(), "serve");
    served.until_alive(&mut gateway).await;
    (served, gateway)
}

#[tokio::test(flavor = "multi_thread")]
async fn with_single_user_an_api_token_of_the_environment_is_the_grant_calls_go_out_with() {
    let probe = Served::prepare().await;
    let facts = serde_json::to_value(probe.standin.demo_facts()).unwrap();
    let rosa = facts["users"].as_array().unwrap().iter().find(|user| user["name"] == "rosa").unwrap();
    let (email, token) = (rosa["email"].as_str().unwrap(), rosa["api_token"].as_str().unwrap());
    let variables = [
        ("APP_MODE", "single_user"),
        ("JIRA_EMAIL", email),
        ("JIRA_API_TOKEN", token),
        ("SECRET_KEY", "0123456789abcdef"),
    ];
    let (mut served, gateway) = start(&variables).await;
    let manifest = std::fs::read_to_string(served.dir.path().join("manifests/robot.toml")).unwrap();
    let manifest = manifest.replace("\"standin\"", "\"single-user\"").replace("\"demo\"", "\"jira\"");
    std::fs::write(served.dir.path().join("manifests/robot.toml"), manifest).unwrap();
    let secret = served.dir.path().join("robot-secret");
    let register = ["client", "register", "robot", "--owner", "t", "--purpose", "t", "--secret-file"];
    served.command(&[&register[..], &[secret.to_str().unwrap()]].concat());
    served.command(&["apply"]);
    served.secret = std::fs::read_to_string(secret).unwrap();
    let url = format!("{}/rest/api/3/issue/REL-1", served.gateway());
    let said = call(&url, http::Method::GET, Some(&served.authorization()), None).await;
    assert_eq!(said.status, 200, "{}", said.text());
    let grants: serde_json::Value =
        serde_json::from_str(&served.command(&["grant", "list", "--json"])).unwrap();
    assert_eq!((&grants[0]["name"], &grants[0]["sites"]), (&json!("single-user"), &json!(["jira"])));
    assert!(!gateway.said().contains(token));
}

#[tokio::test(flavor = "multi_thread")]
async fn single_user_without_its_variables_says_which_ones_are_missing() {
    let served = Served::prepare().await;
    for (variables, code, words) in [
        (&[][..], 6, "JIRA_EMAIL and JIRA_API_TOKEN"),
        (&[("JIRA_EMAIL", "rosa@example.com")], 6, "needed together"),
        (
            &[
                ("JIRA_URL", "https://a.atlassian.net"),
                ("TICKETGATE_SITES_JIRA_URL", ""),
                ("JIRA_API_TOKEN", "x"),
            ],
            6,
            "",
        ),
    ] {
        let mut command = ticketgate();
        command.args(["serve"]).current_dir(served.dir.path()).env("APP_MODE", "single_user");
        let output = command.envs(variables.iter().copied()).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{}", printed(&output));
        assert!(printed(&output).contains(words), "{}", printed(&output));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_multi_user_the_variables_of_an_app_are_enough_for_people_to_sign_in() {
    let served = Served::prepare().await;
    std::fs::remove_file(served.dir.path().join("ticketgate.toml")).unwrap();
    let (origin, facts) = (served.standin.origin(), served.standin.demo_facts());
    let app = facts.apps.iter().find(|app| app.name == "people").unwrap();
    let mut command = served.serve_command();
    command.env("TICKETGATE_LISTEN", "127.0.0.1:0").env("JIRA_URL", &origin).env("APP_MODE", "multi_user");
    command
        .env("JIRA_OAUTH_CLIENT_ID", &app.client_id)
        .env("JIRA_OAUTH_CLIENT_SECRET", app.client_secret.open());
    command.env("TICKETGATE_SITES_JIRA_API_ORIGIN", &origin);
    // Where the stand-in is instead of Atlassian.
    for (name, at) in [("AUTHORIZE_URL", "/authorize"), ("TOKEN_URL", "/oauth/token"), ("API_ORIGIN", "")] {
        command.env(format!("TICKETGATE_APPS_ATLASSIAN_{name}"), format!("{origin}{at}"));
    }
    let mut gateway = Running::start(&mut command, served.dir.path(), "serve");
    served.until_alive(&mut gateway).await;
    let mut rosa = Browser::at(&served.gateway());
    let out = rosa.get("/auth/login").await;
    let back = at_atlassian(&out, "standin_as=rosa").await;
    let back = back.strip_prefix(&served.gateway()).unwrap();
    assert_eq!(location(&rosa.get(back).await), "/");
    let page = rosa.get("/").await.text();
    assert!(page.contains("Rosa Release") && page.contains(">jira<"), "{page}");
    assert!(!gateway.said().contains(app.client_secret.open()));
}
