//! Programs that ask for a change and leave before they have heard of it.

use std::collections::BTreeSet;
use std::time::Duration;

use http::Method;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::harness::{Demo, PATIENCE};

const PROGRAMS: u64 = 120;

/// Asks for a client by that name, and leaves after that long.
#[allow(clippy::disallowed_methods, reason = "this is a program that hangs up, played by a test")]
async fn ask_and_leave(demo: &Demo, client: &str, after: Duration) {
    let gateway = demo.gateway();
    let address = gateway.strip_prefix("http://").unwrap();
    let token = demo.ready["operator_token"].as_str().unwrap();
    let body = json!({ "client": client, "owner": "a", "purpose": "b" }).to_string();
    let request = format!(
        "POST /api/v1/clients HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    tokio::time::sleep(after).await;
}

async fn recorded(demo: &Demo) -> BTreeSet<String> {
    let found = demo.operate(Method::GET, "/api/v1/audit/search?kind=change&limit=10000", None).await.json();
    let changes = found["records"].as_array().unwrap().iter().map(|found| found["record"]["change"].clone());
    let registered = changes.filter(|change| change["action"] == "client register");
    registered.map(|change| change["target"].as_str().unwrap().to_owned()).collect()
}

async fn there(demo: &Demo) -> BTreeSet<String> {
    let clients = demo.operate(Method::GET, "/api/v1/clients", None).await.json();
    clients.as_array().unwrap().iter().map(|client| client["client"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_is_on_record_was_done_whenever_its_asker_left() {
    let demo = Demo::start().await;
    // Anywhere between the first byte and long after the answer.
    for number in 0..PROGRAMS {
        ask_and_leave(&demo, &format!("left-{number}"), Duration::from_micros(number * 50)).await;
    }
    // Changes are made one at a time, so this one comes behind those that have begun.
    let last = json!({ "client": "stayed", "owner": "a", "purpose": "b" });
    assert_eq!(demo.operate(Method::POST, "/api/v1/clients", Some(last)).await.status, 201);
    let agree = async {
        loop {
            let (recorded, there) = (recorded(&demo).await, there(&demo).await);
            if recorded.difference(&there).next().is_none() {
                return there;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let made = tokio::time::timeout(PATIENCE / 6, agree).await.expect("all that is on record to be there");
    assert!(made.iter().any(|client| client.starts_with("left-")), "{made:?}");
}
