use http::HeaderValue;

use super::*;

#[test]
fn only_a_request_that_nobody_passed_on_comes_from_this_machine() {
    let from_here = |address: &str, header: Option<&'static str>| {
        let headers = header.map(|name| (name.parse().unwrap(), HeaderValue::from_static("192.0.2.1")));
        is_from_here(address.parse().unwrap(), &headers.into_iter().collect())
    };
    assert!(from_here("127.0.0.1", None) && from_here("::1", None));
    assert!(!from_here("192.0.2.1", None) && !from_here("2001:db8::1", None));
    for name in ["x-forwarded-for", "forwarded", "via", "x-real-ip", "x-forwarded-host"] {
        assert!(!from_here("127.0.0.1", Some(name)), "{name}");
    }
}
