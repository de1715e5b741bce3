use super::*;

fn service_account(token_url: &str) -> Result<(Facts, Secret), GrantError> {
    Material::ServiceAccount {
        client_id: "id".to_owned(),
        client_secret: Secret::new("secret".to_owned()),
        token_url: token_url.to_owned(),
    }
    .into_parts(&Apps::new())
}

#[test]
fn a_secret_is_shown_only_to_a_token_endpoint_behind_tls_or_on_this_machine() {
    for good in
        [ATLASSIAN_TOKEN_URL, "http://127.0.0.1:8080/oauth/token", "http://localhost/t", "http://[::1]:1/t"]
    {
        assert!(service_account(good).is_ok(), "{good}");
    }
    for bad in [
        "http://auth.atlassian.com/oauth/token",
        "http://127.0.0.1.evil.example/t",
        "http://localhost@evil.example/t",
        "https://user@auth.atlassian.com/t",
        "ftp://localhost/t",
        "/oauth/token",
        "",
    ] {
        assert!(matches!(service_account(bad), Err(GrantError::TokenUrl)), "{bad}");
    }
}

#[test]
fn what_was_pasted_with_a_line_end_is_refused_without_repeating_it() {
    let material = Material::PersonalAccessToken { token: Secret::new("hidden-word\n".to_owned()) };
    let error = material.into_parts(&Apps::new()).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hidden"));
}

#[test]
fn an_api_token_belongs_to_an_e_mail_address() {
    for email in ["nobody", "a:b@example.com"] {
        let token = Secret::new("t".to_owned());
        let material = Material::ApiToken { email: email.to_owned(), token, scoped: false };
        assert!(matches!(material.into_parts(&Apps::new()), Err(GrantError::Email)), "{email}");
    }
}

#[test]
fn the_facts_hold_no_secret_and_survive_the_store() {
    let (facts, _) = service_account(ATLASSIAN_TOKEN_URL).unwrap();
    let kept = serde_json::to_string(&facts).unwrap();
    assert!(!kept.contains("secret\""), "{kept}");
    assert_eq!(serde_json::from_str::<Facts>(&kept).unwrap(), facts);
    let pat: Facts = serde_json::from_str(r#"{"kind":"personal-access-token"}"#).unwrap();
    assert_eq!(pat.kind(), "personal-access-token");
}

#[test]
fn a_new_grant_is_read_from_json_straight_into_custody() {
    let text = r#"{"name":"demo","sites":["demo"],"kind":"service-account","client_id":"i","client_secret":"hidden"}"#;
    let new: NewGrant = serde_json::from_str(text).unwrap();
    assert!(!format!("{new:?}").contains("hidden"));
    assert!(
        matches!(new.material, Material::ServiceAccount { ref token_url, .. } if token_url == ATLASSIAN_TOKEN_URL)
    );
}

/// The rows of a table of the page, by their first cell.
fn rows(page: &str, heading: &str) -> Vec<(String, String)> {
    let table = page.split(heading).nth(1).unwrap();
    let rows = table.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let rows = rows.take_while(|line| line.starts_with('|')).map(|line| {
        let mut cells =
            line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`').to_owned());
        (cells.next().unwrap(), cells.next().unwrap())
    });
    rows.collect()
}

#[test]
fn the_page_of_states_has_every_state_and_every_end_in_the_words_callers_hear() {
    let page = include_str!("../../../../docs/grant-states.md");
    let mut states: Vec<_> = rows(page, "# States of grants").into_iter().map(|(state, _)| state).collect();
    states.sort();
    let mut expected = Health::STATES.map(str::to_owned);
    expected.sort();
    assert_eq!(states, expected);
    let ends = rows(page, "## Why a grant has to be connected again");
    assert_eq!(ends, End::ALL.map(|end| (end.as_str().to_owned(), end.words().to_owned())));
}

#[test]
fn the_list_of_states_is_the_names_of_the_states() {
    let why = String::new;
    let all = [
        Health::Ready,
        Health::Fresh,
        Health::Refreshing,
        Health::Degraded { why: why() },
        Health::ReconnectRequired { cause: End::Age, words: why() },
        Health::Revoked,
        Health::Rejected { error: why() },
        Health::Unavailable { why: why() },
        Health::Damaged,
    ];
    assert_eq!(all.map(|health| health.as_str()), Health::STATES);
}
