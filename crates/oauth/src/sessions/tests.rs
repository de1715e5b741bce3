use super::*;

async fn furnished() -> (Sessions, clock::Hands) {
    let (clock, hands) = Clock::manual("2026-11-22T00:00:00Z".parse().unwrap());
    (Sessions::new(Store::in_memory().await.unwrap(), clock), hands)
}

#[tokio::test]
async fn a_cookie_says_who_is_signed_in_until_it_expires() {
    let (sessions, hands) = furnished().await;
    let cookie = sessions.open("5b10", "Rosa").await.unwrap();
    let session = sessions.of(cookie.open()).await.unwrap().unwrap();
    assert_eq!((session.account.as_str(), session.name.as_str()), ("5b10", "Rosa"));
    hands.advance(SESSION_LIFE - Duration::from_secs(1));
    assert!(sessions.of(cookie.open()).await.unwrap().is_some());
    hands.advance(Duration::from_secs(1));
    assert!(sessions.of(cookie.open()).await.unwrap().is_none());
}

#[tokio::test]
async fn who_signs_out_is_signed_out_and_each_signing_in_is_a_new_cookie() {
    let (sessions, _hands) = furnished().await;
    let (one, other) =
        (sessions.open("5b10", "Rosa").await.unwrap(), sessions.open("5b10", "Rosa").await.unwrap());
    assert_ne!(one.open(), other.open());
    let session = sessions.of(one.open()).await.unwrap().unwrap();
    sessions.close(&session).await.unwrap();
    assert!(sessions.of(one.open()).await.unwrap().is_none());
    assert!(sessions.of(other.open()).await.unwrap().is_some());
}

#[tokio::test]
async fn what_is_no_cookie_of_ours_is_nobody() {
    let (sessions, _hands) = furnished().await;
    let made_up = token::mint(Kind::Session, [7; 32]).text;
    let other_kind = token::mint(Kind::AccessToken, [7; 32]).text;
    for text in ["", "x", made_up.open(), other_kind.open()] {
        assert!(sessions.of(text).await.unwrap().is_none());
    }
}
