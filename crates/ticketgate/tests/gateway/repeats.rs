//! A change that is asked for twice under one `Idempotency-Key` is made once.

use bytes::Bytes;
use egress::{Egress, RequestBody};
use http::{Method, Request, header};
use serde_json::{Value, json};

use super::harness::{Demo, PATIENCE, Said};
use super::served::Served;

struct Asker {
    base: String,
    token: String,
    egress: Egress,
}

impl Asker {
    fn of(demo: &Demo) -> Self {
        Self::new(demo.gateway(), demo.ready["operator_token"].as_str().unwrap())
    }

    fn new(gateway: String, token: &str) -> Self {
        let settings = egress::Settings { roots: egress::Roots::WebPki, ..Default::default() };
        Self { base: gateway, token: token.to_owned(), egress: Egress::new(&settings).unwrap() }
    }

    async fn ask(&self, key: &str, method: Method, path: &str, body: &Value) -> Said {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}/api/v1{path}", self.base))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header("idempotency-key", key)
            .body(RequestBody::full(Bytes::from(body.to_string())))
            .unwrap();
        let (parts, body) = self.egress.fetch(request, PATIENCE, 1 << 20).await.unwrap();
        Said { status: parts.status, headers: parts.headers, body }
    }
}

fn again(said: &Said) -> bool {
    said.headers.contains_key("idempotency-replayed")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_answer_is_given_again_and_the_change_made_once() {
    let demo = Demo::start().await;
    let asker = Asker::of(&demo);
    let (path, body) = ("/clients/data-analytics", json!({ "purpose": "another" }));
    let first = asker.ask("\"k-1\"", Method::PATCH, path, &body).await;
    assert!(first.status == 200 && !again(&first), "{first:?}");
    // Somebody else changes it meanwhile: the answer is the first one all the same, and nothing is undone.
    let later =
        demo.operate(Method::PATCH, "/api/v1/clients/data-analytics", Some(json!({ "purpose": "newer" })));
    assert_eq!(later.await.status, 200);
    let second = asker.ask("k-1", Method::PATCH, path, &body).await;
    assert!(again(&second), "{second:?}");
    assert_eq!((second.status, &second.body), (first.status, &first.body));
    assert_eq!(second.headers["etag"], first.headers["etag"]);
    let now = demo.operate(Method::GET, "/api/v1/clients/data-analytics", None).await.json();
    assert_eq!(now["purpose"], "newer");

    let other = asker.ask("k-1", Method::PATCH, path, &json!({ "purpose": "third" })).await;
    assert_eq!((other.status.as_u16(), other.refusal()), (422, Some("idempotency-key-reused")));
    let elsewhere = asker.ask("k-1", Method::PATCH, "/clients/release-automation", &body).await;
    assert_eq!(elsewhere.refusal(), Some("idempotency-key-reused"));
    let asked = json!({ "name": "ada", "role": "owner" });
    let ada = demo.operate(Method::POST, "/api/v1/operators", Some(asked)).await.json();
    let ada = Asker::new(demo.gateway(), ada["token"].as_str().unwrap());
    let hers = ada.ask("k-1", Method::PATCH, "/clients/release-automation", &body).await;
    assert!(hers.status == 200 && !again(&hers), "a key is one operator's: {hers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_with_a_secret_is_not_kept_and_nothing_is_made_twice() {
    let (mut served, mut process) = Served::start().await;
    let made = served.command(&["operator", "add", "ada", "--role", "owner", "--json"]);
    let made: Value = serde_json::from_str(&made).unwrap();
    let token = made["token"].as_str().unwrap();
    let asker = Asker::new(served.gateway(), token);
    let rotate = ("/clients/robot/rotate", json!({}));
    let first = asker.ask("k", Method::POST, rotate.0, &rotate.1).await;
    assert_eq!(first.status, 201, "{first:?}");
    let secret = first.json()["client_secret"].as_str().unwrap().to_owned();
    process.stop();
    let files =
        std::fs::read_dir(served.data()).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
    assert!(
        !files.into_iter().any(|bytes| memchr::memmem::find(&bytes, secret.as_bytes()).is_some()),
        "nothing on the disk holds the secret"
    );

    let mut process = served.serve();
    served.until_alive(&mut process).await;
    let asker = Asker::new(served.gateway(), token);
    let second = asker.ask("k", Method::POST, rotate.0, &rotate.1).await;
    assert_eq!(
        (second.status.as_u16(), second.refusal()),
        (409, Some("answer-not-kept")),
        "after a restart, too"
    );
    assert!(second.text().contains("rotate"), "{}", second.text());
    let robot: Value = serde_json::from_str(&served.command(&["client", "show", "robot", "--json"])).unwrap();
    assert_eq!(
        robot["secrets"].as_array().unwrap().len(),
        2,
        "the one from before, and one new one: {robot}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_leaves_the_key_free() {
    let demo = Demo::start().await;
    let asker = Asker::of(&demo);
    let file = demo.data().join("manifests/data-analytics.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("wonder = 1\n{text}")).unwrap();
    let refused = asker.ask("p", Method::POST, "/manifests/publish", &json!({})).await;
    assert_eq!(refused.refusal(), Some("manifests-not-compiled"));
    std::fs::write(&file, text).unwrap();
    let published = asker.ask("p", Method::POST, "/manifests/publish", &json!({})).await;
    assert!(published.status == 200 && !again(&published), "{published:?}");
    assert!(again(&asker.ask("p", Method::POST, "/manifests/publish", &json!({})).await));
    let deleted = asker.ask("d", Method::DELETE, "/grants/demo-service-account", &Value::Null).await;
    let twice = asker.ask("d", Method::DELETE, "/grants/demo-service-account", &Value::Null).await;
    assert_eq!(
        (deleted.status.as_u16(), twice.status.as_u16(), again(&twice)),
        (204, 204, true),
        "{twice:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_at_the_same_time_it_is_made_once() {
    let demo = Demo::start().await;
    let asker = Asker::of(&demo);
    let body = json!({ "client": "nightly", "owner": "a", "purpose": "b" });
    let all = (0..8).map(|_| asker.ask("once", Method::POST, "/clients", &body));
    let mut heard: Vec<_> = futures(all).await;
    heard.sort();
    assert_eq!(heard.iter().filter(|(status, _)| *status == 201).count(), 1, "{heard:?}");
    let others = ["idempotency-key-in-use", "answer-not-kept"];
    assert!(
        heard.iter().all(|(status, code)| *status == 201 || others.contains(&code.as_str())),
        "{heard:?}"
    );
}

/// All of them at once.
async fn futures(all: impl Iterator<Item = impl Future<Output = Said>>) -> Vec<(u16, String)> {
    let mut all: Vec<_> = all.map(Box::pin).collect();
    let mut heard = Vec::new();
    std::future::poll_fn(|context| {
        all.retain_mut(|one| match one.as_mut().poll(context) {
            std::task::Poll::Ready(said) => {
                heard.push((said.status.as_u16(), said.refusal().unwrap_or_default().to_owned()));
                false
            }
            std::task::Poll::Pending => true,
        });
        if all.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    heard
}
