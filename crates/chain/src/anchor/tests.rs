use proptest::prelude::*;

use super::*;

#[test]
fn only_number_colon_and_sixty_four_digits_are_an_anchor() {
    let hex = "0f".repeat(32);
    assert_eq!(format!("7:{hex}\n").parse::<Anchor>().unwrap(), Anchor { seq: 7, hash: [15; 32] });
    for text in ["", ":", "7:", "7", &hex, &format!("+7:{hex}"), &format!(":{hex}"), &format!("7:{hex}0")] {
        assert_eq!(text.parse::<Anchor>(), Err(NotAnAnchor), "{text}");
    }
    assert!(format!("7:{}", "é".repeat(32)).parse::<Anchor>().is_err());
    assert!(format!("99999999999999999999:{hex}").parse::<Anchor>().is_err());
}

proptest! {
    #[test]
    fn an_anchor_survives_its_text_form(seq: u64, hash: [u8; 32]) {
        let anchor = Anchor { seq, hash };
        prop_assert_eq!(anchor.to_string().parse::<Anchor>(), Ok(anchor));
    }

    #[test]
    fn any_text_is_read_without_panicking(text in "\\PC{0,80}") {
        let _ = text.parse::<Anchor>();
    }
}
