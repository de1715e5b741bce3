//! Several gateways that keep their grants in one database.

use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use serde_json::Value;
use testbase::PASSWORD;

use super::harness::{printed, run};
use super::served::Served;

fn private(path: &Path, text: &str) {
    let _ = std::fs::remove_file(path);
    let mut file = std::fs::File::options();
    let mut file = file.write(true).create_new(true).mode(0o600).open(path).unwrap();
    std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
}

/// A gateway's folder whose settings name the shared database.
async fn sharing(url: &str) -> Served {
    let served = Served::prepare().await;
    let settings = served.dir.path().join("ticketgate.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, format!("{text}[custody]\npostgres_file = \"custody.url\"\n")).unwrap();
    private(&served.dir.path().join("custody.url"), &format!("{url}\n"));
    served
}

/// Every file in the folder that holds the database's password, but the one it was written into.
fn with_the_password(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(with_the_password(&path));
        } else if !path.ends_with("custody.url")
            && memchr::memmem::find(&std::fs::read(&path).unwrap(), PASSWORD.as_bytes()).is_some()
        {
            found.push(path.display().to_string());
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn gateways_that_share_custody_have_the_same_grants_and_need_the_same_root_key() {
    let Some(url) = testbase::database().unwrap() else { return };
    let mut one = sharing(&url).await;
    let mut running = one.serve();
    one.until_alive(&mut running).await;
    one.furnish();
    one.command(&["grant", "check", "standin"]);

    let mut two = sharing(&url).await;
    let output = two.serve_command().output().unwrap();
    assert_eq!(output.status.code(), Some(7), "{}", printed(&output));
    let key = two.data().join("root.key");
    assert!(printed(&output).contains("root key") && !key.exists(), "none is made: {}", printed(&output));

    private(&key, seal::RootKey::from_bytes([7; 32].into()).render().open());
    let output = two.serve_command().output().unwrap();
    let words = printed(&output);
    assert_eq!(output.status.code(), Some(7), "{words}");
    assert!(words.contains("does not belong to the shared database"), "{words}");
    assert!(!words.contains(PASSWORD), "{words}");

    private(&key, &std::fs::read_to_string(one.data().join("root.key")).unwrap());
    let mut running_too = two.serve();
    two.until_alive(&mut running_too).await;
    assert!(two.command(&["grant", "list"]).contains("standin"));
    one.command(&["grant", "check", "standin"]);
    assert!(!two.command(&["client", "list"]).contains("robot"), "clients are not shared");
    for served in [&one, &two] {
        assert_eq!(with_the_password(served.dir.path()), [""; 0]);
    }
}

/// Grade and words of what the doctor says about custody.
fn doctor(served: &Served) -> (String, String) {
    let output = run(&["doctor", "--json"], served.dir.path());
    assert!(!printed(&output).contains(PASSWORD), "{}", printed(&output));
    let findings: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = findings.as_array().unwrap().iter().find(|finding| finding["about"] == "custody").unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&found["grade"]), text(&found["words"]))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_says_whether_the_shared_database_answers_and_fits_and_changes_nothing() {
    let Some(url) = testbase::database().unwrap() else { return };
    let mut served = sharing(&url).await;
    for _ in 0..2 {
        let (grade, words) = doctor(&served);
        assert_eq!(grade, "ok");
        assert!(words.contains("nothing is in it yet"), "{words}");
    }
    let mut running = served.serve();
    served.until_alive(&mut running).await;
    assert_eq!(running.stop(), Some(0), "{}", running.said());
    let (grade, words) = doctor(&served);
    assert_eq!(grade, "ok");
    assert!(words.contains("opens the shared database"), "{words}");

    let key = served.data().join("root.key");
    private(&key, seal::RootKey::from_bytes([7; 32].into()).render().open());
    assert_eq!(doctor(&served).0, "fail");

    let file = served.dir.path().join("custody.url");
    private(&file, &url.replace("/test_", "/nowhere_"));
    let (grade, words) = doctor(&served);
    assert_eq!(grade, "fail");
    assert!(words.contains("does not exist"), "{words}");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (grade, words) = doctor(&served);
    assert_eq!(grade, "fail");
    assert!(words.contains("chmod 600"), "{words}");
}
