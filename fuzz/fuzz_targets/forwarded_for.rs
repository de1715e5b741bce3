//! Any lines of `X-Forwarded-For`, from a caller through two trusted proxies and as they are.
//!
//! What must hold: nothing makes the reader fail; whatever a caller sends, it comes from where the first proxy heard it; and
//! nobody ever comes from a proxy or, through one, from this machine.
#![no_main]

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;
use oauth::{TrustedProxies, Whence};

const NAME: HeaderName = HeaderName::from_static("x-forwarded-for");

fuzz_target!(|bytes: &[u8]| {
    let proxies = TrustedProxies::parse(["192.0.2.0/24", "127.0.0.1"]).expect("networks");
    let nearest = IpAddr::from([192, 0, 2, 1]);
    let mut lines: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let headers = |lines: &[Vec<u8>]| -> HeaderMap {
        lines.iter().filter_map(|line| Some((NAME, HeaderValue::from_bytes(line).ok()?))).collect()
    };

    let sent = headers(&lines);
    let whence = proxies.whence(nearest, &sent);
    assert!(!whence.is_here(&HeaderMap::new()));
    assert!(whence.known().is_none_or(|caller| !proxies.trusts(caller) && !caller.is_loopback()));
    let stranger = IpAddr::from([198, 51, 100, 1]);
    assert_eq!(proxies.whence(stranger, &sent), Whence::direct(stranger));

    // The first proxy writes behind what it was sent, if that can be a header, the second one a line of its own.
    lines.retain(|line| HeaderValue::from_bytes(line).is_ok());
    match lines.last_mut() {
        Some(last) => last.extend(b", 198.51.100.1"),
        None => lines.push(b"198.51.100.1".to_vec()),
    }
    lines.push(b"192.0.2.2".to_vec());
    assert_eq!(proxies.whence(nearest, &headers(&lines)).known(), Some(stranger));
});
