use proptest::prelude::*;
use seal::RootKey;
use zeroize::Zeroizing;

use super::*;

const HOUR: Duration = Duration::from_secs(3_600);

async fn office(key: u8) -> (Passes, clock::Hands) {
    let (clock, hands) = Clock::manual("2026-11-22T00:00:00Z".parse().unwrap());
    let keyring = Keyring::new(RootKey::from_bytes(Zeroizing::new([key; 32])), Vec::new());
    (Passes::new(Store::in_memory().await.unwrap(), clock, Arc::new(keyring)), hands)
}

#[tokio::test]
async fn a_pass_brings_back_what_it_was_made_with_once() {
    let (passes, _hands) = office(1).await;
    let (text, _) = passes.issue("trip", HOUR, &("release", 7)).unwrap();
    let pass: Pass<(String, u8)> = passes.open("trip", &text).unwrap();
    assert_eq!(pass.content, ("release".to_owned(), 7));
    passes.use_up(&pass).await.unwrap();
    let again: Pass<(String, u8)> = passes.open("trip", &text).unwrap();
    assert!(matches!(passes.use_up(&again).await, Err(PassError::Used)));
}

#[tokio::test]
async fn a_pass_ends() {
    let (passes, hands) = office(1).await;
    let (text, until) = passes.issue("trip", HOUR, &1).unwrap();
    hands.advance(HOUR - Duration::from_secs(1));
    assert!(passes.open::<u8>("trip", &text).is_ok());
    hands.advance(Duration::from_secs(1));
    assert!(matches!(passes.open::<u8>("trip", &text), Err(PassError::Ended)));
    assert_eq!(until.to_string(), "2026-11-22T01:00:00Z");
}

#[tokio::test]
async fn a_pass_that_was_changed_is_of_another_purpose_or_of_another_gateway_is_none() {
    let (passes, _hands) = office(1).await;
    let (text, _) = passes.issue("trip", HOUR, &1).unwrap();
    assert!(matches!(passes.open::<u8>("ticket", &text), Err(PassError::Foreign)));
    assert!(matches!(office(2).await.0.open::<u8>("trip", &text), Err(PassError::Foreign)));
    for at in 0..text.len() {
        let other = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
        let mut changed = text.clone();
        changed.replace_range(at..=at, other);
        assert!(matches!(passes.open::<u8>("trip", &changed), Err(PassError::Foreign)), "{at}");
    }
    for odd in ["", "A", "....", "\u{e4}", text.get(1..).unwrap(), &"A".repeat(LONGEST + 1)] {
        assert!(matches!(passes.open::<u8>("trip", odd), Err(PassError::Foreign)), "{odd}");
    }
}

#[test]
fn no_text_opens_that_was_not_made_here() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (passes, _hands) = runtime.block_on(office(1));
    let (text, _) = passes.issue("trip", HOUR, &1).unwrap();
    let near = (any::<prop::sample::Index>(), any::<u8>());
    proptest!(|(any_text in "\\PC{0,300}", base64 in "[A-Za-z0-9_-]{0,300}", (at, byte) in near)| {
        let mut bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
        let at = at.index(bytes.len());
        let before = bytes[at];
        bytes[at] = byte;
        let near = URL_SAFE_NO_PAD.encode(&bytes);
        for text in [&any_text, &base64] {
            prop_assert!(passes.open::<u8>("trip", text).is_err());
        }
        prop_assert_eq!(passes.open::<u8>("trip", &near).is_ok(), byte == before);
    });
}
