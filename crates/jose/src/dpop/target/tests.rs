use proptest::prelude::*;

use super::*;

fn normal(url: &str) -> String {
    Target::parse(url).unwrap().to_string()
}

#[test]
fn what_means_the_same_place_is_equal() {
    for url in [
        "https://server.example.com/token",
        "HTTPS://Server.Example.COM/token",
        "https://server.example.com:443/token",
        "https://server.example.com:0443/token",
        "https://server.example.com:/token",
        "https://server.example.com/token?a=b/../c",
        "https://server.example.com/token#frag?ment",
        "https://server.example.com/%74oken",
        "https://server.example.com/a/../token",
        "https://server.example.com/./token",
        "https://server.example.com/%2e%2E/token",
        "https://server.example.com/../../token",
    ] {
        assert_eq!(normal(url), "https://server.example.com/token", "{url}");
    }
    assert_eq!(normal("http://a"), normal("http://a:80/?x"));
    assert_eq!(normal("http://a/%e4%2f"), "http://a/%E4%2F");
    assert_eq!(normal("https://[2001:DB8::1]:443/x"), "https://[2001:db8::1]/x");
}

#[test]
fn what_means_another_place_is_not() {
    let token = normal("https://server.example.com/token");
    for url in [
        "http://server.example.com/token",
        "https://server.example.com:8443/token",
        "https://server.example.com:80/token",
        "https://server.example.org/token",
        "https://server.example.com/token/",
        "https://server.example.com/Token",
        "https://server.example.com//token",
        "https://server.example.com/x/token",
        "https://server.example.com/token%2F..",
        "https://server.example.com./token",
    ] {
        assert_ne!(normal(url), token, "{url}");
    }
}

#[test]
fn dots_are_removed_as_the_rfc_shows() {
    // RFC 3986 section 5.4.2 and 5.2.4.
    assert_eq!(normal("http://a/b/c/./../../g"), "http://a/g");
    assert_eq!(normal("http://a/mid/content=5/../6"), "http://a/mid/6");
    assert_eq!(normal("http://a/b/c/.."), "http://a/b/");
    assert_eq!(normal("http://a/b/c/."), "http://a/b/c/");
    assert_eq!(normal("http://a/b/..g"), "http://a/b/..g");
    assert_eq!(normal("http://a/.."), "http://a/");
    assert_eq!(normal("http://a/b//../c"), "http://a/b/c");
}

#[test]
fn what_is_no_place_for_a_request_is_refused() {
    for url in [
        "",
        "/token",
        "https:/a/b",
        "https://",
        "https:///token",
        "ftp://a/b",
        "https://user@a/b",
        "https://a:b@c/d",
        "https://a:65536/b",
        "https://a:+1/b",
        "https://a:8a/b",
        "https://a b/c",
        "https://a/b c",
        "https://a\\b/c",
        "https://a/%",
        "https://a/%4",
        "https://a/%zz",
        "https://a/[b]",
        "https://ä/b",
        "https://a/ä",
        "https://a%41/b",
        "https://[::1/b",
        "https://[::1]x/b",
        "https://[]/b",
        "https://[::g]/b",
        "https://a/\n",
        "https://a:1:2/b",
    ] {
        assert_eq!(Target::parse(url), Err(NotATarget), "{url:?}");
    }
    assert!(Target::parse(&format!("https://a/{}", "b".repeat(Target::MAX_BYTES))).is_err());
}

proptest! {
    #[test]
    fn the_normal_form_is_its_own_and_any_text_is_read_or_refused(
        url in prop_oneof![".{0,60}", "https?://[a-zA-Z.]{1,5}(:[0-9]{0,4})?(/(\\.|\\.\\.|[a%27eEfF]{1,6}|)){0,6}"],
    ) {
        if let Ok(target) = Target::parse(&url) {
            prop_assert_eq!(Target::parse(target.as_str()), Ok(target));
        }
    }
}
