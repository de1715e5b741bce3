use http::StatusCode;

use crate::trial::{GATEWAY, Trial, ask, json};

const OK: StatusCode = StatusCode::OK;

fn error(answer: &http::Response<bytes::Bytes>) -> String {
    json(answer)["error"].as_str().unwrap_or("no error").to_owned()
}

/// A client without a secret, and its tokens.
async fn furnished() -> (Trial, Tokens) {
    let trial = Trial::new().await;
    trial.register_for_users("app", true).await;
    let tokens = Tokens::of(&trial.redeem("app", "", &trial.code("app").await).await);
    (trial, tokens)
}

struct Tokens {
    access: String,
    refresh: String,
}

impl Tokens {
    fn of(answer: &http::Response<bytes::Bytes>) -> Self {
        assert_eq!(answer.status(), OK, "{:?}", answer.body());
        let text = |name: &str| json(answer)[name].as_str().unwrap().to_owned();
        Self { access: text("access_token"), refresh: text("refresh_token") }
    }

    async fn sites(&self, trial: &Trial) -> Vec<String> {
        let caller = trial.authenticate(&format!("Bearer {}", self.access)).await.unwrap();
        caller.sites().iter().map(ToString::to_string).collect()
    }

    async fn works(&self, trial: &Trial) -> bool {
        trial.authenticate(&format!("Bearer {}", self.access)).await.is_ok()
    }
}

#[tokio::test]
async fn each_exchange_gives_the_next_pair() {
    let (trial, first) = furnished().await;
    trial.pass(4_000);
    assert!(!first.works(&trial).await);
    let second = Tokens::of(&trial.refresh("app", "", &first.refresh).await);
    assert_ne!(second.refresh, first.refresh);
    assert!(second.works(&trial).await);
    trial.pass(29 * 24 * 3_600);
    let third = Tokens::of(&trial.refresh("app", "", &second.refresh).await);
    trial.pass(30 * 24 * 3_600);
    assert_eq!(
        error(&trial.refresh("app", "", &third.refresh).await),
        "invalid_grant",
        "it was not used for 30 days"
    );
}

#[tokio::test]
async fn a_refresh_token_used_again_after_the_leeway_ends_the_family() {
    let (trial, first) = furnished().await;
    let second = Tokens::of(&trial.refresh("app", "", &first.refresh).await);
    trial.pass(11);
    assert_eq!(error(&trial.refresh("app", "", &first.refresh).await), "invalid_grant");
    assert!(!second.works(&trial).await && !first.works(&trial).await);
    assert_eq!(error(&trial.refresh("app", "", &second.refresh).await), "invalid_grant");
}

#[tokio::test]
async fn two_threads_that_refresh_at_once_both_go_on() {
    let (trial, first) = furnished().await;
    let (one, other) =
        tokio::join!(trial.refresh("app", "", &first.refresh), trial.refresh("app", "", &first.refresh));
    let (one, other) = (Tokens::of(&one), Tokens::of(&other));
    assert_ne!(one.refresh, other.refresh);
    assert!(one.works(&trial).await && other.works(&trial).await);
    trial.pass(3_000);
    let next = Tokens::of(&trial.refresh("app", "", &other.refresh).await);
    assert!(next.works(&trial).await);
}

#[tokio::test]
async fn a_thief_with_a_sibling_is_found_out_by_whoever_comes_second() {
    for thief_first in [true, false] {
        let (trial, first) = furnished().await;
        let own = Tokens::of(&trial.refresh("app", "", &first.refresh).await);
        let stolen = Tokens::of(&trial.refresh("app", "", &first.refresh).await);
        trial.pass(3_000);
        let (early, late) = if thief_first { (&stolen, &own) } else { (&own, &stolen) };
        let next = Tokens::of(&trial.refresh("app", "", &early.refresh).await);
        trial.pass(11);
        assert_eq!(error(&trial.refresh("app", "", &late.refresh).await), "invalid_grant");
        assert!(!next.works(&trial).await, "thief first: {thief_first}");
    }
}

