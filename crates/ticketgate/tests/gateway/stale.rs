//! `gateway.json` of a gateway that is gone: commands say so, and show its token to nobody.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use super::harness::{printed, run};
use super::served::Served;

/// A gateway that was killed, and where it had listened.
async fn killed() -> (Served, String) {
    let (served, mut gateway) = Served::start().await;
    let address = served.gateway();
    gateway.kill();
    assert!(served.data().join("gateway.json").exists());
    (served, address)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_after_a_crash_says_that_the_gateway_is_gone_and_how_to_start_it() {
    let (served, address) = killed().await;
    let output = run(&["client", "list"], served.dir.path());
    let words = printed(&output);
    assert_eq!(output.status.code(), Some(4), "{words}");
    for part in ["is not running", address.as_str(), "gateway.json", "was killed", "ticketgate serve"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    let doctor = printed(&run(&["doctor"], served.dir.path()));
    assert!(doctor.contains("is not running") && doctor.contains("is free"), "{doctor}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_program_at_the_address_of_a_gateway_that_is_gone_is_not_shown_the_token() {
    let (served, address) = killed().await;
    let listener = TcpListener::bind(address.strip_prefix("http://").unwrap()).unwrap();
    let heard = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut heard = Vec::new();
        while !heard.ends_with(b"\r\n\r\n") {
            let mut some = [0; 1024];
            let count = stream.read(&mut some).unwrap();
            assert!(count > 0, "{}", String::from_utf8_lossy(&heard));
            heard.extend_from_slice(&some[..count]);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n[]").unwrap();
        // Whatever else is sent must be heard too: until the command hangs up.
        stream.read_to_end(&mut heard).unwrap();
        String::from_utf8(heard).unwrap()
    });
    let output = run(&["client", "list"], served.dir.path());
    assert_eq!(output.status.code(), Some(4), "{}", printed(&output));
    assert!(printed(&output).contains("not shown the operator token"), "{}", printed(&output));
    let heard = heard.join().unwrap();
    assert!(heard.starts_with("GET /healthz "), "{heard}");
    assert!(!heard.contains("tgo_") && !heard.to_lowercase().contains("authorization"), "{heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_gateway_at_the_address_is_told_from_the_one_that_is_gone() {
    let (served, address) = killed().await;
    let (other, _running) = Served::start().await;
    let file = served.data().join("gateway.json");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace(&address, &other.gateway())).unwrap();
    let output = run(&["client", "list"], served.dir.path());
    assert_eq!(output.status.code(), Some(4), "{}", printed(&output));
    assert!(printed(&output).contains("It is a gateway"), "{}", printed(&output));
    other.command(&["client", "list"]);
}
