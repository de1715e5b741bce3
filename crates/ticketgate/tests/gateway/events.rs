//! What befalls a grant is told: to the caller at once, on record, to a webhook and to a command.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use serde_json::{Value, json};

use super::harness::{Running, Said, call, until};
use super::served::Served;

/// A request as a receiver of webhooks sees it.
struct Pushed {
    head: String,
    body: String,
}

impl Pushed {
    fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_else(|| panic!("{name}: {}", self.head)).trim()
    }

    /// As the specification tells receivers to, with a library of their own.
    fn verify(&self, key: &[u8]) {
        let signed =
            format!("{}.{}.{}", self.header("webhook-id"), self.header("webhook-timestamp"), self.body);
        let signature = self.header("webhook-signature").strip_prefix("v1,").unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        hmac::verify(&key, signed.as_bytes(), &STANDARD.decode(signature).unwrap()).unwrap();
    }
}

/// Answers the first request with 500 and the others with 204.
fn receiver() -> (String, mpsc::Receiver<Pushed>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/hook?of=ticketgate", listener.local_addr().unwrap());
    let (to, pushed) = mpsc::channel();
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let (mut all, mut piece) = (Vec::new(), [0; 4096]);
            let (head, body) = loop {
                let length = stream.read(&mut piece).unwrap();
                all.extend_from_slice(&piece[..length]);
                let text = String::from_utf8_lossy(&all).into_owned();
                if let Some((head, body)) = text.split_once("\r\n\r\n")
                    && body.ends_with("}}")
                {
                    break (head.to_owned(), body.to_owned());
                }
                assert_ne!(length, 0, "{text}");
            };
            let status = if number == 0 { "500 No" } else { "204 Yes" };
            write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
            if to.send(Pushed { head, body }).is_err() {
                return;
            }
        }
    });
    (address, pushed)
}

struct World {
    served: Served,
    gateway: Running,
    pushed: mpsc::Receiver<Pushed>,
}

const KEY: [u8; 32] = [7; 32];

impl World {
    /// A gateway whose client `robot` acts with what Rosa consented to, at two sites.
    async fn new() -> Self {
        let mut served = Served::prepare().await;
        let folder = served.dir.path().to_owned();
        let origin = served.standin.origin();
        let (address, pushed) = receiver();
        let write = |name: &str, text: &str| {
            std::fs::write(folder.join(name), text).unwrap();
            #[cfg(unix)]
            std::fs::set_permissions(folder.join(name), std::os::unix::fs::PermissionsExt::from_mode(0o600))
                .unwrap();
        };
        let facts = call(&format!("{origin}/standin/facts"), Method::GET, None, None).await.json();
        let app =
            facts["apps"].as_array().unwrap().iter().find(|app| app["name"] == "people").unwrap().clone();
        write("app-secret", app["client_secret"].as_str().unwrap());
        write("hook-secret", &format!("whsec_{}", STANDARD.encode(KEY)));
        let settings = std::fs::read_to_string(folder.join("ticketgate.toml")).unwrap();
        let heard = folder.join("heard");
        let settings = format!(
            "{settings}[sites.other]\nurl = \"{origin}/sites-host/other\"\napi_origin = {origin:?}\n\
             [apps.people]\nclient_id = {}\nclient_secret_file = \"app-secret\"\ntoken_url = \"{origin}/oauth/token\"\n\
             api_origin = {origin:?}\n[events]\nwebhook = {address:?}\nwebhook_secret_file = \"hook-secret\"\n\
             command = [\"/bin/sh\", \"-c\", \"cat >> {}; echo >> {}\"]\n",
            app["client_id"],
            heard.display(),
            heard.display()
        );
        write("ticketgate.toml", &settings);
        let manifest = "owner = \"tests\"\npurpose = \"tests\"\nsites = [\"demo\", \"other\"]\ngrant = \"rel\"\n\
             scopes = [\"read:jira-work\", \"read:jira-user\"]\n\
             [operations]\nids = [\"jira:getIssue\", \"jira:getCurrentUser\"]\n";
        let mut gateway = served.serve();
        served.until_alive(&mut gateway).await;
        served.furnish();
        let tokens = json!({ "as": "rosa", "app": "people", "scopes": "read:me read:jira-work write:jira-work read:jira-user offline_access" });
        let tokens =
            call(&format!("{origin}/standin/oauth/grants"), Method::POST, None, Some(tokens)).await.json();
        let world = Self { served, gateway, pushed };
        let new = json!({
            "name": "rel", "kind": "three-legged", "app": "people", "account": "rosa", "account_name": "Rosa",
            "sites": ["demo", "other"], "refresh_token": tokens["refresh_token"],
        });
        let added = world.operate(Method::POST, "/api/v1/grants", Some(new)).await;
        assert!(added.status.is_success(), "{}", added.text());
        std::fs::write(folder.join("manifests/robot.toml"), manifest).unwrap();
        world.served.command(&["apply"]);
        world
    }

