//! A search for every secret the demo made, over everything it wrote or said.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use http::Method;
use serde_json::{Value, json};

use super::harness::{Demo, basic, call, form, try_call};

/// The shortest text worth searching for: shorter ones would be found by chance.
const SHORTEST: usize = 12;

/// Every form a secret might be written in.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let mut forms = vec![secret.to_owned(), percent(secret)];
    // Base64 of a longer text shows the secret's own code at one of three offsets; the first and last characters depend
    // on the neighbours and are left out.
    for shift in 0..3 {
        let padded = format!("{}{secret}", "x".repeat(shift));
        for engine in [&STANDARD, &URL_SAFE] {
            let code = engine.encode(&padded);
            let inner = code.trim_end_matches('=');
            let from = if shift == 0 { 0 } else { 4 };
            forms.push(inner.get(from..inner.len() - 2).unwrap_or_default().to_owned());
        }
    }
    forms.push(STANDARD_NO_PAD.encode(secret));
    forms.push(URL_SAFE_NO_PAD.encode(secret));
    forms.push(secret.bytes().map(|b| format!("{b:02x}")).collect());
    let mut forms: Vec<_> = forms.into_iter().map(String::into_bytes).collect();
    forms.push(secret.encode_utf16().flat_map(u16::to_le_bytes).collect());
    forms.retain(|form| form.len() >= SHORTEST);
    forms
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

fn contains(hay: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(hay, needle).is_some()
}

/// Every text called `..secret` or `..token` anywhere in the stand-in's facts.
fn upstream_secrets(facts: &Value, found: &mut BTreeMap<String, String>) {
    match facts {
        Value::Array(items) => items.iter().for_each(|item| upstream_secrets(item, found)),
        Value::Object(fields) => {
            for (name, value) in fields {
                if let Some(text) =
                    value.as_str().filter(|_| name.ends_with("secret") || name.ends_with("token"))
                {
                    found.insert(format!("stand-in's {name} {}", found.len()), text.to_owned());
                }
                upstream_secrets(value, found);
            }
        }
        _ => {}
    }
}

async fn every_secret(demo: &Demo) -> BTreeMap<String, String> {
    let mut secrets = BTreeMap::new();
    let facts = call(&format!("{}/standin/facts", demo.standin()), Method::POST, None, None).await.json();
    upstream_secrets(&facts, &mut secrets);
    assert!(secrets.len() > 5, "{facts}");
    for user in facts["users"].as_array().unwrap() {
        let blob = basic(user["email"].as_str().unwrap(), user["api_token"].as_str().unwrap());
        secrets.insert(format!("Basic of {}", user["email"]), blob.trim_start_matches("Basic ").to_owned());
    }
    for client in ["release-automation", "data-analytics", "partner-integrations"] {
        let secret = demo.secret(client);
        let blob = basic(client, &secret);
        let token = form(demo.ready["token_url"].as_str().unwrap(), &blob, "grant_type=client_credentials")
            .await
            .json();
        secrets.insert(format!("Basic of {client}"), blob.trim_start_matches("Basic ").to_owned());
        secrets.insert(format!("secret of {client}"), secret);
        secrets.insert(format!("token of {client}"), token["access_token"].as_str().unwrap().to_owned());
    }
    secrets.insert("operator token".into(), demo.ready["operator_token"].as_str().unwrap().to_owned());
    let key = std::fs::read_to_string(demo.data().join("root.key")).unwrap();
    for (number, line) in key.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).enumerate() {
        secrets.insert(format!("root key, line {number}"), line.trim().to_owned());
        let bare = line.trim().trim_start_matches("tgk_");
        secrets.insert(format!("root key without prefix, line {number}"), bare.to_owned());
    }
    secrets
}

/// The access tokens the gateway was given, which are made only when calls need them.
async fn minted_tokens(demo: &Demo) -> BTreeMap<String, String> {
    let tokens = call(&format!("{}/standin/tokens", demo.standin()), Method::GET, None, None).await.json();
    let mut minted = BTreeMap::new();
    upstream_secrets(&tokens, &mut minted);
    assert!(!minted.is_empty(), "the gateway's calls went up without a token: {tokens}");
    minted
}

