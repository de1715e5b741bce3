use super::*;

fn leads(from: &str, location: &'static str) -> Option<String> {
    let location = HeaderValue::from_static(location);
    destination(&from.parse().unwrap(), Some(&location)).map(|uri| uri.to_string())
}

#[test]
fn content_is_fetched_from_where_it_is() {
    let from = "https://api.atlassian.com/ex/jira/1/rest/api/3/attachment/content/1";
    let media = "https://api.media.atlassian.com/file/1?token=x";
    assert_eq!(leads(from, media).as_deref(), Some(media));
    assert_eq!(leads(from, "/media/1").as_deref(), Some("https://api.atlassian.com/media/1"));
}

#[test]
fn some_redirects_are_not_the_gateways_to_follow() {
    let from = "https://api.atlassian.com/ex/jira/1/rest/api/3/attachment/content/1";
    for location in [
        "http://api.media.atlassian.com/file/1",
        "https://user@api.media.atlassian.com/file/1",
        "https://acme.atlassian.net/rest/api/3/attachment/content/1",
        "/ex/jira/1/rest/api/3/attachment/content/2",
        "file:///etc/passwd",
        "//other/file",
        "",
    ] {
        assert_eq!(leads(from, location), None, "{location}");
    }
    assert!(leads("http://standin/rest/api/3/attachment/content/1", "http://media/1").is_some());
}
