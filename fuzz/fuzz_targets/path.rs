//! Any text as the path of a request: canonicalise it, then look it up on every face with every verb.
//!
//! What must hold for a path that is accepted: its spelling is its own canonical spelling and means what was written,
//! it hides no dot segment, slash, backslash, semicolon or control character, and a call made of it carries exactly
//! this path.
#![no_main]

use std::sync::LazyLock;

use catalogue::{CanonicalPath, Catalogue};
use libfuzzer_sys::fuzz_target;
use types::{Face, Verb};

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::builtin().expect("the builtin table can be read"));

/// What a path says, segment by segment, decoded once.
fn meaning(path: &str) -> Vec<Vec<u8>> {
    path.split('/').filter(|segment| !segment.is_empty()).map(|segment| decode(segment.as_bytes())).collect()
}

/// A second, plainer decoder than the crate's, so that the two have to agree.
fn decode(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        let escape = (*first == b'%').then(|| tail.get(..2)).flatten();
        let value = escape.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        out.push(value.unwrap_or(*first));
        rest = if value.is_some() { &tail[2..] } else { tail };
    }
    out
}

fuzz_target!(|raw: &str| {
    let Ok(path) = CanonicalPath::canonicalise(raw) else { return };
    let text = path.as_str();
    assert_eq!(CanonicalPath::canonicalise(text).as_ref(), Ok(&path), "canonical once, canonical always");
    assert_eq!(meaning(text), meaning(raw), "the meaning is kept");
    assert!(text.starts_with('/') && text.is_ascii() && !text.contains("//"));
    assert!(text == "/" || !text.ends_with('/'));
    for segment in meaning(text) {
        assert!(segment != b"." && segment != b"..", "no dot segment");
        assert!(
            !segment.iter().any(|byte| matches!(byte, 0..=31 | 127 | b'/' | b'\\' | b';')),
            "nothing hidden"
        );
    }
    for face in Face::ALL {
        for verb in Verb::ALL {
            if let Some(call) = CATALOGUE.recognise(face, verb, &path) {
                assert_eq!(call.path(), &path, "what is recognised is what is sent");
                assert_eq!((call.operation().face(), call.operation().verb()), (face, verb));
                for (name, value) in call.parameters() {
                    assert!(!name.is_empty() && !value.is_empty());
                }
            }
        }
    }
});
