use http::HeaderValue;

use super::*;

fn at(listening: &str, tls: bool) -> Issuer {
    Issuer::new(None, tls, listening.parse().unwrap())
}

fn called(issuer: &Issuer, host: &str) -> Option<String> {
    let headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_str(host).unwrap())]);
    issuer.of(&headers, &Uri::from_static("/"))
}

#[test]
fn a_public_origin_is_what_it_is_whatever_it_is_called() {
    let public = Some("https://gateway.example".to_owned());
    let issuer = Issuer::new(public.clone(), false, "0.0.0.0:8080".parse().unwrap());
    for host in ["gateway.example", "evil.example", "127.0.0.1:8080", ""] {
        assert_eq!(called(&issuer, host), public, "{host}");
    }
    assert_eq!(issuer.of(&HeaderMap::new(), &Uri::from_static("/")), public);
}

#[test]
fn without_one_it_answers_to_the_names_of_this_machine_as_it_is_called() {
    for (listening, host) in [
        ("127.0.0.1:8080", "127.0.0.1:8080"),
        ("127.0.0.1:8080", "localhost:8080"),
        ("0.0.0.0:8080", "localhost:8080"),
        ("[::]:8080", "[::1]:8080"),
        ("192.0.2.1:8080", "192.0.2.1:8080"),
        ("[2001:db8::1]:8080", "[2001:db8::1]:8080"),
        ("127.0.0.1:80", "localhost"),
    ] {
        assert_eq!(called(&at(listening, false), host), Some(format!("http://{host}")), "{listening}");
    }
    assert_eq!(called(&at("127.0.0.1:443", true), "localhost").as_deref(), Some("https://localhost"));
    let shouted = called(&at("127.0.0.1:8080", false), "LocalHost:8080");
    assert_eq!(shouted.as_deref(), Some("http://localhost:8080"));
    let target = Uri::from_static("http://127.0.0.1:8080/oauth/token");
    let foreign = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static("evil.example"))]);
    let of = at("127.0.0.1:8080", false).of(&foreign, &target);
    assert_eq!(of.as_deref(), Some("http://127.0.0.1:8080"), "the target goes before the header");
}

#[test]
fn nobody_else_chooses_what_it_is_called() {
    for listening in ["127.0.0.1:8080", "0.0.0.0:8080", "192.0.2.1:8080"] {
        for host in [
            "evil.example",
            "evil.example:8080",
            "localhost.evil.example:8080",
            "127.0.0.1.evil.example:8080",
            "localhost:8081",
            "localhost",
            "localhost:",
            "localhost:08080x",
            "x@localhost:8080",
            "198.51.100.1:8080",
            "0.0.0.0:8081",
            "127.1:8080",
            "2130706433:8080",
            "localhost.:8080",
            "localhost:8080/evil",
            "localhost:8080, evil.example",
            "",
        ] {
            assert_eq!(called(&at(listening, false), host), None, "{listening}: {host}");
        }
    }
}
