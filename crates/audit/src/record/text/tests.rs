use proptest::prelude::*;

use super::*;

const TAIL: &str = "0El6XFXwsUFD8J2vGxsaboW7rZYnQRBP5d9erwRwd290l85tl";

#[test]
fn a_token_in_a_text_is_taken_out_wherever_it_stands() {
    for prefix in ["tgs_", "tga_", "tgo_", "tgk_"] {
        let text = Text::from(format!("/rest/api/3/issue/{prefix}{TAIL}/comment"));
        assert_eq!(text.as_str(), "/rest/api/3/issue/[secret]/comment");
    }
    assert_eq!(Text::untrusted(&format!("tgs_{TAIL}")).as_str(), "[secret]");
    assert_eq!(Text::untrusted(&format!("a ATATT3xFfGF0{TAIL}-_= b")).as_str(), "a [secret] b");
    assert_eq!(Text::long(&format!("x=tga_{TAIL}&y=tgs_{TAIL}")).as_str(), "x=[secret]&y=[secret]");
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

proptest! {
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
    fn a_text_without_credentials_is_kept_as_it_is(text in "[^tA]{0,100}") {
        let kept = Text::from(text.clone());
        prop_assert_eq!(kept.as_str(), text);
    }
}