    async fn operate(&self, method: Method, path: &str, body: Option<Value>) -> Said {
        let file = std::fs::read(self.served.data().join("gateway.json")).unwrap();
        let file: Value = serde_json::from_slice(&file).unwrap();
        let bearer = format!("Bearer {}", file["token"].as_str().unwrap());
        call(&format!("{}{path}", self.served.gateway()), method, Some(&bearer), body).await
    }

    async fn steer(&self, method: Method, path: &str, body: Value) -> Value {
        let url = format!("{}/standin/{path}", self.served.standin.origin());
        let body = Some(body).filter(|body| !body.is_null());
        let said = call(&url, method, None, body).await;
        assert!(said.status.is_success(), "{path}: {}", said.text());
        if said.body.is_empty() { Value::Null } else { said.json() }
    }

    async fn myself(&self, site: &str) -> Said {
        let url = format!("{}/sites/{site}/rest/api/3/myself", self.served.gateway());
        call(&url, Method::GET, Some(&self.served.authorization()), None).await
    }

    /// The records of changes of the grant, once `wanted` is among what they came to.
    async fn changes(&mut self, wanted: &str) -> Vec<Value> {
        let served = &self.served;
        until(wanted, &mut self.gateway, async || {
            let found = served.command(&["audit", "search", "--kind", "grant", "--json"]);
            let found: Vec<Value> = found.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            let records: Vec<_> = found.into_iter().map(|found| found["record"].clone()).collect();
            let of_rel: Vec<_> = records.into_iter().filter(|record| record["grant"] == "rel").collect();
            of_rel.iter().any(|record| record["grant_change"]["to"] == wanted).then_some(of_rel)
        })
        .await
    }

    /// The events the command heard, once there are so many.
    async fn heard(&mut self, count: usize) -> Vec<Value> {
        let file = self.served.dir.path().join("heard");
        until("events", &mut self.gateway, async || {
            let text = std::fs::read_to_string(&file).ok()?;
            let lines: Vec<_> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
            (lines.len() >= count).then_some(lines)
        })
        .await
    }
}

