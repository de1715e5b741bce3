use bytes::Bytes;
use http::Method;
use serde_json::json;

use crate::knock::{Answer, As, House};

async fn upload(house: &House, who: &As) -> Answer {
    let body = "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n0123456789\r\n--B--\r\n";
    let who = who.clone().with("content-type", "multipart/form-data; boundary=B");
    house.send(Method::POST, "/rest/api/3/issue/REL-1/attachments", &who, Bytes::from(body)).await.unwrap()
}

#[tokio::test]
async fn an_upload_needs_the_xsrf_mark() {
    let house = House::start().await;
    let rosa = house.user("rosa");
    assert_eq!(upload(&house, &rosa).await.status, 403);
    let made = upload(&house, &rosa.with("x-atlassian-token", "no-check")).await;
    assert_eq!((made.status.as_u16(), &made.json()[0]["size"]), (200, &json!(10)));
}

#[tokio::test]
async fn content_redirects_off_host_and_the_link_is_the_credential() {
    let house = House::start().await;
    let rosa = house.user("rosa").with("x-atlassian-token", "no-check");
    let id = upload(&house, &rosa).await.json()[0]["id"].as_str().unwrap().to_owned();
    let moved = house.get(&format!("/rest/api/3/attachment/content/{id}"), &rosa).await;
    assert_eq!(moved.status, 303);
    let port = house.standin.address().port();
    let path = moved.header("location").strip_prefix(&format!("http://localhost:{port}")).unwrap().to_owned();
    assert_eq!(&house.get(&path, &As::default()).await.body[..], b"0123456789");
    assert_eq!(house.get(&path, &rosa).await.header("standin-leak"), "authorization");
    assert_eq!(house.get(&path.replace("token=", "token=x"), &As::default()).await.status, 403);
}

#[tokio::test]
async fn ranges_are_served_without_a_redirect_too() {
    let house = House::start().await;
    let rosa = house.user("rosa").with("x-atlassian-token", "no-check");
    let id = upload(&house, &rosa).await.json()[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/rest/api/3/attachment/content/{id}?redirect=false");
    let part = house.get(&path, &rosa.clone().with("range", "bytes=2-4")).await;
    assert_eq!(
        (part.status.as_u16(), &part.body[..], part.header("content-range")),
        (206, &b"234"[..], "bytes 2-4/10")
    );
    let tail = house.get(&path, &rosa.clone().with("range", "bytes=-3")).await;
    assert_eq!(&tail.body[..], b"789");
    assert_eq!(house.get(&path, &rosa.with("range", "bytes=10-")).await.status, 416);
}

#[tokio::test]
async fn an_attachment_is_as_hidden_as_its_issue() {
    let house = House::start().await;
    let id = upload(&house, &house.user("rosa").with("x-atlassian-token", "no-check")).await.json()[0]["id"]
        .clone();
    let path = format!("/rest/api/3/attachment/{}", id.as_str().unwrap());
    assert_eq!(house.get(&path, &house.user("dan")).await.status, 200);
    assert_eq!(house.get(&path, &house.user("nora")).await.status, 404);
    assert_eq!(house.delete(&path, &house.user("dan")).await.status, 403);
    assert_eq!(house.delete(&path, &house.user("rosa")).await.status, 204);
}
