//! What `ticketgate demo` promises.

use http::Method;
use serde_json::json;

use super::harness::{Demo, basic, call};

#[tokio::test]
async fn the_ready_file_names_everything_and_only_the_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let demo = Demo::start().await;
    for key in ["gateway", "console", "token_url", "standin", "operator_token"] {
        assert!(demo.ready[key].is_string(), "{key}: {}", demo.ready);
    }
    let sites = demo.ready["sites"].as_array().unwrap();
    assert!(sites.iter().any(|site| site["name"] == "demo" && site["cloud_id"].is_string()));
    let names: Vec<_> =
        demo.ready["clients"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["release-automation", "data-analytics", "partner-integrations"]);
    let mode = std::fs::metadata(demo.dir.path().join("ready.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn what_one_client_may_do_another_is_refused_and_the_audit_tells_them_apart() {
    let demo = Demo::start().await;
    let comment = json!({ "body": { "type": "doc", "version": 1, "content": [
        { "type": "paragraph", "content": [{ "type": "text", "text": "Released." }] }
    ] } });
    let path = "/rest/api/3/issue/REL-1/comment";
    let permitted = demo.call("release-automation", Method::POST, path, Some(comment.clone())).await;
    assert_eq!(permitted.status, 201, "{permitted:?}");
    let read = demo.call("data-analytics", Method::GET, "/rest/api/3/issue/REL-1", None).await;
    assert_eq!(read.status, 200, "{read:?}");
    let refused = demo.call("data-analytics", Method::POST, path, Some(comment)).await;
    assert_eq!(refused.status, 403, "{refused:?}");
    assert_eq!(refused.refusal(), Some("operation-not-permitted"));
    let words = refused.json()["errorMessages"][0].as_str().unwrap().to_owned();
    assert!(words.contains("addComment") && words.contains("data-analytics"), "{words}");

    let mut seen = Vec::new();
    for (said, client) in
        [(&permitted, "release-automation"), (&read, "data-analytics"), (&refused, "data-analytics")]
    {
        let id = said.headers["ticketgate-request-id"].to_str().unwrap();
        let records = demo.records(&format!("kind=call&id={id}"), 1).await;
        assert_eq!(records[0]["client"], client, "{records:?}");
        seen.push(records[0]["decision"].as_str().unwrap().to_owned());
    }
    assert_eq!(seen, ["permitted", "permitted", "refused"]);
}

#[tokio::test]
async fn a_token_from_the_token_endpoint_works_as_bearer() {
    let demo = Demo::start().await;
    let url = demo.ready["token_url"].as_str().unwrap();
    let authorization = basic("data-analytics", &demo.secret("data-analytics"));
    let token = super::harness::form(url, &authorization, "grant_type=client_credentials").await.json();
    assert_eq!(token["token_type"].as_str().unwrap().to_lowercase(), "bearer");
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    let url = format!("{}/rest/api/3/myself", demo.gateway());
    let said = call(&url, Method::GET, Some(&bearer), None).await;
    assert_eq!(said.status, 200, "{said:?}");
    let resources = call(
        &format!("{}/oauth/token/accessible-resources", demo.gateway()),
        Method::GET,
        Some(&bearer),
        None,
    )
    .await
    .json();
    assert_eq!(resources[0]["id"], demo.ready["sites"][0]["cloud_id"], "{resources}");
}

#[tokio::test]
async fn a_call_without_a_credential_or_with_a_wrong_one_is_refused() {
    let demo = Demo::start().await;
    let url = format!("{}/rest/api/3/myself", demo.gateway());
    let bare = call(&url, Method::GET, None, None).await;
    assert_eq!((bare.status.as_u16(), bare.refusal()), (401, Some("credential-missing")));
    let wrong = call(&url, Method::GET, Some(&basic("data-analytics", "sesame")), None).await;
    assert_eq!((wrong.status.as_u16(), wrong.refusal()), (401, Some("credential-invalid")));
}

#[tokio::test]
async fn nothing_stays_behind_when_the_demo_ends() {
    let mut demo = Demo::start().await;
    assert_eq!(demo.process.stop(), Some(0), "{}", demo.process.said());
    assert!(!demo.data().join("gateway.json").exists());
}

#[tokio::test]
async fn health_readiness_and_discovery_answer_without_a_credential_and_metrics_on_this_machine() {
    let demo = Demo::start().await;
    let gateway = demo.gateway();
    let get = async |path: &str| call(&format!("{gateway}{path}"), Method::GET, None, None).await;
    assert_eq!(get("/healthz").await.status, 200);
    let ready = get("/readyz").await;
    assert_eq!(ready.status, 200, "{ready:?}");
    let metrics = get("/metrics").await.text();
    assert!(metrics.contains("# EOF") && metrics.contains("# TYPE"), "{metrics}");
    let server = get("/.well-known/oauth-authorization-server").await.json();
    assert_eq!(server["issuer"], gateway);
    assert_eq!(server["token_endpoint"], demo.ready["token_url"]);
    let resource = get("/.well-known/oauth-protected-resource").await.json();
    assert_eq!(resource["authorization_servers"], json!([gateway]));
}

#[tokio::test]
async fn the_console_says_that_it_is_not_there_yet_and_what_to_use_instead() {
    let demo = Demo::start().await;
    let console = demo.ready["console"].as_str().unwrap();
    for url in [console.to_owned(), format!("{console}/clients")] {
        let said = call(&url, Method::GET, None, None).await;
        assert_eq!(said.status, 404, "{said:?}");
        assert!(said.headers["content-type"].to_str().unwrap().starts_with("text/plain"), "{said:?}");
        let words = said.text();
        assert!(words.contains("not part of this version") && words.contains("ticketgate --help"), "{words}");
    }
}

#[tokio::test]
async fn the_control_api_refuses_everyone_but_the_operator() {
    let demo = Demo::start().await;
    let url = format!("{}/api/v1/clients", demo.gateway());
    let own = format!("Bearer {}", demo.secret("data-analytics"));
    for authorization in [None, Some("Bearer tgo_nonsense"), Some(own.as_str())] {
        let said = call(&url, Method::GET, authorization, None).await;
        assert_eq!(said.status, 401, "{authorization:?}");
        assert_eq!(said.headers["content-type"], "application/problem+json");
    }
    assert_eq!(demo.operate(Method::GET, "/api/v1/clients", None).await.status, 200);
}

#[tokio::test]
async fn a_path_of_neither_plane_is_refused_by_the_table() {
    let demo = Demo::start().await;
    for path in ["/auth/nothing", "/issue/REL-1", "/resty/api/3/issue/REL-1", "/oauth/nothing"] {
        let said = call(&format!("{}{path}", demo.gateway()), Method::GET, None, None).await;
        assert_eq!((said.status.as_u16(), said.refusal()), (404, Some("nothing-here")), "{path}");
    }
    let said = demo.operate(Method::GET, "/api/v1/nothing", None).await;
    assert_eq!((said.status.as_u16(), said.refusal()), (404, Some("nothing-here")));
    let counted = call(&format!("{}/metrics", demo.gateway()), Method::GET, None, None).await.text();
    assert!(counted.contains("ticketgate_refusals_total{code=\"nothing-here\"} 5\n"), "{counted}");
}

/// The first command of the README: nothing said but where to listen.
#[tokio::test]
async fn the_demo_needs_no_folder_and_leaves_none_behind() {
    let dir = tempfile::tempdir().unwrap();
    let ready = dir.path().join("ready.json");
    let mut command = super::harness::ticketgate();
    command.current_dir(dir.path()).env("TMPDIR", dir.path());
    command.args(["demo", "--listen", "127.0.0.1:0", "--ready-file"]).arg(&ready);
    let mut process = super::harness::Running::start(&mut command, dir.path(), "demo");
    super::harness::until("the ready file", &mut process, async || ready.exists().then_some(())).await;
    assert_eq!(process.stop(), Some(0), "{}", process.said());
    let left =
        std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(left.into_iter().all(|name| !name.starts_with("ticketgate-demo-")));
}

#[tokio::test]
async fn jiras_own_history_names_the_client_once_its_manifest_asks_for_it() {
    let demo = Demo::start().await;
    let edit = async |summary: &str| {
        // What the client says of itself does not count.
        let body = json!({ "fields": { "summary": summary }, "historyMetadata": { "actor": { "id": "somebody-else" } } });
        let said = demo.call("release-automation", Method::PUT, "/rest/api/3/issue/REL-1", Some(body)).await;
        assert_eq!(said.status, 204, "{}", said.text());
        let changelog = "/rest/api/3/issue/REL-1/changelog?maxResults=1000";
        let history = demo.call("release-automation", Method::GET, changelog, None).await.json();
        let values = history["values"].as_array().unwrap_or_else(|| panic!("{history}")).clone();
        values.into_iter().find(|entry| entry["items"][0]["toString"] == summary).unwrap()["historyMetadata"]
            .clone()
    };
    assert_eq!(edit("Unattributed").await["actor"]["id"], "somebody-else");

    let manifest = demo.data().join("manifests/release-automation.toml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, text.replacen("[operations]", "attribution = true\n[operations]", 1)).unwrap();
    let applied = demo.command(&["apply"]);
    assert!(applied.status.success(), "{applied:?}");
    let metadata = edit("Attributed").await;
    assert_eq!(metadata["actor"]["id"], "release-automation", "{metadata}");
    assert_eq!(metadata["description"], "release-automation, through ticketgate");
    assert!(metadata["extraData"]["request"].is_string() && metadata["extraData"]["owner"].is_string());
}
