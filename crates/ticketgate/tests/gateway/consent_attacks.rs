//! What somebody could try against the pages and the codes.

use http::{Method, StatusCode, header};
use serde_json::json;

use super::browser::{
    APP, BACK, Browser, CHALLENGE, VERIFIER, ask, field, form, furnished, location, parameter, redeem,
    refresh, register,
};
use super::harness::call;

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_exactly_the_registered_one() {
    let (_demo, mut rosa) = furnished().await;
    rosa.sign_in("Rosa Release").await;
    for address in [
        "https://client.example/Back",
        "https://CLIENT.example/back",
        "https://client.example/back/",
        "https://client.example/back/more",
        "https://client.example/back/../back",
        "https://client.example/bac%256b",
        "https://client.example/back%3Fx=1",
        "https://client.example/back%23fragment",
        "https://user@client.example/back",
        "https://client.example@evil.example/back",
        "https://client.example.evil.example/back",
        "https://evil.example/back",
        "http://client.example/back",
        "//client.example/back",
        "javascript:alert(1)",
        "/back",
        "%0d%0aLocation:https://evil.example",
        "",
    ] {
        let query = ask(APP).replace(BACK, address);
        let said = rosa.get(&format!("/oauth/authorize?{query}")).await;
        assert_eq!(said.status, StatusCode::BAD_REQUEST, "{address}");
        assert!(!said.headers.contains_key(header::LOCATION) && said.text().contains("not in order"));
        // And with an error that would otherwise be sent there.
        let wrong = query.replace("response_type=code", "response_type=token");
        let said = rosa.get(&format!("/oauth/authorize?{wrong}")).await;
        assert!(!said.headers.contains_key(header::LOCATION), "{address}");
    }
    let twice = format!("{}&redirect_uri=https://evil.example/", ask(APP));
    assert_eq!(rosa.get(&format!("/oauth/authorize?{twice}")).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn pkce_is_wanted_and_plain_is_none() {
    let (_demo, mut rosa) = furnished().await;
    rosa.sign_in("Rosa Release").await;
    for query in [
        ask(APP).replace(&format!("&code_challenge={CHALLENGE}"), ""),
        ask(APP).replace("&code_challenge_method=S256", ""),
        ask(APP).replace("=S256", "=plain"),
    ] {
        let said = rosa.get(&format!("/oauth/authorize?{query}")).await;
        assert!(location(&said).starts_with(&format!("{BACK}?error=invalid_request&")), "{query}");
    }
    let code = parameter(&rosa.decide(&ask(APP), "allow").await, "code").unwrap();
    let wrong = VERIFIER.replace('d', "e");
    for verifier in ["", wrong.as_str(), CHALLENGE] {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", APP),
            ("code", &code),
            ("redirect_uri", BACK),
            ("code_verifier", verifier),
        ];
        let mut thief = Browser::at(&rosa.origin);
        assert_eq!(
            thief.send(Method::POST, "/oauth/token", &[], &form(&fields)).await.status,
            400,
            "{verifier}"
        );
    }
    assert_eq!(redeem(&rosa, APP, &code).await.status, 200);
}

#[tokio::test]
async fn a_code_is_worth_nothing_to_another_program_and_ends_everything_when_used_twice() {
    let (demo, mut rosa) = furnished().await;
    register(&demo, "other-app", "Something else").await;
    rosa.sign_in("Rosa Release").await;
    let code = parameter(&rosa.decide(&ask(APP), "allow").await, "code").unwrap();
    assert_eq!(redeem(&rosa, "other-app", &code).await.json()["error"], "invalid_grant");
    let tokens = redeem(&rosa, APP, &code).await.json();
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let issue = format!("{}/rest/api/3/issue/REL-1", demo.gateway());
    assert_eq!(call(&issue, Method::GET, Some(&bearer), None).await.status, 200);
    assert_eq!(redeem(&rosa, APP, &code).await.json()["error"], "invalid_grant");
    assert_eq!(call(&issue, Method::GET, Some(&bearer), None).await.status, 401);
    let refused = refresh(&rosa, APP, tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(refused.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_refresh_token_used_after_its_successor_ends_the_family() {
    let (demo, mut rosa) = furnished().await;
    rosa.sign_in("Rosa Release").await;
    let first = rosa.tokens(APP).await;
    let text = |tokens: &serde_json::Value, name: &str| tokens[name].as_str().unwrap().to_owned();
    let second = refresh(&rosa, APP, &text(&first, "refresh_token")).await.json();
    let third = refresh(&rosa, APP, &text(&second, "refresh_token")).await.json();
    let bearer = format!("Bearer {}", text(&third, "access_token"));
    let issue = format!("{}/rest/api/3/issue/REL-1", demo.gateway());
    assert_eq!(call(&issue, Method::GET, Some(&bearer), None).await.status, 200);
    let stolen = refresh(&rosa, APP, &text(&first, "refresh_token")).await;
    assert_eq!(stolen.json()["error"], "invalid_grant");
    assert_eq!(call(&issue, Method::GET, Some(&bearer), None).await.status, 401);
}

#[tokio::test]
async fn a_form_that_no_page_of_the_session_made_does_nothing() {
    let (_demo, mut rosa) = furnished().await;
    let mut dan = Browser::at(&rosa.origin);
    rosa.sign_in("Rosa Release").await;
    dan.sign_in("Dan Data").await;
    let query = ask(APP);
    let page = dan.get(&format!("/oauth/authorize?{query}")).await.text();
    let of_dan = field(&page, "proof");
    let page = rosa.get(&format!("/oauth/authorize?{query}")).await.text();
    let own = field(&page, "proof");
    let other_request = query.replace("s-1", "s-2");
    let origin = rosa.origin.clone();
    let decided =
        |request: &str, proof: &str| form(&[("request", request), ("proof", proof), ("decision", "allow")]);
    for (body, headers) in [
        (form(&[("request", &query), ("decision", "allow")]), vec![("origin", origin.as_str())]),
        (decided(&query, ""), vec![("origin", &origin)]),
        (decided(&query, "wrong"), vec![("origin", &origin)]),
        (decided(&query, &of_dan), vec![("origin", &origin)]),
        (decided(&other_request, &own), vec![("origin", &origin)]),
        (decided(&query, &own), vec![]),
        (decided(&query, &own), vec![("origin", "https://evil.example")]),
        (decided(&query, &own), vec![("origin", "null")]),
        (decided(&query, &own), vec![("origin", &origin), ("sec-fetch-site", "cross-site")]),
        (decided(&query, &own).replace("allow", "perhaps"), vec![("origin", &origin)]),
    ] {
        let said = rosa.send(Method::POST, "/oauth/authorize", &headers, &body).await;
        assert_eq!(said.status, StatusCode::FORBIDDEN, "{headers:?} {body}");
        assert!(!said.headers.contains_key(header::LOCATION));
    }
    for path in ["/auth/revoke", "/auth/logout"] {
        let said = rosa.post(path, &[("consent", "x"), ("proof", &own)]).await;
        assert_eq!(said.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert!(!rosa.get("/").await.text().contains("desk-app"));
    assert_eq!(rosa.decide(&query, "allow").await.status, 303, "the right one does");
}

#[tokio::test]
async fn nobody_ends_what_somebody_else_allowed() {
    let (_demo, mut rosa) = furnished().await;
    let mut dan = Browser::at(&rosa.origin);
    rosa.sign_in("Rosa Release").await;
    dan.sign_in("Dan Data").await;
    rosa.tokens(APP).await;
    let home = rosa.get("/").await.text();
    let id = field(&home, "consent");
    let proof = field(home.split("name=\"consent\"").nth(1).unwrap(), "proof");
    let said = dan.post("/auth/revoke", &[("consent", &id), ("proof", &proof)]).await;
    assert_eq!(said.status, StatusCode::FORBIDDEN);
    assert!(
        !dan.get("/").await.text().contains("desk-app") && rosa.get("/").await.text().contains("desk-app")
    );
}

#[tokio::test]
async fn a_cookie_planted_before_signing_in_is_not_the_session_afterwards() {
    let (_demo, mut rosa) = furnished().await;
    let mut thief = Browser::at(&rosa.origin);
    thief.sign_in("Dan Data").await;
    let planted = thief.cookies["ticketgate"].clone();
    rosa.cookies.insert("ticketgate".to_owned(), planted.clone());
    rosa.sign_in("Rosa Release").await;
    assert_ne!(rosa.cookies["ticketgate"], planted);
    assert!(rosa.get("/").await.text().contains("Rosa Release"));
    assert!(!thief.get("/").await.text().contains("Dan Data"), "the planted session has ended");
    // Signing somebody in from outside needs a form that was shown to their own browser.
    let page = thief.get("/auth/login").await.text();
    let proof = field(&page, "proof");
    let account = "5b10ac8d82e05b22cc7d0002";
    let mut other = Browser::at(&rosa.origin);
    let said = other.post("/auth/login", &[("proof", &proof), ("account", account)]).await;
    assert_eq!(said.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_programs_say_of_themselves_is_text_and_never_markup() {
    let (demo, mut rosa) = furnished().await;
    let bad = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let change = json!({ "purpose": bad, "owner": bad });
    demo.operate(Method::PATCH, &format!("/api/v1/clients/{APP}"), Some(change)).await;
    rosa.sign_in("Rosa Release").await;
    let odd = "%22%3E%3Cscript%3Ealert(2)%3C/script%3E";
    let query = ask(APP).replace("s-1", odd);
    let page = rosa.get(&format!("/oauth/authorize?{query}")).await.text();
    assert!(page.contains("&#60;script&#62;") || page.contains("&lt;script&gt;"), "{page}");
    let scope = format!("/oauth/authorize?{}", ask(APP).replace("read:jira-work", odd));
    let client = format!("/oauth/authorize?{}", ask(odd));
    let login = format!("/auth/login?request={odd}");
    rosa.tokens(APP).await;
    let mut pages = vec![page];
    for path in [scope.as_str(), &client, &login, "/", &format!("/?{odd}"), &format!("/auth/logout?{odd}")] {
        let said = rosa.get(path).await;
        let location = said.headers.get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
        assert!(!location.is_some_and(|to| to.contains(['<', '"'])), "{path}");
        pages.push(said.text());
    }
    for page in pages {
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("\"'>"), "{page}");
    }
}

#[tokio::test]
async fn a_name_that_was_made_to_point_here_gets_at_nothing() {
    let (_demo, mut rosa) = furnished().await;
    rosa.sign_in("Rosa Release").await;
    for host in ["evil.example", "localhost.evil.example:80"] {
        let said = rosa.send(Method::GET, "/", &[("host", host)], "").await;
        assert_eq!(said.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert!(!said.text().contains("Rosa"));
    }
    for name in ["forwarded", "x-forwarded-for", "via"] {
        let said = rosa.send(Method::GET, "/auth/login", &[(name, "192.0.2.1")], "").await;
        assert_eq!(said.status, StatusCode::FORBIDDEN, "passed on from elsewhere: {name}");
    }
}
