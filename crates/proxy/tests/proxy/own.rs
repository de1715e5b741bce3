use egress::RequestBody;

use crate::upstream::{json, scripted};
use crate::world::{World, refusal};

#[tokio::test]
async fn a_client_learns_which_sites_it_reaches_and_who_it_is() {
    let (upstream, seen) = scripted(|_| json("200 OK", "{}")).await;
    let world = World::new(upstream).await;
    let (head, text) = world.get("/oauth/token/accessible-resources").await;
    assert!(head.headers.contains_key("ticketgate-request-id"));
    let sites: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(sites.as_array().unwrap().len(), 2, "{text}");
    for site in sites.as_array().unwrap() {
        assert_eq!(site["id"], "1234");
        assert_eq!(site["url"], format!("http://{}/sites/acme", world.address));
    }
    assert_eq!(sites[0]["scopes"], serde_json::json!(["read:jira-work", "write:jira-work"]));
    assert_eq!(sites[1]["scopes"], serde_json::json!(["read:page:confluence"]));

    let (_, text) = world.get("/me").await;
    let me: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&me["account_id"], &me["account_type"]), (&"robot".into(), &"app".into()));

    let request =
        http::Request::get(format!("http://{}/me", world.address)).body(RequestBody::empty()).unwrap();
    assert_eq!(refusal(&world.send(request).await.0).1, "credential-missing");
    assert!(seen.all().is_empty());
    let operations: Vec<_> =
        world.records().await.into_iter().filter_map(|record| record.operation).collect();
    assert_eq!(operations.len(), 2);
}
