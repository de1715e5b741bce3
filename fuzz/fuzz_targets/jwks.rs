//! Any text as a key set and as a single key.
//!
//! What must hold: nothing makes the readers fail; the bounds are kept; and what was read is published as a text that reads
//! as the same keys.
#![no_main]

use jose::{Jwk, JwkSet};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(set) = JwkSet::parse(text) {
        assert!(text.len() <= JwkSet::MAX_BYTES);
        assert!(set.keys().len() + set.skipped().len() <= JwkSet::MAX_KEYS);
        let published = set.to_json().to_string();
        assert_eq!(JwkSet::parse(&published).unwrap().keys(), set.keys());
        assert!(!published.contains("\"d\":"));
    }
    if let Ok(key) = Jwk::parse(text) {
        assert!(key.algorithms().next().is_some());
        let published = Jwk::parse(&key.to_json().to_string()).unwrap();
        assert_eq!((&published, published.thumbprint()), (&key, key.thumbprint()));
    }
});
