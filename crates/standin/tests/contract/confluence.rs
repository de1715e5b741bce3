//! Confluence Cloud, both versions.

use serde_json::json;

use crate::clerk::{Clerk, text};

#[tokio::test]
async fn confluence_version_2_answers_as_its_document_says() {
    let Some(mut clerk) = Clerk::open("confluence-cloud-v2-20260721.json", "/wiki/api/v2").await else {
        return;
    };
    let spaces = clerk.get("/wiki/api/v2/spaces?limit=2", 200).await;
    let next = text(&spaces, "/_links/next");
    clerk.get(&next, 200).await;
    let (space, home) = (text(&spaces, "/results/0/id"), text(&spaces, "/results/0/homepageId"));
    for path in [
        format!("spaces/{space}?description-format=plain"),
        format!("spaces/{space}/pages?body-format=storage"),
        format!("spaces/{space}/blogposts"),
        format!("spaces/{space}/labels"),
        format!("spaces/{space}/content/labels"),
        "pages?body-format=atlas_doc_format&limit=3".to_owned(),
        format!("pages/{home}?body-format=view"),
        format!("pages/{home}/children"),
        format!("pages/{home}/direct-children"),
        format!("pages/{home}/descendants"),
        format!("pages/{home}/ancestors"),
        "attachments".to_owned(),
        "footer-comments".to_owned(),
        "blogposts".to_owned(),
        "labels".to_owned(),
    ] {
        clerk.get(&format!("/wiki/api/v2/{path}"), 200).await;
    }
    clerk.get("/wiki/api/v2/pages/1", 404).await;
    clerk.get("/wiki/api/v2/pages/abc", 400).await;
    clerk.get("/wiki/api/v2/pages?limit=0", 400).await;

    let body = json!({"representation": "storage", "value": "<p>One.</p>"});
    let new =
        json!({"spaceId": space, "title": "A contract", "parentId": home, "body": body, "status": "current"});
    let page = text(&clerk.post("/wiki/api/v2/pages", new.clone(), 200).await, "/id");
    clerk.post("/wiki/api/v2/pages", new, 400).await;
    let path = format!("/wiki/api/v2/pages/{page}");
    let change = |number: u64| json!({"id": page, "status": "current", "title": "A new contract", "body": body, "version": {"number": number}});
    clerk.put(&path, change(2), 200).await;
    clerk.put(&path, change(2), 409).await;
    clerk.put(&format!("{path}/title"), json!({"status": "current", "title": "An old contract"}), 200).await;
    clerk.get(&format!("{path}/versions?body-format=storage"), 200).await;
    clerk.get(&format!("{path}/versions/2"), 200).await;
    clerk.upload(&format!("/wiki/rest/api/content/{page}/child/attachment"), 200).await;
    clerk
        .post(
            &format!("/wiki/rest/api/content/{page}/label"),
            json!([{"prefix": "global", "name": "paper"}]),
            200,
        )
        .await;
    clerk.get(&format!("{path}/labels"), 200).await;
    let files = clerk.get(&format!("{path}/attachments"), 200).await;
    let file = text(&files, "/results/0/id");
    clerk.get(&format!("/wiki/api/v2/attachments/{file}"), 200).await;

    let comment =
        clerk.post("/wiki/api/v2/footer-comments", json!({"pageId": page, "body": body}), 201).await;
    let comment = format!("/wiki/api/v2/footer-comments/{}", text(&comment, "/id"));
    clerk.get(&format!("{comment}?body-format=storage"), 200).await;
    clerk.put(&comment, json!({"version": {"number": 2}, "body": body}), 200).await;
    clerk.get(&format!("{comment}/children"), 200).await;
    clerk.get(&format!("{path}/footer-comments?body-format=storage"), 200).await;
    clerk.get(&format!("{path}/inline-comments"), 200).await;
    clerk.delete(&comment, 204).await;
    clerk.delete(&format!("/wiki/api/v2/attachments/{file}"), 204).await;
    clerk.delete(&path, 204).await;
    clerk.get(&path, 404).await;

    let post = json!({"spaceId": space, "title": "A post", "body": body, "status": "current"});
    let post = text(&clerk.post("/wiki/api/v2/blogposts", post, 200).await, "/id");
    clerk.get(&format!("/wiki/api/v2/blogposts/{post}"), 200).await;
    clerk.delete(&format!("/wiki/api/v2/blogposts/{post}"), 204).await;
    clerk.close().await;
}

#[tokio::test]
async fn confluence_version_1_answers_as_its_document_says() {
    let Some(mut clerk) = Clerk::open("confluence-cloud-v1-20260721.json", "").await else { return };
    let api = "/wiki/rest/api";
    let found = clerk.get(&format!("{api}/content/search?cql=type=page&limit=3&expand=body.storage,version,space,history,ancestors,metadata.labels,container,children.page"), 200).await;
    let home = text(&found, "/results/0/id");
    for path in [
        "content/search?cql=type=attachment&expand=version,container".to_owned(),
        "search?cql=space%20=%20REL%20and%20type%20in%20(page,blogpost)%20order%20by%20created".to_owned(),
        "user/current".to_owned(),
        format!("content/{home}/descendant/page?limit=4"),
    ] {
        clerk.get(&format!("{api}/{path}"), 200).await;
    }
    clerk.get(&format!("{api}/content/search?cql=colour=red"), 400).await;
    clerk.get(&format!("{api}/content/search"), 400).await;
    let me = text(&clerk.get(&format!("{api}/user/current"), 200).await, "/accountId");
    clerk.get(&format!("{api}/user?accountId={me}"), 200).await;
    let check = json!({"subject": {"type": "user", "identifier": me}, "operation": "update"});
    clerk.post(&format!("{api}/content/{home}/permission/check"), check, 200).await;
    let labels = format!("{api}/content/{home}/label");
    clerk
        .post(&labels, json!([{"prefix": "global", "name": "one"}, {"prefix": "global", "name": "two"}]), 200)
        .await;
    clerk.delete(&format!("{labels}/one"), 204).await;
    clerk.delete(&format!("{labels}?name=two"), 204).await;
    clerk.upload(&format!("{api}/content/{home}/child/attachment"), 200).await;
    clerk.close().await;
}