#[tokio::test]
async fn the_leeway_closes_once_a_successor_is_in_use() {
    let (trial, first) = furnished().await;
    let second = Tokens::of(&trial.refresh("app", "", &first.refresh).await);
    let third = Tokens::of(&trial.refresh("app", "", &second.refresh).await);
    assert_eq!(error(&trial.refresh("app", "", &first.refresh).await), "invalid_grant");
    assert!(!third.works(&trial).await);
}

#[tokio::test]
async fn another_client_can_do_nothing_with_it_and_no_harm_either() {
    let (trial, first) = furnished().await;
    let secret = trial.register_for_users("server", false).await;
    assert_eq!(error(&trial.refresh("server", &secret, &first.refresh).await), "invalid_grant");
    assert_eq!(trial.refresh("app", "", &first.refresh).await.status(), OK);
}

#[tokio::test]
async fn an_access_token_can_be_asked_for_with_less_and_a_no_costs_nothing() {
    let (trial, first) = furnished().await;
    let ask = async |token: &str, scope: &str| {
        let form = format!("grant_type=refresh_token&refresh_token={token}&scope={scope}");
        trial.token_of("app", "", &form).await
    };
    assert_eq!(error(&ask(&first.refresh, "manage:jira-project").await), "invalid_scope");
    let less = ask(&first.refresh, "read:jira-work").await;
    assert_eq!(json(&less)["scope"], "read:jira-work");
    let all = trial.refresh("app", "", &Tokens::of(&less).refresh).await;
    assert_eq!(json(&all)["scope"], "read:jira-work write:jira-work");
}

#[tokio::test]
async fn what_is_no_refresh_token_is_refused_alike() {
    let (trial, first) = furnished().await;
    for text in [first.access.as_str(), "tgr_made-up", "x"] {
        assert_eq!(error(&trial.refresh("app", "", text).await), "invalid_grant");
    }
    assert_eq!(error(&trial.token_of("app", "", "grant_type=refresh_token").await), "invalid_request");
    assert!(
        trial.authenticate(&format!("Bearer {}", first.refresh)).await.is_err(),
        "and it is no access token"
    );
}

#[tokio::test]
async fn a_resource_narrows_one_access_token_and_leaves_the_rest_to_the_next() {
    let trial = Trial::new().await;
    trial.register_for_users("app", true).await;
    let all = Tokens::of(&trial.redeem("app", "", &trial.code_for(&ask("app")).await).await);
    assert_eq!(all.sites(&trial).await, ["demo", "other"]);
    let refresh = async |token: &Tokens, resource: &str| {
        let form = format!("grant_type=refresh_token&refresh_token={}&{resource}", token.refresh);
        trial.token_of("app", "", &form).await
    };
    let less = Tokens::of(&refresh(&all, &format!("resource={GATEWAY}/sites/other")).await);
    assert_eq!(less.sites(&trial).await, ["other"]);
    let again = Tokens::of(&refresh(&less, "").await);
    assert_eq!(again.sites(&trial).await, ["demo", "other"], "the refresh token stands for all of it");
}

#[tokio::test]
async fn a_resource_the_user_did_not_allow_is_refused_and_costs_nothing() {
    let (trial, first) = furnished().await;
    for resource in ["/sites/other", "/sites/third"] {
        let form =
            format!("grant_type=refresh_token&refresh_token={}&resource={GATEWAY}{resource}", first.refresh);
        assert_eq!(error(&trial.token_of("app", "", &form).await), "invalid_target");
    }
    assert_eq!(first.sites(&trial).await, ["demo"]);
    trial.pass(3_000);
    let next = Tokens::of(&trial.refresh("app", "", &first.refresh).await);
    assert_eq!(next.sites(&trial).await, ["demo"]);
}