fn count(records: &[Value], to: &str) -> usize {
    records.iter().filter(|record| record["grant_change"]["to"] == to).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_user_revokes_is_told_once_to_everybody_and_nobody_hammers_the_provider() {
    let mut world = World::new().await;
    assert_eq!(world.myself("demo").await.status, 200);
    world.steer(Method::POST, "oauth/revoke", json!({ "as": "rosa" })).await;

    let refused = world.myself("demo").await;
    assert_eq!(refused.refusal(), Some("reconnect-required"), "{}", refused.text());
    let text = refused.text();
    assert!(text.contains("its user revoked the access") && text.contains("grant authorize rel"), "{text}");
    for _ in 0..5 {
        assert_eq!(world.myself("other").await.refusal(), Some("reconnect-required"));
    }
    let totals = world.steer(Method::GET, "oauth", Value::Null).await["totals"].clone();
    let exchanges =
        totals["after_end"].as_u64().unwrap() + totals["unknown_refresh_tokens"].as_u64().unwrap();
    assert_eq!(exchanges, 1, "asked once after the end: {totals}");

    let records = world.changes("reconnect-required").await;
    assert_eq!(count(&records, "reconnect-required"), 1, "{records:?}");
    let record = records.iter().find(|it| it["grant_change"]["to"] == "reconnect-required").unwrap();
    let change = &record["grant_change"];
    assert_eq!((&record["user"], &change["cause"]), (&json!("rosa"), &json!("revoked-upstream")));
    assert!(change["instance"].is_string() && change["words"].as_str().unwrap().contains("revoked"));

    let heard = world.heard(1).await;
    assert_eq!((heard.len(), &heard[0]["type"]), (1, &json!("grant.state")), "{heard:?}");
    assert_eq!(heard[0]["data"]["to"], "reconnect-required");
    let tries: Vec<_> =
        (0..2).map(|_| world.pushed.recv_timeout(super::harness::PATIENCE).unwrap()).collect();
    for pushed in &tries {
        pushed.verify(&KEY);
        assert_eq!(serde_json::from_str::<Value>(&pushed.body).unwrap(), heard[0]);
    }
    assert_eq!(tries[0].header("webhook-id"), tries[1].header("webhook-id"), "the same event, tried again");

    let list = world.served.command(&["grant", "list"]);
    assert!(list.contains("reconnect-required (revoked-upstream)"), "{list}");
    let metrics = world.operate(Method::GET, "/metrics", None).await.text();
    assert!(
        metrics.contains(r#"ticketgate_grant_state{grant="rel",state="reconnect-required"} 1"#),
        "{metrics}"
    );
    assert_eq!(world.gateway.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_is_removed_from_one_site_goes_on_at_the_other() {
    let mut world = World::new().await;
    for site in ["demo", "other"] {
        let said = world.myself(site).await;
        assert_eq!(said.status, 200, "{}", said.text());
    }
    world.steer(Method::POST, "oauth/uninstall", json!({ "app": "people", "site": "demo" })).await;
    for _ in 0..3 {
        let refused = world.myself("demo").await;
        assert_eq!(refused.refusal(), Some("reconnect-required"), "{}", refused.text());
        assert!(refused.text().contains("not installed on the site demo"), "{}", refused.text());
        assert_eq!(world.myself("other").await.status, 200);
    }
    let records = world.changes("app-removed").await;
    assert_eq!(count(&records, "app-removed"), 1, "{records:?}");
    assert!(world.served.command(&["grant", "list"]).contains("its app was removed from demo"));
    world.steer(Method::POST, "oauth/install", json!({ "app": "people", "site": "demo" })).await;
    assert_eq!(world.myself("demo").await.status, 200);
    world.changes("installed").await;
    let heard = world.heard(2).await;
    assert!(
        heard.iter().all(|event| event["type"] == "grant.site" && event["data"]["site"] == "demo"),
        "{heard:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_that_is_lost_is_named_with_the_client_it_hurts() {
    let mut world = World::new().await;
    assert_eq!(world.myself("demo").await.status, 200);
    let lost = json!({ "as": "rosa", "app": "people", "remove": ["read:jira-user"] });
    world.steer(Method::POST, "oauth/scopes", lost).await;
    // What was granted is heard with the next pair.
    world.steer(Method::POST, "revoke-access-tokens", json!({})).await;
    let _refused = world.myself("demo").await;
    let records = world.changes("lacking").await;
    let record = records.iter().find(|it| it["grant_change"]["to"] == "lacking").unwrap();
    assert_eq!(
        (&record["scopes"], &record["grant_change"]["clients"]),
        (&json!(["read:jira-user"]), &json!(["robot"]))
    );
    assert!(record["grant_change"]["words"].as_str().unwrap().contains("read:jira-user"), "{record}");
    let event = world.heard(1).await.remove(0);
    assert_eq!((&event["type"], &event["data"]["clients"]), (&json!("grant.scopes"), &json!(["robot"])));
    let list = world.served.command(&["grant", "list"]);
    assert!(list.contains("robot lacks read:jira-user for"), "{list}");
    assert!(list.contains("a service account would not depend on a person"), "{list}");
}
