use http::StatusCode;
use serde_json::Value;
use types::Code;

use crate::trial::{BACK, GATEWAY, ROSA, Trial, VERIFIER, ask, json};

const OK: StatusCode = StatusCode::OK;

fn error(answer: &http::Response<bytes::Bytes>) -> String {
    json(answer)["error"].as_str().unwrap_or("no error").to_owned()
}

fn text(answer: &Value, name: &str) -> String {
    answer[name].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_a_user_allowed_is_what_the_token_can_do() {
    let trial = Trial::new().await;
    let secret = trial.register_for_users("server", false).await;
    trial.register_for_users("app", true).await;
    for (name, secret) in [("app", ""), ("server", secret.as_str())] {
        let answer = trial.redeem(name, secret, &trial.code(name).await).await;
        assert_eq!(answer.status(), OK);
        let tokens = json(&answer);
        assert_eq!(tokens["scope"], "read:jira-work write:jira-work");
        assert!(text(&tokens, "refresh_token").starts_with("tgr_"));
        let caller = trial.authenticate(&format!("Bearer {}", text(&tokens, "access_token"))).await.unwrap();
        assert_eq!((caller.client().as_str(), caller.account()), (name, Some(ROSA)));
        assert_eq!(caller.sites().iter().map(|site| site.as_str()).collect::<Vec<_>>(), ["demo"]);
        assert_eq!(caller.scopes(), Some(&trial.scopes("read:jira-work write:jira-work")));
    }
}

#[tokio::test]
async fn tokens_of_a_client_without_a_secret_survive_a_restart() {
    let mut trial = Trial::new().await;
    trial.register_for_users("app", true).await;
    let tokens = json(&trial.redeem("app", "", &trial.code("app").await).await);
    trial.restart().await;
    let caller = trial.authenticate(&format!("Bearer {}", text(&tokens, "access_token"))).await.unwrap();
    assert_eq!(caller.account(), Some(ROSA));
}

#[tokio::test]
async fn a_code_used_twice_ends_what_it_gave() {
    let trial = Trial::new().await;
    trial.register_for_users("app", true).await;
    let code = trial.code("app").await;
    let tokens = json(&trial.redeem("app", "", &code).await);
    let header = format!("Bearer {}", text(&tokens, "access_token"));
    assert!(trial.authenticate(&header).await.is_ok());
    assert_eq!(error(&trial.redeem("app", "", &code).await), "invalid_grant");
    assert_eq!(trial.authenticate(&header).await.unwrap_err().code(), Code::CredentialInvalid);
    let refresh = trial.refresh("app", "", &text(&tokens, "refresh_token")).await;
    assert_eq!(error(&refresh), "invalid_grant");
}

#[tokio::test]
async fn a_second_try_with_a_wrong_verifier_and_an_hour_later_counts_too() {
    let trial = Trial::new().await;
    trial.register_for_users("app", true).await;
    let code = trial.code("app").await;
    let tokens = json(&trial.redeem("app", "", &code).await);
    trial.pass(3_000);
    let wrong = VERIFIER.replace('d', "e");
    let form = format!("grant_type=authorization_code&code={code}&redirect_uri={BACK}&code_verifier={wrong}");
    assert_eq!(error(&trial.token_of("app", "", &form).await), "invalid_grant");
    assert!(trial.authenticate(&format!("Bearer {}", text(&tokens, "access_token"))).await.is_err());
}

#[tokio::test]
async fn of_many_who_redeem_a_code_at_once_at_most_one_gets_tokens_and_they_end() {
    let trial = Trial::new().await;
    trial.register_for_users("app", true).await;
    let code = trial.code("app").await;
    let (a, b, c) = tokio::join!(
        trial.redeem("app", "", &code),
        trial.redeem("app", "", &code),
        trial.redeem("app", "", &code)
    );
    for answer in [a, b, c].iter().filter(|answer| answer.status() == OK) {
        let header = format!("Bearer {}", text(&json(answer), "access_token"));
        assert!(trial.authenticate(&header).await.is_err(), "it was used twice");
    }
}

#[tokio::test]
async fn a_code_is_bound_to_client_address_and_verifier_and_ends_after_a_minute() {
    let trial = Trial::new().await;
    trial.register_for_users("app", true).await;
    trial.register_for_users("other", true).await;
    let code = trial.code("app").await;
    let form = |code: &str, back: &str, verifier: &str| {
        format!("grant_type=authorization_code&code={code}&redirect_uri={back}&code_verifier={verifier}")
    };
    let wrong = VERIFIER.replace('d', "e");
    for (client, form, expected) in [
        ("other", form(&code, BACK, VERIFIER), "invalid_grant"),
        ("app", form(&code, BACK, &wrong), "invalid_grant"),
        ("app", form(&code, BACK, "short"), "invalid_grant"),
        ("app", form(&code, BACK, ""), "invalid_request"),
        ("app", form(&code, "http://127.0.0.1/back", VERIFIER), "invalid_grant"),
        ("app", form(&code, "", VERIFIER), "invalid_request"),
        ("app", form("", BACK, VERIFIER), "invalid_request"),
        ("app", form("tgc_made-up", BACK, VERIFIER), "invalid_grant"),
        ("nobody", form(&code, BACK, VERIFIER), "invalid_client"),
    ] {
        assert_eq!(error(&trial.token_of(client, "", &form).await), expected, "{client}: {form}");
    }
    assert_eq!(trial.redeem("app", "", &code).await.status(), OK, "none of these cost the code");
    let late = trial.code("app").await;
    trial.pass(60);
    assert_eq!(error(&trial.redeem("app", "", &late).await), "invalid_grant");
}

#[tokio::test]
async fn a_client_with_a_secret_has_to_show_it() {
    let trial = Trial::new().await;
    let secret = trial.register_for_users("server", false).await;
    let code = trial.code("server").await;
    assert_eq!(error(&trial.redeem("server", "", &code).await), "invalid_client");
    assert_eq!(error(&trial.redeem("server", "tgs_wrong", &code).await), "invalid_client");
    assert_eq!(trial.redeem("server", &secret, &code).await.status(), OK);
}

#[tokio::test]
async fn a_client_without_a_secret_gets_nothing_for_itself() {
    let trial = Trial::new().await;
    trial.register_for_users("app", true).await;
    let own = trial.token_of("app", "", "grant_type=client_credentials").await;
    assert_eq!(error(&own), "unauthorized_client");
}

#[tokio::test]
async fn naming_a_public_client_over_and_over_does_not_slow_it_down() {
    let trial = Trial::new().await;
    trial.register_for_users("app", true).await;
    for _ in 0..200 {
        assert_eq!(error(&trial.redeem("app", "", "tgc_made-up").await), "invalid_grant");
    }
    assert_eq!(trial.redeem("app", "", &trial.code("app").await).await.status(), OK);
}

#[tokio::test]
async fn a_token_is_never_wider_than_the_manifest_has_become() {
    let trial = Trial::new().await;
    trial.register_for_users("app", true).await;
    let code = trial.code("app").await;
    let form = format!(
        "grant_type=authorization_code&code={code}&redirect_uri={BACK}&code_verifier={VERIFIER}&client_id=app"
    );
    let headers = crate::trial::headers(&[]);
    let less = trial.scopes("read:jira-work manage:jira-project");
    let mut record = audit::Record::default();
    let approach = crate::trial::near(&headers);
    let answer = trial
        .clients
        .token(
            approach,
            form.as_bytes(),
            |_| Some(crate::trial::allowance(less)),
            crate::trial::no_vending,
            &mut record,
        )
        .await;
    assert_eq!(json(&answer)["scope"], "read:jira-work");
    assert_eq!(record.user.unwrap().as_str(), ROSA);
    assert_eq!(record.credential.unwrap().as_str(), "client id only");
}

async fn sites(trial: &Trial, answer: &http::Response<bytes::Bytes>) -> Vec<String> {
    assert_eq!(answer.status(), OK, "{:?}", answer.body());
    let header = format!("Bearer {}", text(&json(answer), "access_token"));
    let caller = trial.authenticate(&header).await.unwrap();
    caller.sites().iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_resource_narrows_a_token_within_what_was_allowed_and_never_beyond() {
    let trial = Trial::new().await;
    trial.register_for_users("app", true).await;
    let redeem = async |code: &str, resource: &str| {
        let form = format!(
            "grant_type=authorization_code&code={code}&redirect_uri={BACK}&code_verifier={VERIFIER}&resource={resource}"
        );
        trial.token_of("app", "", &form).await
    };
    let everywhere = trial.code_for(&ask("app")).await;
    assert_eq!(sites(&trial, &redeem(&everywhere, &format!("{GATEWAY}/sites/other")).await).await, ["other"]);
    let everywhere = trial.code_for(&ask("app")).await;
    assert_eq!(sites(&trial, &redeem(&everywhere, GATEWAY).await).await, ["demo", "other"]);

    let at_demo = trial.code("app").await;
    for elsewhere in ["/sites/other", "/sites/third", "/elsewhere"] {
        let refused = redeem(&at_demo, &format!("{GATEWAY}{elsewhere}")).await;
        assert_eq!(error(&refused), "invalid_target", "{elsewhere}");
    }
    let whole = redeem(&at_demo, GATEWAY).await;
    assert_eq!(sites(&trial, &whole).await, ["demo"], "and what was refused has not cost the code");
}
