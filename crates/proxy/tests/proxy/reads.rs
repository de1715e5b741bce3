use std::io::Write as _;

use audit::{Decision, Ended};
use egress::RequestBody;

use crate::upstream::{answer, json, scripted};
use crate::world::{World, refusal};

const ISSUE: &str = "/rest/api/3/issue/REL-1";

#[tokio::test]
async fn a_permitted_read_passes_and_is_recorded() {
    let body = r#"{"self":"https://acme.atlassian.net/rest/api/3/issue/1","key":"REL-1"}"#;
    let headers = "content-type: application/json\r\natl-traceid: abc\r\nset-cookie: x=1\r\nserver: Edge\r\n";
    let (upstream, seen) = scripted(move |_| answer("200 OK", headers, body)).await;
    let world = World::new(upstream).await;
    let request = world
        .request("GET", "/rest/api/3/issue/REL-1?fields=summary%2Cstatus")
        .header("cookie", "a=b")
        .header("x-forwarded-for", "1.2.3.4")
        .header("user-agent", "Mozilla")
        .header("accept", "application/json");
    let (head, text) = world.send(request.body(RequestBody::empty()).unwrap()).await;
    assert_eq!(head.status, 200);
    assert_eq!(text, body.replace("https://acme.atlassian.net", &format!("http://{}", world.address)));
    assert_eq!(head.headers["content-length"], text.len().to_string());
    assert_eq!(head.headers["atl-traceid"], "abc");
    assert!(!head.headers.contains_key("set-cookie") && !head.headers.contains_key("server"));

    let sent = seen.all().concat();
    assert!(
        sent.starts_with("GET /ex/jira/1234/rest/api/3/issue/REL-1?fields=summary%2Cstatus HTTP/1.1\r\n"),
        "{sent}"
    );
    assert!(
        sent.contains("user-agent: ticketgate/") && sent.contains("authorization: Basic cm9ib3RA"),
        "{sent}"
    );
    for absent in ["cookie", "forwarded", "Mozilla", "tgs_"] {
        assert!(!sent.contains(absent), "{absent} in {sent}");
    }

    let record = world.record().await;
    assert_eq!(head.headers["ticketgate-request-id"], record.id.to_string());
    assert_eq!(record.client.unwrap().as_str(), "robot");
    assert_eq!(record.operation.unwrap().as_str(), "jira:getIssue");
    assert_eq!(record.issue.unwrap().as_str(), "REL-1");
    assert_eq!(record.path.unwrap().as_str(), ISSUE);
    assert_eq!(record.decision, Some(Decision::Permitted));
    assert_eq!(record.upstream_status, Some(200));
    assert_eq!(record.trace.unwrap().as_str(), "abc");
    assert_eq!(record.bytes_out, text.len() as u64);
    assert_eq!(record.ended, Some(Ended::Complete));
}

#[tokio::test]
async fn links_lead_back_the_way_the_client_came() {
    let (upstream, _) = scripted(|_| {
        let link = "link: </wiki/api/v2/pages?cursor=x>; rel=\"next\"\r\ncontent-type: application/json\r\n";
        answer(
            "200 OK",
            link,
            r#"{"_links":{"next":"/wiki/api/v2/pages?cursor=x","base":"https://acme.atlassian.net/wiki"}}"#,
        )
    })
    .await;
    let world = World::new(upstream).await;
    for prefix in ["", "/sites/acme", "/ex/confluence/1234"] {
        let base = format!("http://{}{prefix}/wiki", world.address);
        let (head, text) = world.get(&format!("{prefix}/wiki/api/v2/pages")).await;
        assert_eq!(
            text,
            format!(r#"{{"_links":{{"next":"{prefix}/wiki/api/v2/pages?cursor=x","base":"{base}"}}}}"#)
        );
        assert_eq!(head.headers["link"], format!("<{prefix}/wiki/api/v2/pages?cursor=x>; rel=\"next\""));
    }
}

#[tokio::test]
async fn a_packed_answer_is_rewritten_and_goes_out_plain() {
    let text = format!(
        r#"{{"issues":[{}]}}"#,
        r#"{"self":"https://acme.atlassian.net/rest/api/3/issue/1"},"#.repeat(5_000)
    );
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    let (upstream, seen) = scripted(move |_| {
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
            packed.len()
        );
        [head.into_bytes(), packed.clone()].concat()
    })
    .await;
    let world = World::new(upstream).await;
    let request = world.request("GET", ISSUE).header("accept-encoding", "gzip, deflate");
    let (head, received) = world.send(request.body(RequestBody::empty()).unwrap()).await;
    assert_eq!(received, text.replace("https://acme.atlassian.net", &format!("http://{}", world.address)));
    assert!(!head.headers.contains_key("content-encoding"));
    assert!(seen.all().concat().contains("accept-encoding: gzip\r\n"));
}

