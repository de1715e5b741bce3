use egress::{Egress, Reach, Roots};

use super::publisher::Publisher;
use super::*;
use crate::{Outside, Settings};

/// A trial whose client publishes its keys there, and whose operator has named these hosts.
async fn with_url(url: &str, named: &[&str]) -> Trial {
    let reach = Reach::Outward(named.iter().map(|name| (*name).to_owned()).collect());
    let way = egress::Settings { roots: Roots::WebPki, ..egress::Settings::default() };
    let strangers = Egress::new(&way).unwrap().reaching(reach);
    let outside = Outside { strangers: Some(strangers), ..Outside::default() };
    let trial = Trial::among(Settings::default(), outside).await;
    trial.register("release", None).await;
    trial.prove_by("release", json!({ "jwks_uri": url })).await;
    trial
}

async fn status(trial: &Trial, number: u8) -> u16 {
    ask(trial, &form(&assertion(trial, number, "release", &json!({})))).await.status().as_u16()
}

#[tokio::test]
async fn published_keys_are_fetched_once_and_again_for_an_unknown_key_at_most_once_a_minute() {
    let publisher = Publisher::new().await;
    publisher.publish(&[1]);
    let trial = with_url(&publisher.url("127.0.0.1"), &["127.0.0.1"]).await;
    assert_eq!((status(&trial, 1).await, publisher.asked()), (200, 1));
    assert_eq!((status(&trial, 1).await, publisher.asked()), (200, 1), "they are kept");
    publisher.publish(&[1, 2]);
    for _ in 0..5 {
        assert_eq!((status(&trial, 2).await, publisher.asked()), (401, 1), "not more than once a minute");
    }
    trial.pass(60);
    assert_eq!((status(&trial, 2).await, publisher.asked()), (200, 2));
    trial.pass(600);
    publisher.publish(&[2]);
    assert_eq!((status(&trial, 1).await, publisher.asked()), (401, 3), "fetched anew when they are old");
    assert_eq!((status(&trial, 2).await, publisher.asked()), (200, 3));
}

#[tokio::test]
async fn keys_are_used_on_for_an_hour_when_their_publisher_is_down_and_then_no_more() {
    let publisher = Publisher::new().await;
    publisher.publish(&[1]);
    let trial = with_url(&publisher.url("127.0.0.1"), &["127.0.0.1"]).await;
    assert_eq!(status(&trial, 1).await, 200);
    publisher.say("500 Internal Server Error", "", "");
    trial.pass(600 + 3_599);
    assert_eq!(status(&trial, 1).await, 200);
    trial.pass(1);
    assert_eq!(status(&trial, 1).await, 401);
}

#[tokio::test]
async fn what_is_no_key_set_verifies_nothing() {
    let publisher = Publisher::new().await;
    let trial = with_url(&publisher.url("127.0.0.1"), &["127.0.0.1"]).await;
    let keys = listed(&[1])["jwks"].to_string();
    let elsewhere = Publisher::new().await;
    elsewhere.publish(&[1]);
    let redirect = format!("Location: {}\r\n", elsewhere.url("127.0.0.1"));
    let huge = format!("{}{}", " ".repeat(257 * 1_024), keys);
    let many = json!({ "keys": vec![key(1).public().to_json(); 65] }).to_string();
    let private =
        json!({ "keys": [key(1).public().to_json(), { "kty": "oct", "k": "c2VjcmV0" }] }).to_string();
    for (asked, (status_line, headers, body)) in [
        ("404 Not Found", "", keys.as_str()),
        ("302 Found", redirect.as_str(), ""),
        ("200 OK", "", huge.as_str()),
        ("200 OK", "", many.as_str()),
        ("200 OK", "", private.as_str()),
        ("200 OK", "", "{}"),
        ("200 OK", "", "<html>"),
    ]
    .into_iter()
    .enumerate()
    {
        publisher.say(status_line, headers, body);
        assert_eq!(status(&trial, 1).await, 401, "{status_line} {headers}");
        assert_eq!(publisher.asked(), asked + 1);
        trial.pass(60);
    }
    assert_eq!(elsewhere.asked(), 0, "redirects are not followed");
    publisher.publish(&[1]);
    assert_eq!(status(&trial, 1).await, 200);
}

#[tokio::test]
async fn a_url_that_leads_inward_is_not_asked_unless_the_operator_named_its_host() {
    let publisher = Publisher::new().await;
    publisher.publish(&[1]);
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"] {
        for scheme in ["http", "https"] {
            let url = format!("{scheme}://{host}:{}/jwks", publisher.address.port());
            let trial = with_url(&url, &["keys.example"]).await;
            assert_eq!(status(&trial, 1).await, 401, "{url}");
        }
    }
    assert_eq!(publisher.asked(), 0);
    let trial = with_url(&publisher.url("localhost"), &["localhost"]).await;
    assert_eq!(status(&trial, 1).await, 200);
}

#[tokio::test]
async fn another_url_ends_the_tokens_fetched_with_the_keys_of_the_first() {
    let publisher = Publisher::new().await;
    publisher.publish(&[1]);
    let trial = with_url(&publisher.url("127.0.0.1"), &["127.0.0.1", "localhost"]).await;
    let answer = ask(&trial, &form(&assertion(&trial, 1, "release", &json!({})))).await;
    let bearer = format!("Bearer {}", token(&answer));
    trial.change("release", |row| "somebody".clone_into(&mut row.owner)).await;
    assert!(trial.authenticate(&bearer).await.is_ok(), "another change leaves them alone");
    trial.prove_by("release", json!({ "jwks_uri": publisher.url("localhost") })).await;
    assert!(trial.authenticate(&bearer).await.is_err());
}
