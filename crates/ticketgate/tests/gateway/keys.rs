//! Root keys: rotated while calls go on, killed anywhere, brought by the environment, dropped.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use clock::random;
use http::Method;
use seal::{Binding, Fresh, Keyring, RootKey, Sealed};
use serde_json::{Value, json};
use store::{GrantRow, Store};
use types::Secret;

use super::harness::{PATIENCE, Running, call, printed, run};
use super::served::Served;

/// Grants beside the one that is used, so that sealing anew takes a while.
const MANY: usize = 600;

fn key_at(path: &Path) -> RootKey {
    RootKey::parse(&Secret::new(std::fs::read_to_string(path).unwrap())).unwrap()
}

fn current_of(served: &Served) -> RootKey {
    key_at(&served.data().join("root.key"))
}

fn fresh() -> Fresh {
    Fresh::from_bytes(random::bytes::<{ Fresh::LEN }>().unwrap())
}

fn binding(row: &str) -> Binding<'_> {
    Binding { table: "grants", row, column: "sealed" }
}

/// A gateway that stands still, with many grants more.
async fn stopped_with_many() -> Served {
    let (served, mut gateway) = Served::start().await;
    assert_eq!(gateway.stop(), Some(0), "{}", gateway.said());
    let keyring = Keyring::new(current_of(&served), Vec::new());
    let store = Store::open(&served.data().join("gateway.db")).await.unwrap();
    let used = store.grants().get(&"standin".parse().unwrap()).await.unwrap().unwrap();
    for number in 0..MANY {
        let name = format!("spare-{number:03}");
        let sealed = keyring.seal(fresh(), &binding(&name), name.as_bytes()).unwrap().into_bytes();
        let facts = json!({ "kind": "api-token", "email": "a@example.com", "scoped": false }).to_string();
        let kind = "api-token".to_owned();
        let row = GrantRow { name: name.parse().unwrap(), kind, facts, sealed, ..used.clone() };
        store.grants().insert(&row).await.unwrap();
    }
    store.close().await;
    served
}

async fn started(served: &mut Served) -> Running {
    let mut gateway = served.serve();
    served.until_alive(&mut gateway).await;
    gateway
}

fn keys(served: &Served) -> Value {
    serde_json::from_str(&served.command(&["keys", "list", "--json"])).unwrap()
}

