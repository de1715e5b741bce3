use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::*;

const TAIL: &str = "0El6XFXwsUFD8J2vGxsaboW7rZYnQRBP5d9erwRwd290l85tl";

#[test]
fn a_token_in_a_text_is_taken_out_wherever_it_stands() {
    for prefix in ["tgs_", "tga_", "tgo_", "tgk_", "tgr_", "tgc_", "tgu_", "tgw_"] {
        let text = Text::from(format!("/rest/api/3/issue/{prefix}{TAIL}/comment"));
        assert_eq!(text.as_str(), "/rest/api/3/issue/[secret]/comment");
    }
    assert_eq!(Text::untrusted(&format!("tgs_{TAIL}")).as_str(), "[secret]");
    assert_eq!(Text::untrusted(&format!("a ATATT3xFfGF0{TAIL}-_= b")).as_str(), "a [secret] b");
    assert_eq!(Text::long(&format!("x=tga_{TAIL}&y=tgs_{TAIL}")).as_str(), "x=[secret]&y=[secret]");
}

#[test]
fn a_jwt_is_taken_out_whole_and_a_cursor_is_kept() {
    let jwt = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJyZWxlYXNlIn0.c2lnbmF0dXJlLXNpZ25hdHVyZQ";
    let path = |inner: &str| Text::from(format!("/rest/api/3/issue/{inner}/x"));
    assert_eq!(path(jwt).as_str(), "/rest/api/3/issue/[secret]/x");
    assert_eq!(path(&jwt.replace('.', "%2e")).as_str(), "/rest/api/3/issue/[secret]/x");
    let encoded = path(&BASE64_URL_SAFE_NO_PAD.encode(jwt));
    assert!(encoded.as_str().ends_with("[secret]"), "{encoded}");
    let cursor = "eyJpZCI6IjEyMzQ1Njc4OSIsInR5cGUiOiJwYWdlIn0";
    assert_eq!(path(cursor).as_str(), format!("/rest/api/3/issue/{cursor}/x"));
    assert_eq!(path("they.keyJoin").as_str(), "/rest/api/3/issue/they.keyJoin/x");
}

#[test]
fn hints_and_words_are_left_alone() {
    for text in ["tga_…x9Qz", "tgs_", "tgs_short", "ATATT", "/rest/api/3/attachment", "tttgtg", ""] {
        assert_eq!(Text::untrusted(text).as_str(), text);
    }
}

#[test]
fn a_long_text_is_cut_and_shows_it() {
    let text = Text::from("ä".repeat(1000));
    assert!(text.as_str().len() <= LONGEST && text.as_str().ends_with('…'));
    assert_eq!(Text::long(&"x".repeat(1000)).as_str().len(), 1000);
    assert_eq!(Text::long(&"x".repeat(10_000)).as_str().len(), LONGEST_CHANGE);
}

#[test]
fn a_token_is_seen_through_its_encodings() {
    let path = |inner: &str| Text::from(format!("/rest/api/3/issue/{inner}"));
    assert_eq!(path(&format!("x/tgs%5F{TAIL}%2fcomment")).as_str(), "/rest/api/3/issue/x/[secret]%2fcomment");
    assert_eq!(path(&format!("x/%252574gs%5f{TAIL}")).as_str(), "/rest/api/3/issue/x/[secret]");
    let basic = BASE64_STANDARD.encode(format!("release:tgs_{TAIL}"));
    let text = path(&basic);
    assert!(text.as_str().starts_with("/rest/api/3/issue/") && text.as_str().ends_with("[secret]"), "{text}");
    let hint = BASE64_STANDARD.encode("release:tga_\u{2026}x9Qz");
    assert_eq!(path(&hint).as_str(), format!("/rest/api/3/issue/{hint}"), "a hint is none");
}

#[test]
fn a_token_behind_a_long_text_is_taken_out_before_that_is_cut() {
    let text = Text::untrusted(&format!("{}tgs_{TAIL}", "x".repeat(LONGEST - 30)));
    assert!(text.as_str().ends_with("[secret]"), "{text}");
}

