//! Who may read `/metrics`, and where.

use egress::{Egress, RequestBody};
use http::{Method, Request, StatusCode};

use super::harness::{Demo, Running, call, until};
use super::served::Served;

#[tokio::test(flavor = "multi_thread")]
async fn metrics_that_a_proxy_asks_for_are_for_operators_only() {
    let demo = Demo::start().await;
    let token = format!("Bearer {}", demo.ready["operator_token"].as_str().unwrap());
    let client = format!("Bearer {}", demo.secret("data-analytics"));
    for (authorization, status) in [
        (None, StatusCode::UNAUTHORIZED),
        (Some(&client), StatusCode::UNAUTHORIZED),
        (Some(&token), StatusCode::OK),
    ] {
        let mut request =
            Request::get(format!("{}/metrics", demo.gateway())).header("x-forwarded-for", "192.0.2.1");
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        let egress = egress::Settings { roots: egress::Roots::WebPki, ..Default::default() };
        let request = request.body(RequestBody::empty()).unwrap();
        let within = std::time::Duration::from_secs(60);
        let (head, body) = Egress::new(&egress).unwrap().fetch(request, within, 1 << 20).await.unwrap();
        assert_eq!(head.status, status, "{authorization:?}");
        assert_eq!(body.ends_with(b"# EOF\n"), status == StatusCode::OK);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_with_a_listener_of_their_own_are_there_and_nowhere_else() {
    let served = Served::prepare().await;
    let mut command = served.serve_command();
    command.env("TICKETGATE_METRICS_LISTEN", "127.0.0.1:0");
    let mut gateway = Running::start(&mut command, served.dir.path(), "serve");
    served.until_alive(&mut gateway).await;
    let metrics = until("where the metrics are", &mut gateway, async || {
        let said = std::fs::read_to_string(served.dir.path().join("serve.err")).ok()?;
        let address = said.split_once("metrics=127.0.0.1:")?.1.split_whitespace().next()?.to_owned();
        Some(format!("http://127.0.0.1:{address}"))
    })
    .await;
    let get = async |url: String| call(&url, Method::GET, None, None).await;
    let counted = get(format!("{metrics}/metrics")).await;
    assert_eq!(counted.status, 200);
    assert!(counted.text().ends_with("# EOF\n"), "{counted:?}");
    assert_eq!(get(format!("{}/metrics", served.gateway())).await.status, 404);
    for path in ["/healthz", "/api/v1/clients", "/rest/api/3/issue/REL-1", "/oauth/token"] {
        assert_eq!(get(format!("{metrics}{path}")).await.status, 404, "{path}");
    }
    assert_eq!(gateway.stop(), Some(0), "{}", gateway.said());
}
