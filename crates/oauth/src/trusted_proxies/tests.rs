use http::{HeaderName, HeaderValue};
use proptest::prelude::*;

use super::*;

const HEADER: &str = "x-forwarded-for";

fn proxies() -> TrustedProxies {
    TrustedProxies::parse(["192.0.2.0/24", "2001:db8:1::/48", "127.0.0.1"]).unwrap()
}

fn headers(lines: &[&str]) -> HeaderMap {
    lines
        .iter()
        .map(|line| (HeaderName::from_static(HEADER), HeaderValue::try_from(*line).unwrap()))
        .collect()
}

/// Who calls, when a request with these lines comes from there.
fn caller(peer: &str, lines: &[&str]) -> Option<String> {
    proxies().whence(peer.parse().unwrap(), &headers(lines)).known().map(|address| address.to_string())
}

#[test]
fn a_peer_that_is_no_trusted_proxy_is_the_caller_whatever_it_says() {
    for lines in [&[][..], &["203.0.113.9"], &["192.0.2.1, 127.0.0.1"], &["rubbish"]] {
        assert_eq!(caller("198.51.100.1", lines).as_deref(), Some("198.51.100.1"), "{lines:?}");
        let nobody = TrustedProxies::default().whence("192.0.2.1".parse().unwrap(), &headers(lines));
        assert_eq!(nobody, Whence::direct("192.0.2.1".parse().unwrap()), "there is no list");
    }
}

#[test]
fn from_a_trusted_proxy_the_last_address_that_is_no_proxys_is_the_caller() {
    for (peer, lines, address) in [
        ("192.0.2.1", &["203.0.113.9"][..], "203.0.113.9"),
        ("::ffff:192.0.2.1", &["203.0.113.9"], "203.0.113.9"),
        ("2001:db8:1::1", &["2001:db8:2::9"], "2001:db8:2::9"),
        ("127.0.0.1", &["203.0.113.9, 192.0.2.7, 127.0.0.1"], "203.0.113.9"),
        ("192.0.2.1", &["10.0.0.1, 203.0.113.9"], "203.0.113.9"),
        ("192.0.2.1", &["10.0.0.1", "203.0.113.9"], "203.0.113.9"),
        ("192.0.2.1", &["rubbish, ,\"::, 203.0.113.9:4711"], "203.0.113.9"),
        ("192.0.2.1", &["10.0.0.1, 203.0.113.9, 192.0.2.7"], "203.0.113.9"),
    ] {
        assert_eq!(caller(peer, lines).as_deref(), Some(address), "{peer} {lines:?}");
    }
}

#[test]
fn a_proxy_that_does_not_say_from_whom_leaves_the_caller_unknown_and_never_itself() {
    let many = vec!["192.0.2.7"; 16].join(",");
    let hidden = format!("203.0.113.9,{many}");
    for (lines, nearest) in [
        (&[][..], "192.0.2.1"),
        (&[""], "192.0.2.1"),
        (&["203.0.113.9, unknown"], "192.0.2.1"),
        (&["203.0.113.9", " "], "192.0.2.1"),
        (&["203.0.113.9, rubbish, 192.0.2.7"], "192.0.2.7"),
        (&["192.0.2.7"], "192.0.2.7"),
        (&["203.0.113.9, ::1"], "192.0.2.1"),
        (&["203.0.113.9, 127.0.0.2"], "192.0.2.1"),
        (&["203.0.113.9, 0.0.0.0"], "192.0.2.1"),
        (&[hidden.as_str()], "192.0.2.7"),
    ] {
        let whence = proxies().whence("192.0.2.1".parse().unwrap(), &headers(lines));
        assert_eq!((whence.known(), whence.address().to_string().as_str()), (None, nearest), "{lines:?}");
    }
}

#[test]
fn other_headers_that_name_addresses_are_not_read() {
    for (name, value) in [("forwarded", "for=203.0.113.9"), ("x-real-ip", "203.0.113.9")] {
        let headers = HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_static(value))]);
        assert_eq!(proxies().whence("192.0.2.1".parse().unwrap(), &headers).known(), None, "{name}");
    }
}