/// Calls of every kind that can go wrong, with their answers.
async fn answers(demo: &Demo, secrets: &BTreeMap<String, String>) -> BTreeMap<String, Vec<u8>> {
    let mut heard = BTreeMap::new();
    let mut keep = |what: &str, said: super::harness::Said| {
        let mut bytes = format!("{:?}", said.headers).into_bytes();
        bytes.extend_from_slice(&said.body);
        heard.insert(what.to_owned(), bytes);
    };
    keep("an issue", demo.call("release-automation", Method::GET, "/rest/api/3/issue/REL-1", None).await);
    let body = json!({ "update": {}, "fields": { "summary": "New" } });
    keep(
        "an edit",
        demo.call("release-automation", Method::PUT, "/rest/api/3/issue/REL-1", Some(body)).await,
    );
    keep("a denial", demo.call("data-analytics", Method::DELETE, "/rest/api/3/issue/REL-1", None).await);
    keep("nonsense", demo.call("data-analytics", Method::GET, "/rest/api/3/nonsense", None).await);
    keep("a bad path", demo.call("data-analytics", Method::GET, "/rest/api/3/issue/%2e%2e/x;y", None).await);
    for (number, secret) in secrets.values().enumerate() {
        let url = format!("{}/rest/api/3/myself", demo.gateway());
        // A secret where it does not belong, one letter off: it must not come back in the refusal either.
        let wrong = format!("{}x", secret.strip_suffix(|_: char| true).unwrap());
        keep(
            &format!("wrong {number}"),
            call(&url, Method::GET, Some(&basic("someone", &wrong)), None).await,
        );
        keep(
            &format!("bearer {number}"),
            call(&url, Method::GET, Some(&format!("Bearer {wrong}")), None).await,
        );
    }
    let faults = json!({ "match": { "path_prefix": "/ex/" }, "times": 2, "action": { "status": 500, "body": "oops" } });
    let _ = try_call(&format!("{}/standin/faults", demo.standin()), Method::PUT, None, Some(faults)).await;
    keep("upstream 500", demo.call("data-analytics", Method::GET, "/rest/api/3/issue/REL-2", None).await);
    for path in
        ["/api/v1/clients", "/api/v1/grants", "/api/v1/sites", "/api/v1/manifests", "/api/v1/audit/export"]
    {
        keep(path, demo.operate(Method::GET, path, None).await);
    }
    keep("no such client", demo.operate(Method::GET, "/api/v1/clients/nobody", None).await);
    let bad = json!({ "name": "x", "sites": ["demo"], "credential": { "kind": "api-token", "token": "sesame-open-secret" } });
    keep("bad grant", demo.operate(Method::POST, "/api/v1/grants", Some(bad)).await);
    keep("metrics", call(&format!("{}/metrics", demo.gateway()), Method::GET, None, None).await);
    heard
}

fn files(dir: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(dir).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            files(&entry.path(), found);
        } else {
            found.insert(entry.path().display().to_string(), std::fs::read(entry.path()).unwrap());
        }
    }
}

#[tokio::test]
async fn no_secret_of_the_demo_is_found_anywhere_but_where_it_belongs() {
    let demo =
        Demo::start_with(&[("TICKETGATE_LOG_LEVEL", "trace"), ("TICKETGATE_LOG_FORMAT", "json")]).await;
    let mut secrets = every_secret(&demo).await;
    let mut hay = answers(&demo, &secrets).await;
    let minted = minted_tokens(&demo).await;
    secrets.extend(minted.into_iter().map(|(name, token)| (format!("{name}, minted"), token)));
    files(demo.dir.path(), &mut hay);
    let mut demo = demo;
    demo.process.stop();
    // Once more after the end: whatever shutting down wrote. What was there before stays in the search.
    let mut after = BTreeMap::new();
    files(demo.dir.path(), &mut after);
    hay.extend(after.into_iter().map(|(name, bytes)| (format!("{name} (after the end)"), bytes)));
    // Blocks of the audit are packed at rest, where a search sees nothing; here they are as lines, to the last one.
    let store = store::Store::open_read_only(&demo.data().join("gateway.db")).await.unwrap();
    let mut lines = Vec::new();
    audit::verify::export(&store, &mut lines).await.unwrap();
    assert!(lines.ends_with(b"\n"));
    hay.insert("the whole audit".to_owned(), lines);

    let mut found = Vec::new();
    for (name, bytes) in &hay {
        // The three places made to hold some of them, each readable only by its owner.
        let belongs = ["/ready.json", "/root.key", "/gateway.json"].iter().any(|file| name.contains(file));
        if belongs {
            continue;
        }
        for (secret, text) in &secrets {
            // The demo's closing words show each client's secret once: that is the one time they are shown.
            let shown = name.contains("/demo.out") && secret.starts_with("secret of");
            if !shown && forms(text).iter().any(|form| contains(bytes, form)) {
                found.push(format!("{secret} in {name}"));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
    let bytes: usize = hay.values().map(Vec::len).sum();
    println!("{} secrets, {} places, {bytes} bytes searched", secrets.len(), hay.len());
    assert!(hay.keys().any(|name| name.ends_with("gateway.db")), "{:?}", hay.keys());
}

#[test]
fn the_search_finds_a_secret_in_every_form() {
    let secret = "tgs_4fA9+/long=enough&secret";
    for shift in 0..3 {
        let blob = STANDARD.encode(format!("{}{secret} and more", "u".repeat(shift)));
        assert!(forms(secret).iter().any(|form| contains(blob.as_bytes(), form)), "{shift}: {blob}");
    }
    for text in [percent(secret), secret.to_owned()] {
        assert!(forms(secret).iter().any(|form| contains(text.as_bytes(), form)));
    }
}
