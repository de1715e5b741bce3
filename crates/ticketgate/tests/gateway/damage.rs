//! Bad beginnings: a wrong key, a broken database, a second instance. Each ends in words and changes nothing.

use std::collections::BTreeMap;
use std::path::Path;

use super::harness::printed;
use super::served::Served;

/// Every file of the data directory with its bytes.
fn contents(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(dir).unwrap().map(Result::unwrap);
    entries.map(|e| (e.file_name().into_string().unwrap(), std::fs::read(e.path()).unwrap())).collect()
}

// The stand-in lives in the test, and commands block a thread while they wait for it: hence two threads in each test.

/// A data directory with a grant in it, and nothing running.
async fn stopped() -> Served {
    let (served, mut gateway) = Served::start().await;
    assert_eq!(gateway.stop(), Some(0), "{}", gateway.said());
    served
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_root_key_stops_the_start_says_which_is_wanted_and_damages_nothing() {
    let served = stopped().await;
    let key = served.data().join("root.key");
    let right = std::fs::read_to_string(&key).unwrap();
    let other = {
        let elsewhere = stopped().await;
        std::fs::read_to_string(elsewhere.data().join("root.key")).unwrap()
    };
    std::fs::write(&key, &other).unwrap();
    let before = contents(&served.data());
    let output = served.serve_command().output().unwrap();
    let words = printed(&output);
    assert_eq!(output.status.code(), Some(7), "{words}");
    assert!(words.contains("root key") && words.contains("id"), "{words}");
    assert!(!words.contains(right.trim()) && !words.contains(other.trim()), "{words}");
    assert_eq!(before.get("gateway.db"), contents(&served.data()).get("gateway.db"));

    std::fs::write(&key, right).unwrap();
    let mut served = served;
    let mut gateway = served.serve();
    served.until_alive(&mut gateway).await;
    served.command(&["grant", "check", "standin"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_root_key_that_others_may_read_stops_the_start() {
    use std::os::unix::fs::PermissionsExt as _;
    let served = stopped().await;
    let key = served.data().join("root.key");
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).unwrap();
    let output = served.serve_command().output().unwrap();
    assert_eq!(output.status.code(), Some(7), "{}", printed(&output));
    assert!(printed(&output).contains("chmod 600"), "{}", printed(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_directory_that_others_may_use_stops_the_start() {
    use std::os::unix::fs::PermissionsExt as _;
    let served = stopped().await;
    std::fs::set_permissions(served.data(), std::fs::Permissions::from_mode(0o750)).unwrap();
    let output = served.serve_command().output().unwrap();
    assert_eq!(output.status.code(), Some(7), "{}", printed(&output));
    assert!(printed(&output).contains("chmod 700"), "{}", printed(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_root_key_beside_an_old_database_is_not_replaced_by_a_new_one() {
    let served = stopped().await;
    std::fs::remove_file(served.data().join("root.key")).unwrap();
    let output = served.serve_command().output().unwrap();
    assert_eq!(output.status.code(), Some(7), "{}", printed(&output));
    assert!(!served.data().join("root.key").exists(), "{}", printed(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_truncated_database_stops_the_start_and_is_left_as_it_is() {
    let served = stopped().await;
    let file = served.data().join("gateway.db");
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let output = served.serve_command().output().unwrap();
    assert_eq!(output.status.code(), Some(7), "{}", printed(&output));
    assert!(printed(&output).contains("gateway.db"), "{}", printed(&output));
    assert_eq!(std::fs::read(&file).unwrap(), whole[..whole.len() / 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_instance_on_the_same_data_is_refused_and_the_first_goes_on() {
    let (served, _gateway) = Served::start().await;
    let output = served.serve_command().args(["--listen", "127.0.0.1:0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(7), "{}", printed(&output));
    served.command(&["client", "list"]);
}
