use proptest::prelude::*;

use super::*;

fn key(byte: u8) -> RootKey {
    RootKey::from_bytes(Zeroizing::new([byte; 32]))
}

#[test]
fn the_text_form_is_golden() {
    let text = key(7).render();
    assert_eq!(text.open(), "tgk_1fJjkkpe9PiTw9KSulA8Ghct30vZz4HpdQ5c5b9cPF13nwW1Q");
    assert_eq!(RootKey::parse(&text).unwrap().id(), key(7).id());
    assert_eq!(key(7).id().to_string(), "8b0be773159f1dec");
}

#[test]
fn debug_shows_the_id_only() {
    assert_eq!(format!("{:?}", key(1)), format!("root key {}", key(1).id()));
}

#[test]
fn a_line_feed_from_a_file_is_no_part_of_the_key() {
    let text = Secret::new(format!("{}\n", key(9).render().open()));
    assert_eq!(RootKey::parse(&text).unwrap().id(), key(9).id());
}

#[test]
fn each_kind_of_damage_has_its_own_words() {
    let good = key(3).render().open().to_owned();
    let parse = |text: &str| RootKey::parse(&Secret::new(text.to_owned())).unwrap_err();
    assert_eq!(parse(""), NotARootKey::Prefix);
    assert_eq!(parse("tgs_abc"), NotARootKey::Prefix);
    let shorter = good.strip_suffix(|_: char| true).unwrap();
    assert_eq!(parse(shorter), NotARootKey::Length { found: good.len() - 1 });
    let other = if good.ends_with('0') { "1" } else { "0" };
    assert_eq!(parse(&format!("{}{other}", shorter)), NotARootKey::Checksum);
}

proptest! {
    #[test]
    fn any_key_survives_its_text_form(bytes: [u8; 32]) {
        let key = RootKey::from_bytes(Zeroizing::new(bytes));
        let read = RootKey::parse(&key.render()).unwrap();
        prop_assert_eq!(read.bytes.as_slice(), bytes);
    }

    #[test]
    fn any_text_is_read_without_panicking(text in "(tgk_)?\\PC{0,60}") {
        let _ = RootKey::parse(&Secret::new(text));
    }
}

#[test]
fn an_id_reads_back_and_nothing_else_does() {
    let id = RootKey::from_bytes(Zeroizing::new([3; 32])).id();
    assert_eq!(id.to_string().parse(), Ok(id));
    for other in [
        "",
        "0123456789abcde",
        "0123456789ABCDEF",
        "+123456789abcdef",
        "0123456789abcdef0",
        "../../../../etc/",
    ] {
        assert_eq!(other.parse::<KeyId>(), Err(NotAKeyId), "{other}");
    }
}