#[tokio::test]
async fn answers_without_a_body_have_none() {
    let (upstream, _) = scripted(|text| {
        if text.starts_with("HEAD") {
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n".to_owned()
        } else {
            "HTTP/1.1 304 Not Modified\r\netag: \"x\"\r\n\r\n".to_owned()
        }
    })
    .await;
    let world = World::new(upstream).await;
    for (method, status) in [("HEAD", 200), ("GET", 304)] {
        let request = world.request(method, ISSUE).body(RequestBody::empty()).unwrap();
        let (head, text) = world.send(request).await;
        assert_eq!((head.status.as_u16(), text.as_str()), (status, ""));
    }
    assert!(world.records().await.iter().all(|record| record.ended == Some(Ended::Complete)));
}

#[tokio::test]
async fn what_is_not_permitted_is_refused_recorded_and_never_sent() {
    let (upstream, seen) = scripted(|_| json("200 OK", "{}")).await;
    let world = World::new(upstream).await;
    for (method, path, expected) in [
        ("DELETE", ISSUE, (403, "operation-not-permitted")),
        ("GET", "/rest/api/3/nothing/of/the/kind", (403, "operation-unknown")),
        ("GET", "/sites/other/rest/api/3/issue/REL-1", (404, "site-unknown")),
        ("GET", "/rest/api/3/issue/REL-1%2Fcomment", (400, "path-not-canonical")),
        ("OPTIONS", ISSUE, (403, "operation-unknown")),
    ] {
        let request = world.request(method, path).body(RequestBody::empty()).unwrap();
        let (head, text) = world.send(request).await;
        let (status, code) = refusal(&head);
        assert_eq!((status.as_u16(), code), expected, "{method} {path}: {text}");
        assert!(text.contains("errorMessages"), "{text}");
    }
    assert!(seen.all().is_empty());
    let records = world.records().await;
    assert_eq!(records.len(), 5);
    assert!(records.iter().all(|record| record.ended == Some(Ended::Refused) && record.path.is_some()));
    assert_eq!(records[0].decision, Some(Decision::Refused));
}

#[tokio::test]
async fn whoever_shows_no_credential_is_asked_for_one() {
    let (upstream, _) = scripted(|_| json("200 OK", "{}")).await;
    let world = World::new(upstream).await;
    let bare = |value: Option<&str>| {
        let mut request = http::Request::get(format!("http://{}{ISSUE}", world.address));
        if let Some(value) = value {
            request = request.header("authorization", value);
        }
        request.body(RequestBody::empty()).unwrap()
    };
    for (value, code) in [(None, "credential-missing"), (Some("Bearer nonsense"), "credential-invalid")] {
        let (head, _) = world.send(bare(value)).await;
        assert_eq!(refusal(&head), (http::StatusCode::UNAUTHORIZED, code));
        assert!(head.headers.get_all("www-authenticate").iter().count() >= 2);
    }
}

#[tokio::test]
async fn paths_of_the_control_plane_go_elsewhere() {
    let (upstream, _) = scripted(|_| json("200 OK", "{}")).await;
    let (_, text) = World::new(upstream).await.get("/api/v1/clients").await;
    assert_eq!(text, "elsewhere /api/v1/clients");
}
