use proptest::prelude::*;

use super::*;

fn uri(text: &str) -> RedirectUri {
    RedirectUri::parse(text).unwrap()
}

#[test]
fn https_loopback_and_schemes_with_a_dot_can_be_registered() {
    for text in [
        "https://client.example/back",
        "https://client.example:8443/back?tenant=1",
        "https://client.example",
        "http://127.0.0.1/callback",
        "http://127.0.0.1:7000/callback",
        "http://[::1]:7000/callback",
        "http://localhost:7000/callback",
        "com.example.app:/back",
        "com.example.app://back",
    ] {
        assert_eq!(uri(text).as_str(), text);
    }
}

#[test]
fn what_is_ambiguous_or_dangerous_cannot_be_registered() {
    for text in [
        "",
        "/back",
        "//client.example/back",
        "http://client.example/back",
        "http://127.0.0.1.evil.example/back",
        "http://localhost.evil.example/back",
        "http://127.0.0.1@evil.example/back",
        "https://client.example@evil.example/back",
        "https://client.example/back#fragment",
        "https://*.client.example/back",
        "https://Client.example/back",
        "https:/client.example/back",
        "https:client.example",
        "https://client.example:port/back",
        "https://client.example:99999/back",
        "https://client.example:/back",
        "https://:443/back",
        "https://[client.example]/back",
        "https://client.example]/back",
        "http://[::1/back",
        "https://client..example/back",
        "https://client.example\\@evil.example/",
        "https://client.example/ back",
        "https://client.example/\r\nset-cookie:x",
        "https://ex\u{e4}mple.example/back",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "app:/back",
        "com.example.app:back",
        ".:/back",
        "HTTPS://client.example/back",
    ] {
        assert!(RedirectUri::parse(text).is_err(), "{text}");
    }
    assert!(RedirectUri::parse(&format!("https://client.example/{}", "x".repeat(1_000))).is_err());
}

#[test]
fn a_request_must_name_exactly_what_was_registered() {
    let registered = uri("https://client.example/back");
    assert!(registered.admits("https://client.example/back"));
    for asked in [
        "https://client.example/back/",
        "https://client.example/back/more",
        "https://client.example/Back",
        "https://client.example/bac%6b",
        "https://CLIENT.example/back",
        "https://client.example:443/back",
        "https://client.example/back?x=1",
        "https://client.example/back#x",
        "https://user@client.example/back",
        "https://client.example/x/../back",
        "http://client.example/back",
        "https://client.example.evil.example/back",
        "",
    ] {
        assert!(!registered.admits(asked), "{asked}");
    }
}

#[test]
fn on_loopback_the_port_is_free_and_nothing_else_is() {
    for registered in ["http://127.0.0.1/back", "http://127.0.0.1:1/back"] {
        let registered = uri(registered);
        assert!(
            registered.admits("http://127.0.0.1:50123/back") && registered.admits("http://127.0.0.1/back")
        );
        for asked in [
            "http://127.0.0.1:50123/",
            "http://127.0.0.1:50123/back/x",
            "http://localhost:50123/back",
            "http://[::1]:50123/back",
            "https://127.0.0.1:50123/back",
            "http://127.0.0.1:50123@evil.example/back",
            "http://127.0.0.1:x/back",
            "http://127.0.0.1:50123/back#x",
        ] {
            assert!(!registered.admits(asked), "{asked}");
        }
    }
}

#[test]
fn people_and_browsers_are_told_where_it_leads() {
    for (text, leads, source) in [
        ("https://client.example:8443/back?x", "client.example", "https://client.example:8443"),
        ("https://client.example", "client.example", "https://client.example"),
        ("http://127.0.0.1:7000/x", "this computer", "http://127.0.0.1:7000"),
        ("http://[::1]:7000/x", "this computer", "http:"),
        ("com.example.app:/x", "com.example.app", "com.example.app:"),
    ] {
        assert_eq!((uri(text).leads_to(), uri(text).source()), (leads, source));
    }
}

proptest! {
    #[test]
    fn whatever_can_be_registered_admits_itself_and_keeps_its_text(text in "(https?|com\\.x)://?[a-z0-9.:@/?#%\\[\\]-]{0,40}") {
        if let Ok(uri) = RedirectUri::parse(&text) {
            prop_assert!(uri.admits(&text));
            prop_assert!(!uri.source().contains([';', ' ', ',']));
            prop_assert_eq!(String::from(uri), text);
        }
    }

    #[test]
    fn any_text_is_read_without_panicking(text in "\\PC{0,60}") {
        let _ = RedirectUri::parse(&text);
        prop_assert!(!uri("http://127.0.0.1/x").admits(&text) || text.starts_with("http://127.0.0.1"));
    }
}
