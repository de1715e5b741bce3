//! What a gateway keeps when it starts again, and how it is told to look again.

use http::Method;

use super::harness::{Running, call, until};
use super::served::Served;

async fn allowed(served: &Served) -> bool {
    let url = format!("{}/rest/api/3/issue/REL-1", served.gateway());
    call(&url, Method::GET, Some(&served.authorization()), None).await.status.is_success()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_published_last_is_in_force_again_when_the_folder_is_broken() {
    let (mut served, mut gateway) = Served::start().await;
    assert!(allowed(&served).await);
    let manifest = served.dir.path().join("manifests/robot.toml");
    std::fs::write(&manifest, "owner = 7\n").unwrap();
    assert_eq!(gateway.stop(), Some(0));

    let mut gateway = served.serve();
    served.until_alive(&mut gateway).await;
    assert!(allowed(&served).await, "{}", gateway.said());
    let ready = call(&format!("{}/readyz", served.gateway()), Method::GET, None, None).await;
    assert_eq!(ready.status, 200, "it serves: {ready:?}");
    assert!(format!("{ready:?}").contains("1 stay in force"), "and says what is not in order: {ready:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hangup_signal_publishes_the_manifests() {
    let (served, mut gateway): (Served, Running) = Served::start().await;
    assert!(allowed(&served).await);
    std::fs::remove_file(served.dir.path().join("manifests/robot.toml")).unwrap();
    gateway.hang_up();
    until("the published change", &mut gateway, async || (!allowed(&served).await).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_gateway_lets_a_call_under_way_end() {
    let (served, mut gateway) = Served::start().await;
    let slow = serde_json::json!({
        "match": { "path_prefix": "/ex/" }, "times": 1, "action": { "delay_ms": 1500 }
    });
    let steering = format!("{}/standin/faults", served.standin.origin());
    let set = call(&steering, Method::PUT, None, Some(slow)).await;
    assert!(set.status.is_success(), "{set:?}");
    let (url, authorization) =
        (format!("{}/rest/api/3/issue/REL-1", served.gateway()), served.authorization());
    let waiting = tokio::spawn(async move { call(&url, Method::GET, Some(&authorization), None).await });
    until("the call at the stand-in", &mut gateway, async || {
        let seen =
            call(&format!("{}/standin/requests", served.standin.origin()), Method::GET, None, None).await;
        seen.text().contains("/rest/api/3/issue/REL-1").then_some(())
    })
    .await;
    let code = tokio::task::spawn_blocking(move || (gateway.stop(), gateway)).await.unwrap().0;
    assert_eq!(code, Some(0));
    assert_eq!(waiting.await.unwrap().status, 200);
    assert!(!served.data().join("gateway.json").exists());
}
