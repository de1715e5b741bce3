use http::HeaderValue;

use super::*;

#[test]
fn only_a_request_that_nobody_passed_on_comes_from_this_machine() {
    let from_here = |address: &str, header: Option<&'static str>| {
        let headers = header.map(|name| (name.parse().unwrap(), HeaderValue::from_static("192.0.2.1")));
        Whence::direct(address.parse().unwrap()).is_here(&headers.into_iter().collect())
    };
    assert!(from_here("127.0.0.1", None) && from_here("::1", None) && from_here("::ffff:127.0.0.1", None));
    assert!(!from_here("192.0.2.1", None) && !from_here("2001:db8::1", None));
    for name in ["x-forwarded-for", "forwarded", "via", "x-real-ip", "x-forwarded-host"] {
        assert!(!from_here("127.0.0.1", Some(name)), "{name}");
    }
}

#[test]
fn what_a_trusted_proxy_passes_on_never_comes_from_this_machine() {
    let loopback = IpAddr::from([127, 0, 0, 1]);
    for whence in [Whence::passed_on(loopback), Whence::unsaid(loopback), Whence::unknown()] {
        assert!(!whence.is_here(&HeaderMap::new()), "{whence:?}");
    }
}

#[test]
fn an_address_that_nobody_knows_is_none_to_decide_by() {
    let proxy = IpAddr::from([192, 0, 2, 1]);
    assert_eq!((Whence::unsaid(proxy).known(), Whence::unsaid(proxy).address()), (None, proxy));
    assert_eq!(Whence::unknown().known(), None);
    assert_eq!(Whence::passed_on(proxy).known(), Some(proxy));
}
