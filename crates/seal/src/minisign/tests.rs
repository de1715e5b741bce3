use proptest::prelude::*;

use super::*;

/// Made with minisign 0.11.
const KEY: &str = "RWS6RSMN4u1jwC3X8DZ1uR7XgcDzj8gTHLw1jMTPqw1O+DZovvFY3r+G";
const MESSAGE: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n";
const HASHED: &str = "untrusted comment: signature from minisign secret key
RUS6RSMN4u1jwMr/KgKfBx/ZWf+U7xeyEnT5l2aBvPWb961NdIl9xNV3PHqCmQGs99pog5BiED8n7vTwWWq9evzzCxLJNTtxDAc=
trusted comment: for ticketgate
mCLaQJknO3rlV9mB+B/nDj+2LVQ/Z9Uy1zPWnhJoeAjQQmyVBJ8HX6ZTigH63AlhP80el/EnJJruqMpmkox/BQ==
";
const LEGACY: &str = "untrusted comment: signature from minisign secret key
RWS6RSMN4u1jwJj1Psd5G2vgp7TocaEAkEkyLrcLNrsHohUeibfqTwDNS+D7jBKXi38cBAI6NEEI1FDAYrgCphP/bKdZHZ28ogc=
trusted comment: timestamp:1795707665\tfile:m
zLkbWVmlrw2I8mFB3oeUxj4RtEHOqZmE2oRObC9rN4S1+0UHsktxh2kmI2pqhyHixQJW9WBkERV1aVfV1h8QCg==
";

fn key() -> MinisignKey {
    MinisignKey::parse(KEY).unwrap()
}

/// By a key, of the comment that each of the two has.
fn verify(key: MinisignKey, signature: &str, message: &[u8]) -> Result<(), MinisignError> {
    let comment =
        if signature.contains("timestamp") { "timestamp:1795707665\tfile:m" } else { "for ticketgate" };
    key.verify(signature, comment, message)
}

#[test]
fn what_minisign_signs_is_good_in_both_of_its_forms() {
    for signature in [HASHED, LEGACY] {
        assert_eq!(verify(key(), signature, MESSAGE.as_bytes()), Ok(()));
        assert_eq!(
            verify(key(), &signature.replace('\n', "\r\n"), MESSAGE.as_bytes()),
            Ok(()),
            "sent by Windows"
        );
    }
}

#[test]
fn a_signature_is_good_for_its_text_its_key_and_its_comment_alone() {
    for signature in [HASHED, LEGACY] {
        assert_eq!(verify(key(), signature, MESSAGE.trim().as_bytes()), Err(MinisignError::Bad));
        let other = MinisignKey { key: [7; 32], ..key() };
        assert_eq!(verify(other, signature, MESSAGE.as_bytes()), Err(MinisignError::Bad));
        let stranger = MinisignKey { id: [7; 8], ..key() };
        assert_eq!(verify(stranger, signature, MESSAGE.as_bytes()), Err(MinisignError::OtherKey));
        let comment = signature.replace("trusted comment: ", "trusted comment: x");
        assert!(verify(key(), &comment, MESSAGE.as_bytes()).is_err());
    }
    // Made for something else.
    assert_eq!(key().verify(HASHED, "ticketgate-plan", MESSAGE.as_bytes()), Err(MinisignError::OtherComment));
    // The first line is nobody's word.
    let other = HASHED.replace("signature from minisign secret key", "whatever");
    assert_eq!(verify(key(), &other, MESSAGE.as_bytes()), Ok(()));
    // One form is not the other.
    let swapped = HASHED.replacen("RU", "RW", 1);
    assert_eq!(verify(key(), &swapped, MESSAGE.as_bytes()), Err(MinisignError::Bad));
}

#[test]
fn what_is_no_key_or_no_signature_is_said_to_be_none() {
    for text in ["", "RWS6", "ssh-ed25519 AAAA", &KEY.replacen("RW", "RX", 1), &format!("{KEY}{KEY}")] {
        assert_eq!(MinisignKey::parse(text), Err(MinisignError::NotAKey), "{text}");
    }
    let lines: Vec<_> = HASHED.lines().collect();
    for left_out in 0..4 {
        let text: Vec<_> =
            lines.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, line)| *line).collect();
        assert_eq!(verify(key(), &text.join("\n"), MESSAGE.as_bytes()), Err(MinisignError::NotASignature));
    }
    for text in [format!("{HASHED}more\n"), HASHED.replace("trusted comment", "comment"), "x".repeat(9_000)] {
        assert_eq!(verify(key(), &text, MESSAGE.as_bytes()), Err(MinisignError::NotASignature));
    }
}

proptest! {
    #[test]
    fn a_changed_signature_is_never_good(at in 0..HASHED.len(), to in any::<char>()) {
        let mut text = HASHED.to_owned();
        let from = text.get(at..).unwrap().chars().next().unwrap();
        prop_assume!(from != to);
        text.replace_range(at..at + from.len_utf8(), &to.to_string());
        let first = HASHED.find('\n').unwrap();
        let in_the_first_line = at >= "untrusted comment: ".len() && at < first && to != '\n';
        let harmless = in_the_first_line || (at + 1 == HASHED.len() && to == '\r');
        prop_assert_eq!(verify(key(), &text, MESSAGE.as_bytes()).is_ok(), harmless);
    }

    #[test]
    fn no_text_makes_the_reader_fail(text in ".{0,400}") {
        prop_assert!(verify(key(), &text, MESSAGE.as_bytes()).is_err());
        let _ = MinisignKey::parse(&text);
    }
}