#[test]
fn a_list_that_cannot_be_meant_is_refused_with_what_is_wrong() {
    let wrong = |networks: &[&str]| TrustedProxies::parse(networks.iter().copied()).unwrap_err();
    assert!(
        matches!(wrong(&["proxy.example"]), TrustedProxiesError::NoNetwork(text) if text == "proxy.example")
    );
    assert!(matches!(wrong(&["10.0.0.0/33"]), TrustedProxiesError::NoNetwork(_)));
    assert!(matches!(wrong(&["0.0.0.0/0"]), TrustedProxiesError::Everybody(_)));
    assert!(matches!(wrong(&["192.0.2.1", "::/0"]), TrustedProxiesError::Everybody(_)));
    assert!(matches!(wrong(&["::ffff:192.0.2.0/120"]), TrustedProxiesError::Mapped(_)));
    assert_eq!(wrong(&["192.0.2.1"; 65]), TrustedProxiesError::TooMany);
    assert_eq!(TrustedProxies::parse(["192.0.2.1"; 64]).unwrap().count(), 64);
}

fn an_address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![any::<[u8; 4]>().prop_map(IpAddr::from), any::<[u16; 8]>().prop_map(IpAddr::from)]
}

/// Lines as anybody may send them: addresses of all kinds, and rubbish.
fn lines() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let proxy = any::<u8>().prop_map(|last| format!("192.0.2.{last}"));
    let entry = prop_oneof![an_address().prop_map(|it| it.to_string()), proxy, "[ -~]{0,12}"];
    let line = prop::collection::vec(entry, 0..20).prop_map(|entries| entries.join(",").into_bytes());
    let bytes = prop::collection::vec(prop_oneof![0x20..=0x7e_u8, 0x80..=0xff_u8], 0..60);
    prop::collection::vec(prop_oneof![line, bytes], 0..4)
}

/// Headers with these lines, then passed through proxies: each adds whom it heard from, behind or in a line of its own.
fn passed(sent: &[Vec<u8>], way: &[(IpAddr, bool)]) -> HeaderMap {
    let mut lines = sent.to_vec();
    for (heard_from, own_line) in way {
        match lines.last_mut() {
            Some(last) if !own_line => last.extend(format!(", {heard_from}").bytes()),
            _ => lines.push(heard_from.to_string().into_bytes()),
        }
    }
    let value = |line: Vec<u8>| (HeaderName::from_static(HEADER), HeaderValue::try_from(line).unwrap());
    lines.into_iter().map(value).collect()
}

proptest! {
    #[test]
    fn nobody_can_choose_where_they_come_from_through_any_number_of_proxies(
        sent in lines(),
        caller in an_address().prop_map(|address| address.to_canonical()),
        first in any::<bool>(),
        others in prop::collection::vec((any::<u8>(), any::<bool>()), 0..15),
        nearest in any::<u8>(),
    ) {
        prop_assume!(!proxies().trusts(caller) && !caller.is_loopback() && !caller.is_unspecified());
        let others = others.into_iter().map(|(last, own_line)| (IpAddr::from([192, 0, 2, last]), own_line));
        let way: Vec<_> = std::iter::once((caller, first)).chain(others).collect();
        let whence = proxies().whence([192, 0, 2, nearest].into(), &passed(&sent, &way));
        prop_assert_eq!(whence.known(), Some(caller));
    }

    #[test]
    fn whatever_is_sent_the_caller_is_the_peer_or_somebody_its_proxy_named_and_never_a_proxy(
        sent in lines(),
        peer in prop_oneof![an_address(), any::<u8>().prop_map(|last| IpAddr::from([192, 0, 2, last]))],
    ) {
        let headers = passed(&sent, &[]);
        let whence = proxies().whence(peer, &headers);
        if proxies().trusts(peer) {
            prop_assert!(!whence.is_here(&HeaderMap::new()));
            prop_assert!(whence.known().is_none_or(|caller| !proxies().trusts(caller) && !caller.is_loopback()));
        } else {
            prop_assert_eq!(whence, Whence::direct(peer));
        }
    }
}