/// The keys, once only the current one is needed.
async fn all_sealed_anew(served: &Served) -> Value {
    let waiting = async {
        loop {
            let found = keys(served);
            if found["resealing"]["under_way"] == false {
                let others = found["keys"].as_array().unwrap().iter().skip(1);
                assert!(others.into_iter().all(|key| key["opens"] == 0), "{found}");
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("everything to be sealed anew")
}

/// Everything opens with these keys alone, as it should.
async fn opens_with(served: &Served, keyring: &Keyring) {
    let store = Store::open_read_only(&served.data().join("gateway.db")).await.unwrap();
    let rows = store.grants().list().await.unwrap();
    assert!(rows.len() > MANY);
    for row in rows {
        let name = row.name.as_str();
        let plain = keyring.open(&Sealed::from_bytes(row.sealed).unwrap(), &binding(name)).unwrap();
        assert!(name == "standin" || plain.as_slice() == name.as_bytes(), "{name}");
    }
    store.close().await;
}

/// A call with the one grant that works.
async fn call_through(served: &Served) -> u16 {
    let url = format!("{}/rest/api/3/issue/REL-1", served.gateway());
    call(&url, Method::GET, Some(&served.authorization()), None).await.status.as_u16()
}

/// `METHOD /api/v1...` as `local`.
async fn operate(served: &Served, method: Method, path: &str) -> super::harness::Said {
    let file: Value =
        serde_json::from_slice(&std::fs::read(served.data().join("gateway.json")).unwrap()).unwrap();
    let authorization = format!("Bearer {}", file["token"].as_str().unwrap());
    call(&format!("{}/api/v1{path}", served.gateway()), method, Some(&authorization), None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_go_on_and_a_grant_that_is_replaced_stays_replaced_while_the_key_is_rotated() {
    let mut served = stopped_with_many().await;
    let first = current_of(&served).id().to_string();
    let mut gateway = started(&mut served).await;
    let served = Arc::new(served);
    let (stop, calls) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let callers: Vec<_> = (0..4)
        .map(|_| {
            let (served, stop, calls) = (Arc::clone(&served), Arc::clone(&stop), Arc::clone(&calls));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    assert_eq!(call_through(&served).await, 200);
                    calls.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let said = operate(&served, Method::POST, "/keys/rotate").await;
    assert_eq!(said.status, 202, "{said:?}");
    let secret = served.dir.path().join("replacing");
    std::fs::write(&secret, "the-new-one").unwrap();
    // One near the end, which is very likely not yet sealed anew.
    let name = format!("spare-{:03}", MANY - 2);
    let add = ["grant", "add", &name, "--kind", "api-token", "--email", "a@example.com", "--site", "demo"];
    served.command(&[add.as_slice(), &["--secret-file", secret.to_str().unwrap()]].concat());
    let found = all_sealed_anew(&served).await;
    let so_far = calls.load(Ordering::Relaxed);
    while calls.load(Ordering::Relaxed) < so_far + 20 {
        assert!(gateway.ended().is_none(), "{}", gateway.said());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stop.store(true, Ordering::Relaxed);
    for caller in callers {
        caller.await.unwrap();
    }
    let second = current_of(&served).id().to_string();
    assert_ne!(first, second);
    assert_eq!((&found["keys"][0]["key"], &found["keys"][1]["key"]), (&json!(second), &json!(first)));
    assert!(found["keys"][0]["opens"].as_u64().unwrap() > MANY as u64, "{found}");
    assert!(found["keys"].as_array().unwrap().iter().all(|key| key["since"].is_string()), "{found}");

    let mut served = Arc::into_inner(served).unwrap();
    gateway.stop();
    let keyring = Keyring::new(current_of(&served), Vec::new());
    let store = Store::open_read_only(&served.data().join("gateway.db")).await.unwrap();
    let kept = store.grants().get(&name.parse().unwrap()).await.unwrap().unwrap();
    store.close().await;
    let plain = keyring.open(&Sealed::from_bytes(kept.sealed).unwrap(), &binding(&name)).unwrap();
    assert_eq!(plain.as_slice(), b"the-new-one");
    let _gateway = started(&mut served).await;
    assert_eq!(call_through(&served).await, 200);
    let records = served.command(&["audit", "export"]);
    let of_rotation = records.lines().filter(|line| line.contains("keys rotate")).count();
    assert_eq!(of_rotation, 1, "put on record once, restart or not");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_any_two_steps_of_a_rotation_it_starts_again_and_finishes() {
    for step in ["old key kept", "new key written", "some sealed anew", "all but the check value"] {
        let mut served = stopped_with_many().await;
        let (old, data) = (current_of(&served), served.data());
        let text = std::fs::read_to_string(data.join("root.key")).unwrap();
        write_private(&data.join(format!("root.key.{}", old.id())), &text);
        if step != "old key kept" {
            std::fs::remove_file(data.join("root.key")).unwrap();
            served.command(&["keys", "make", data.join("root.key").to_str().unwrap()]);
            let new = Keyring::new(current_of(&served), vec![old]);
            let many = match step {
                "new key written" => 0,
                "some sealed anew" => MANY / 2,
                _ => usize::MAX,
            };
            seal_anew(&served, &new, many).await;
        }
        let mut gateway = started(&mut served).await;
        served.command(&["grant", "check", "standin"]);
        let found = all_sealed_anew(&served).await;
        let listed = if step == "old key kept" { 1 } else { 2 };
        assert_eq!(found["keys"].as_array().unwrap().len(), listed, "{step}: {found}");
        assert_eq!(call_through(&served).await, 200, "{step}");
        gateway.stop();
        opens_with(&served, &Keyring::new(current_of(&served), Vec::new())).await;
    }
}

fn write_private(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// What a rotation had done to the store before it was killed.
async fn seal_anew(served: &Served, keyring: &Keyring, many: usize) {
    let store = Store::open(&served.data().join("gateway.db")).await.unwrap();
    for place in store::PLACES {
        for row in store.sealed().page(place, "", 10_000).await.unwrap().into_iter().take(many) {
            let binding = Binding { table: place.table, row: &row.row, column: store::SEALED };
            let plain = keyring.open(&Sealed::from_bytes(row.sealed.clone()).unwrap(), &binding).unwrap();
            let new = keyring.seal(fresh(), &binding, &plain).unwrap();
            assert!(store.sealed().swap(place, &row.row, &row.sealed, new.as_bytes()).await.unwrap());
        }
    }
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_at_any_moment_of_a_rotation_leaves_everything_open() {
    let mut served = stopped_with_many().await;
    for after in [0, 2, 5, 10, 20, 40, 80, 160, 320] {
        let mut gateway = started(&mut served).await;
        let rotating = async {
            let said = operate(&served, Method::POST, "/keys/rotate").await;
            assert_eq!(said.status, 202, "{said:?}");
        };
        // Dropped when the time is over: the gateway goes on with it.
        let _ = tokio::time::timeout(Duration::from_millis(after), rotating).await;
        gateway.kill();
        let retired = std::fs::read_dir(served.data()).unwrap().map(|entry| entry.unwrap().path());
        let retired =
            retired.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("root.key."));
        let retired = retired.map(|path| key_at(&path)).collect();
        opens_with(&served, &Keyring::new(current_of(&served), retired)).await;
    }
    let mut gateway = started(&mut served).await;
    all_sealed_anew(&served).await;
    served.command(&["grant", "check", "standin"]);
    assert_eq!(call_through(&served).await, 200);
    gateway.stop();
    opens_with(&served, &Keyring::new(current_of(&served), Vec::new())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_backup_opens_with_the_retired_key_and_no_longer_once_it_is_dropped() {
    let mut served = stopped_with_many().await;
    let (database, old) = (served.data().join("gateway.db"), current_of(&served).id().to_string());
    let backup = std::fs::read(&database).unwrap();
    let mut gateway = started(&mut served).await;
    assert_eq!(operate(&served, Method::POST, "/keys/rotate").await.status, 202);
    let early = operate(&served, Method::DELETE, &format!("/keys/{old}")).await;
    assert_eq!(early.status, 409, "refused while it is needed: {early:?}");
    all_sealed_anew(&served).await;
    gateway.stop();

    let newer = std::fs::read(&database).unwrap();
    std::fs::write(&database, &backup).unwrap();
    let anchors = served.dir.path().join("anchors");
    let kept = std::fs::read(&anchors).unwrap();
    let mut gateway = started(&mut served).await;
    served.command(&["grant", "check", "standin"]);
    all_sealed_anew(&served).await;
    gateway.stop();

    std::fs::write(&database, &newer).unwrap();
    std::fs::write(&anchors, kept).unwrap();
    let mut gateway = started(&mut served).await;
    let unsure = run(&["keys", "drop", &old], served.dir.path());
    assert_eq!(unsure.status.code(), Some(2), "{}", printed(&unsure));
    served.command(&["keys", "drop", &old, "--yes"]);
    assert!(!served.data().join(format!("root.key.{old}")).exists());
    assert_eq!(keys(&served)["keys"].as_array().unwrap().len(), 1);
    served.command(&["grant", "check", "standin"]);
    assert_eq!(operate(&served, Method::DELETE, &format!("/keys/{old}")).await.status, 404);
    let current = current_of(&served).id();
    assert_eq!(operate(&served, Method::DELETE, &format!("/keys/{current}")).await.status, 409);
    gateway.stop();

    std::fs::write(&database, &backup).unwrap();
    let output = served.serve_command().output().unwrap();
    assert_eq!(output.status.code(), Some(7), "{}", printed(&output));
    assert!(printed(&output).contains(&old), "the key it takes is named: {}", printed(&output));
    assert_eq!(std::fs::read(&database).unwrap(), backup);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_the_environment_are_changed_by_a_restart_and_it_says_so() {
    let served = stopped_with_many().await;
    let file = served.data().join("root.key");
    let (old, id) = (std::fs::read_to_string(&file).unwrap(), current_of(&served).id().to_string());
    std::fs::remove_file(&file).unwrap();
    let new = served.dir.path().join("new.key");
    served.command(&["keys", "make", new.to_str().unwrap()]);
    let next = std::fs::read_to_string(&new).unwrap();
    let with = |variables: &[(&str, &str)], name: &str, served: &Served| {
        let _ = std::fs::remove_file(served.data().join("gateway.json"));
        let mut command = served.serve_command();
        Running::start(command.envs(variables.iter().copied()), served.dir.path(), name)
    };

    let mut gateway = with(&[("TICKETGATE_ROOT_KEY", &old)], "before", &served);
    served.until_alive(&mut gateway).await;
    let refused = run(&["keys", "rotate"], served.dir.path());
    assert_eq!(refused.status.code(), Some(5), "{}", printed(&refused));
    assert!(printed(&refused).contains("TICKETGATE_RETIRED_ROOT_KEYS"), "{}", printed(&refused));
    gateway.stop();

    let both = [("TICKETGATE_ROOT_KEY", next.as_str()), ("TICKETGATE_RETIRED_ROOT_KEYS", old.as_str())];
    let mut gateway = with(&both, "between", &served);
    served.until_alive(&mut gateway).await;
    let found = all_sealed_anew(&served).await;
    assert_eq!(
        found["keys"][1],
        json!({
            "key": id, "current": false, "since": found["keys"][1]["since"], "from": "environment", "opens": 0,
            "retired_at": found["keys"][0]["since"],
        })
    );
    let refused = run(&["keys", "drop", &id, "--yes"], served.dir.path());
    assert!(
        printed(&refused).contains("Take it out of TICKETGATE_RETIRED_ROOT_KEYS"),
        "{}",
        printed(&refused)
    );
    let records = served.command(&["audit", "export"]);
    assert!(records.lines().any(|line| line.contains("keys rotate") && line.contains("\"gateway\"")));
    gateway.stop();

    let mut gateway = with(&[("TICKETGATE_ROOT_KEY", &next)], "after", &served);
    served.until_alive(&mut gateway).await;
    served.command(&["grant", "check", "standin"]);
    gateway.stop();
    assert!(!file.exists());
}
