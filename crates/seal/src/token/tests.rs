use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

/// [`PATTERN`] spelled out, so that the expression in the documentation is the one that holds.
fn matches_the_pattern(text: &str) -> bool {
    assert_eq!(PATTERN, r"\btg[saorcwu]_[0-9A-Za-z]{49}\b");
    let bytes = text.as_bytes();
    bytes.len() == 4 + 49
        && bytes.starts_with(b"tg")
        && b"saorcwu".contains(&bytes[2])
        && bytes[3] == b'_'
        && bytes[4..].iter().all(u8::is_ascii_alphanumeric)
}

#[test]
fn tokens_are_golden() {
    let minted = mint(Kind::ClientSecret, [1; 32]);
    assert_eq!(minted.text.open(), "tgs_0El6XFXwsUFD8J2vGxsaboW7rZYnQRBP5d9erwRwd290l85tl");
    assert_eq!(minted.hint, "tgs_…85tl");
    let digest: String = minted.digest.as_bytes().iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(digest, "d23b9767ce5b6a872bec138d3d025a3aa1ac64a46195046481709ad790e7701f");
}

#[test]
fn a_hint_shows_only_characters_of_the_checksum() {
    let minted = mint(Kind::AccessToken, [9; 32]);
    let shown = minted.hint.strip_prefix("tga_…").unwrap();
    assert_eq!(shown.len(), SHOWN);
    assert!(shown.len() <= base62::CHECKSUM && minted.text.open().ends_with(shown));
    assert_eq!(parse(minted.text.open()).unwrap().hint(), minted.hint);
}

#[test]
fn a_minted_token_cannot_be_printed() {
    let minted = mint(Kind::OperatorToken, [3; 32]);
    let printed = format!("{minted:?}");
    assert!(!printed.contains(minted.text.open()) && printed.contains("[secret]"), "{printed}");
}

#[test]
fn kinds_differ_in_text_and_digest() {
    let digests: HashSet<_> = Kind::ALL.map(|kind| mint(kind, [7; 32]).digest).into_iter().collect();
    assert_eq!(digests.len(), 7);
}

#[test]
fn look_alikes_are_refused() {
    let good = mint(Kind::ClientSecret, [1; 32]).text.open().to_owned();
    let longer = format!("{good}0");
    let spaced = format!(" {good}");
    for text in [
        "",
        "tgs_",
        "tgk_",
        good.get(1..).unwrap(),
        good.get(..52).unwrap(),
        &longer,
        &spaced,
        "ATATT3xFfGF0",
        &"ä".repeat(26),
    ] {
        assert_eq!(parse(text), Err(NotOurs), "{text}");
    }
    assert_eq!(parse(&good.replace("tgs_", "tgk_")), Err(NotOurs));
    assert_eq!(parse(&good.replace("tgs_", "tga_")), Err(NotOurs), "the checksum covers the prefix");
}

proptest! {
    #[test]
    fn every_minted_token_parses_to_itself_and_matches_the_pattern(random: [u8; 32], which in 0usize..6) {
        let kind = Kind::ALL[which];
        let minted = mint(kind, random);
        prop_assert!(matches_the_pattern(minted.text.open()));
        prop_assert_eq!(minted.text.open().len(), LEN);
        let parsed = parse(minted.text.open()).unwrap();
        prop_assert_eq!(parsed.kind, kind);
        prop_assert_eq!(parsed.digest, minted.digest);
    }

    #[test]
    fn one_changed_character_is_noticed(random: [u8; 32], at in 0usize..LEN, to in 0u8..128) {
        let text = mint(Kind::AccessToken, random).text.open().to_owned();
        let mut bytes = text.clone().into_bytes();
        bytes[at] = to;
        let changed = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(parse(&changed).is_ok(), changed == text);
    }

    #[test]
    fn any_text_is_read_without_panicking(text in "(tg[saorcwu]_)?\\PC{0,60}") {
        let _ = parse(&text);
    }
}
