use super::*;

fn map(pairs: &[(&str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| {
            (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap())
        })
        .collect()
}

fn names(headers: &HeaderMap) -> Vec<&str> {
    let mut names: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    names
}

#[test]
fn only_known_headers_travel_to_atlassian() {
    let headers = map(&[
        ("accept", "application/json"),
        ("authorization", "Bearer tga_x"),
        ("proxy-authorization", "Basic x"),
        ("cookie", "a=b"),
        ("host", "gateway"),
        ("origin", "https://evil"),
        ("referer", "https://evil"),
        ("user-agent", "Mozilla"),
        ("x-forwarded-for", "1.2.3.4"),
        ("forwarded", "for=1.2.3.4"),
        ("x-original-url", "/rest/api/3/user"),
        ("x-rewrite-url", "/rest/api/3/user"),
        ("expect", "100-continue"),
        ("te", "trailers"),
        ("upgrade", "h2c"),
        ("ticketgate-request-id", "x"),
        ("x-atlassian-token", "no-check"),
        ("content-type", "application/json"),
        ("if-none-match", "\"x\""),
        ("x-wanted", "1"),
    ]);
    let headers = outbound(&headers, &[HeaderName::from_static("x-wanted")]);
    assert_eq!(names(&headers), ["accept", "content-type", "if-none-match", "x-atlassian-token", "x-wanted"]);
}

#[test]
fn what_connection_names_stays_behind_whatever_it_is() {
    let mut headers = map(&[
        ("connection", "close, X-Atlassian-Token"),
        ("x-atlassian-token", "no-check"),
        ("if-match", "\"x\""),
        ("accept", "*/*"),
    ]);
    headers.append(header::CONNECTION, HeaderValue::from_static("If-Match"));
    assert_eq!(names(&outbound(&headers, &[])), ["accept"]);
    headers.remove(header::CONNECTION);
    assert_eq!(names(&outbound(&headers, &[])), ["accept", "if-match", "x-atlassian-token"]);
}

#[test]
fn a_header_said_twice_travels_twice() {
    let mut headers = map(&[("accept", "text/html")]);
    headers.append(header::ACCEPT, HeaderValue::from_static("application/json"));
    let outbound = outbound(&headers, &[]);
    let values: Vec<_> = outbound.get_all(header::ACCEPT).iter().collect();
    assert_eq!(values, ["text/html", "application/json"]);
}

#[test]
fn cookies_and_machinery_do_not_reach_the_client_and_traces_do() {
    let mut headers = map(&[
        ("set-cookie", "atlassian.xsrf.token=1"),
        ("server", "AtlassianEdge"),
        ("strict-transport-security", "max-age=1"),
        ("alt-svc", "h3"),
        ("connection", "keep-alive"),
        ("transfer-encoding", "chunked"),
        ("nel", "{}"),
        ("report-to", "{}"),
        ("via", "1.1 x"),
        ("trailer", "x"),
        ("ticketgate-refusal", "forged"),
        ("atl-traceid", "abc"),
        ("x-arequestid", "def"),
        ("retry-after", "3"),
        ("x-ratelimit-remaining", "5"),
        ("etag", "\"e\""),
        ("link", "<x>"),
    ]);
    inbound(&mut headers);
    assert_eq!(
        names(&headers),
        ["atl-traceid", "etag", "link", "retry-after", "x-arequestid", "x-ratelimit-remaining"]
    );
}

#[test]
fn method_overrides_are_seen() {
    for name in METHOD_OVERRIDES {
        assert!(overrides_method(&map(&[(name, "DELETE")])));
    }
    assert!(!overrides_method(&map(&[("accept", "*/*")])));
}

#[test]
fn gzip_is_asked_for_only_when_the_client_takes_it() {
    for yes in ["gzip", "deflate, gzip;q=0.5", "GZIP", "br,gzip"] {
        assert!(takes_gzip(&map(&[("accept-encoding", yes)])), "{yes}");
    }
    for no in ["", "identity", "gzip;q=0", "gzip; q=0.0", "br"] {
        assert!(!takes_gzip(&map(&[("accept-encoding", no)])), "{no}");
    }
}

#[test]
fn json_is_recognised_by_its_type() {
    for yes in ["application/json", "Application/JSON; charset=utf-8", "application/problem+json"] {
        assert!(is_json(&map(&[("content-type", yes)])), "{yes}");
    }
    for no in ["text/html", "application/jsonp", "image/png", ""] {
        assert!(!is_json(&map(&[("content-type", no)])), "{no}");
    }
}
