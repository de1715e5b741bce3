//! Ends of clients, put on record before they come: once each, however often the gateway starts.

use clock::Clock;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::harness::{Running, until};
use super::served::Served;

fn now() -> Timestamp {
    Clock::system().unwrap().now()
}

/// Registers a client of whose end, a day later, is to be told in two seconds. Answers when that is.
fn register(served: &Served, client: &str) -> Timestamp {
    let told = now() + SignedDuration::from_secs(2);
    let end = told + SignedDuration::from_hours(24);
    let secret = served.dir.path().join(client);
    served.command(&[
        "client",
        "register",
        client,
        "--owner",
        "data",
        "--contact",
        "data@example.com",
        "--purpose",
        "tests",
        "--expires",
        &end.to_string(),
        "--secret-file",
        secret.to_str().unwrap(),
    ]);
    told
}

fn search(served: &Served, args: &[&str]) -> String {
    served.command(&[&["audit", "search", "--kind", "notice"], args].concat())
}

/// Lets the time come, starts the gateway anew, and waits for what it tells of a client.
async fn told_at_the_next_start(
    served: &mut Served,
    gateway: &mut Running,
    client: &str,
    when: Timestamp,
) -> (Running, String) {
    until("the time", gateway, async || (now() > when).then_some(())).await;
    assert_eq!(gateway.stop(), Some(0));
    let mut again = served.serve();
    served.until_alive(&mut again).await;
    let found = until("the notice", &mut again, async || {
        Some(search(served, &["--client", client, "--json"])).filter(|found| !found.is_empty())
    })
    .await;
    (again, found)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_client_is_told_of_once_also_when_the_gateway_starts_again() {
    let (mut served, mut gateway) = Served::start().await;
    let when = register(&served, "brief");
    let (mut gateway, found) = told_at_the_next_start(&mut served, &mut gateway, "brief", when).await;
    let record: Value = serde_json::from_str(&found).unwrap();
    let notice = &record["record"]["notice"];
    assert_eq!((&record["record"]["client"], &notice["about"]), (&"brief".into(), &"client-ends".into()));
    assert_eq!((&notice["owner"], &notice["contact"]), (&"data".into(), &"data@example.com".into()));
    let words = search(&served, &["--client", "brief"]);
    assert!(words.contains("brief  ends at ") && words.contains("ask data <data@example.com>"), "{words}");

    // Clients are looked through by name: when the second one is told of, the first one has been looked at again.
    let when = register(&served, "later");
    let (_gateway, _) = told_at_the_next_start(&mut served, &mut gateway, "later", when).await;
    assert_eq!(search(&served, &["--client", "brief", "--json"]).lines().count(), 1);
    assert_eq!(search(&served, &["--json"]).lines().count(), 2, "and of nobody else anything");
}
