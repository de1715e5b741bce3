use http::HeaderValue;

use super::*;

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(*name, HeaderValue::from_static(value));
    }
    headers
}

fn own_name(issuer: &Issuer, host: &'static str) -> bool {
    is_own_name(issuer, &headers(&[("host", host)]), &Uri::from_static("/"))
}

#[test]
fn without_a_public_origin_only_names_that_nobody_can_point_here_are_its_own() {
    let issuer = Issuer::new(None, false, "127.0.0.1:8080".parse().unwrap());
    for host in ["127.0.0.1:8080", "[::1]:8080", "localhost:8080", "LOCALHOST:8080"] {
        assert!(own_name(&issuer, host), "{host}");
    }
    for host in [
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "x@127.0.0.1:8080",
        "192.0.2.1:8080",
        "127.0.0.1",
        "",
    ] {
        assert!(!own_name(&issuer, host), "{host}");
    }
    assert!(!is_own_name(&issuer, &HeaderMap::new(), &Uri::from_static("/")));
    let two = headers(&[("host", "127.0.0.1:8080"), ("host", "127.0.0.1:8080")]);
    assert!(!is_own_name(&issuer, &two, &Uri::from_static("/")));
}

#[test]
fn with_a_public_origin_it_has_that_name_and_no_other() {
    let issuer = Issuer::new(
        Some("https://gateway.example:8443".to_owned()),
        false,
        "127.0.0.1:8443".parse().unwrap(),
    );
    assert!(own_name(&issuer, "gateway.example:8443") && own_name(&issuer, "Gateway.example:8443"));
    for host in ["gateway.example", "127.0.0.1:8443", "evil.example", "gateway.example:8443.evil.example"] {
        assert!(!own_name(&issuer, host), "{host}");
    }
}

#[test]
fn a_form_is_taken_only_from_a_page_of_the_gateway() {
    const OWN: &str = "http://127.0.0.1:8080";
    for good in [
        &[("origin", OWN)][..],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "same-origin"), ("origin", OWN)],
        // What a browser sends from a page that says `no-referrer`.
        &[("sec-fetch-site", "same-origin"), ("origin", "null")],
    ] {
        assert!(is_from_own_page(&headers(good), OWN), "{good:?}");
    }
    for bad in [
        &[][..],
        &[("origin", "null")],
        &[("origin", "http://evil.example")],
        &[("origin", "http://127.0.0.1:8081")],
        &[("origin", "https://127.0.0.1:8080")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "same-site"), ("origin", OWN)],
        &[("sec-fetch-site", "cross-site"), ("origin", "null")],
        &[("sec-fetch-site", "same-origin"), ("origin", "http://evil.example")],
        &[("origin", OWN), ("origin", "http://evil.example")],
        &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
    ] {
        assert!(!is_from_own_page(&headers(bad), OWN), "{bad:?}");
    }
}