#[test]
fn nothing_steers_a_terminal() {
    let sent = "a\u{1b}[2Jb\u{9b}31mc\u{202e}d\u{2066}e\u{200f}f\n\u{2028}\u{7f}";
    let kept = r"a\u{1b}[2Jb\u{9b}31mc\u{202e}d\u{2066}e\u{200f}f\u{a}\u{2028}\u{7f}";
    assert_eq!(Text::untrusted(sent).as_str(), kept);
    assert_eq!(Text::long(sent).as_str(), kept);
    assert_eq!(Text::from(sent.to_owned()).as_str(), kept);
}

/// Percent-encodes the bytes for which `which` says so.
fn percent(text: &str, which: &[bool]) -> String {
    let mut which = which.iter().cycle();
    let encode =
        |byte: u8| if *which.next().unwrap() { format!("%{byte:02x}") } else { char::from(byte).into() };
    text.bytes().map(encode).collect()
}

/// Whether part of `secret` worth having stands in `text`, with up to three layers of percent-encoding or in base64 wherever
/// in the text that begins.
fn shows(text: &str, secret: &str) -> bool {
    let part = secret.get(8..28).unwrap();
    let mut seen = vec![text.as_bytes().to_vec()];
    for _ in 0..3 {
        seen.push(percent_encoding::percent_decode(seen.last().unwrap()).collect());
    }
    let sextets = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
    for bytes in seen.clone() {
        for run in bytes.split(|byte| !sextets(byte)) {
            let run: String = run
                .iter()
                .map(|b| match b {
                    b'+' => '-',
                    b'/' => '_',
                    b => char::from(*b),
                })
                .collect();
            for from in 0..run.len().min(4) {
                let run = run.get(from..).unwrap();
                let even = run.get(..run.len() / 4 * 4).unwrap();
                seen.push(BASE64_URL_SAFE_NO_PAD.decode(even).unwrap());
            }
        }
    }
    seen.iter().any(|bytes| bytes.windows(part.len()).any(|window| window == part.as_bytes()))
}

proptest! {
    #[test]
    fn no_minted_secret_survives_in_any_encoding(
        random: [u8; 32],
        kind in proptest::sample::select(seal::token::Kind::ALL.as_slice()),
        before in "(/[a-z0-9]{0,9}){0,6}/?",
        user in "[a-z0-9-]{0,12}",
        which in prop::collection::vec(any::<bool>(), 1..60),
        twice: bool,
        form in 0..6,
    ) {
        let minted = seal::token::mint(kind, random);
        let secret = minted.text.open();
        let pair = format!("{user}:{secret}");
        let bare = match form {
            0 | 1 => secret.to_owned(),
            2 => BASE64_STANDARD.encode(secret),
            3 => BASE64_URL_SAFE_NO_PAD.encode(secret),
            4 => BASE64_STANDARD.encode(&pair),
            _ => BASE64_URL_SAFE_NO_PAD.encode(&pair),
        };
        let mut written = if form == 0 { bare } else { percent(&bare, &which) };
        if twice {
            written = percent(&written, &which);
        }
        let path = format!("{before}{written}");
        prop_assert!(shows(&path, secret), "the test sees it: {}", path);
        for text in [Text::untrusted(&path), Text::long(&path), Text::from(path.clone())] {
            prop_assert!(!shows(text.as_str(), secret), "{} of {}", text, path);
        }
    }

    #[test]
    fn no_token_survives(before in "\\PC{0,30}", body in "[0-9A-Za-z]{49}", after in "\\PC{0,30}") {
        let text = Text::from(format!("{before}tgs_{body}{after}"));
        prop_assert!(!text.as_str().contains(body.get(..20).unwrap()), "{}", text);
    }

    #[test]
    fn any_text_is_taken_without_panicking(text in "\\PC{0,700}") {
        prop_assert!(Text::untrusted(&text).as_str().len() <= LONGEST);
        prop_assert!(Text::long(&text).as_str().len() <= LONGEST_CHANGE);
    }

    #[test]
    fn a_text_without_credentials_is_kept_as_it_is(text in "[\\PC&&[^tAe\u{2028}\u{2029}]]{0,100}") {
        let kept = Text::from(text.clone());
        prop_assert_eq!(kept.as_str(), text);
    }
}
