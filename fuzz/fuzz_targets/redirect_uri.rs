//! Any text as a redirect URI, registered or asked for.
//!
//! What must hold: nothing makes the reader fail; what can be registered admits itself, and admits nothing with another
//! host; and what is said of it to browsers is one source of a policy and nothing more.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oauth::RedirectUri;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let known = RedirectUri::parse("http://127.0.0.1/back").expect("loopback");
    if known.admits(text) {
        let rest = text.strip_prefix("http://127.0.0.1").expect("the same host");
        let port = rest.strip_suffix("/back").expect("the same path");
        assert!(port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok()));
    }
    let Ok(uri) = RedirectUri::parse(text) else { return };
    assert!(uri.admits(text) && text.len() <= RedirectUri::LONGEST);
    assert!(text.starts_with(uri.source()) && !uri.source().contains([';', ',', ' ', '#', '@']));
    assert!(!uri.leads_to().contains('@'));
});
