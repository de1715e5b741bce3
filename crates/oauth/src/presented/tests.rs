use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use proptest::prelude::*;

use super::*;

fn minted(kind: Kind) -> (String, Digest) {
    let minted = token::mint(kind, [7; 32]);
    (minted.text.open().to_owned(), minted.digest)
}

fn basic(pair: &str) -> String {
    format!("Basic {}", STANDARD.encode(pair))
}

#[test]
fn a_token_is_found_as_bearer_and_as_the_basic_password_under_any_user_name() {
    let (token, digest) = minted(Kind::AccessToken);
    for header in [
        format!("Bearer {token}"),
        format!("bearer   {token}"),
        basic(&format!(":{token}")),
        basic(&format!("release-automation:{token}")),
        basic(&format!("someone@example.com:{token}")),
        basic(&format!("smørrebrød:{token}")),
        format!("BASIC {}", STANDARD_NO_PAD.encode(format!("a:{token}"))),
    ] {
        let presented = parse_authorization(header.as_bytes()).unwrap();
        assert_eq!((presented.kind(), presented.digest()), (Kind::AccessToken, &digest), "{header}");
    }
}

#[test]
fn a_user_name_that_is_no_text_does_not_matter() {
    let (secret, digest) = minted(Kind::ClientSecret);
    let pair = [b"\xff\xfe:".as_slice(), secret.as_bytes()].concat();
    let header = format!("Basic {}", STANDARD.encode(pair));
    assert_eq!(parse_authorization(header.as_bytes()).unwrap().digest(), &digest);
}

#[test]
fn what_is_not_exactly_ours_is_refused() {
    use NotPresented::{NotBasic, NotOurs, TooLong, UnknownScheme};
    let (token, _) = minted(Kind::AccessToken);
    let cut = token.get(..token.len() - 1).unwrap();
    for (header, why) in [
        (String::new(), UnknownScheme),
        (token.clone(), UnknownScheme),
        (format!("Bearer{token}"), UnknownScheme),
        (format!("Token {token}"), UnknownScheme),
        (format!("Basic\t{token}"), UnknownScheme),
        ("Bearer ".to_owned(), NotOurs),
        (format!("Bearer {cut}"), NotOurs),
        (format!("Bearer {token}x"), NotOurs),
        (format!("Bearer {token} "), NotOurs),
        (format!("Bearer {token},Bearer {token}"), NotOurs),
        (format!("Bearer {}", token.to_uppercase()), NotOurs),
        ("Bearer ATATT3xFfGF0abcdefgh".to_owned(), NotOurs),
        ("Basic ????".to_owned(), NotBasic),
        (format!("Basic {}", STANDARD.encode(&token)), NotBasic),
        (basic(&format!("{token}:")), NotOurs),
        (basic(&format!("a:b:{token}")), NotOurs),
        (basic(&format!("a:{token}\n")), NotOurs),
        (format!("Bearer {}", "a".repeat(LONGEST)), TooLong),
    ] {
        assert_eq!(parse_authorization(header.as_bytes()), Err(why), "{header:?}");
    }
}

#[test]
fn nothing_that_was_presented_is_printed() {
    let (secret, _) = minted(Kind::ClientSecret);
    let printed = format!("{:?}", parse_authorization(basic(&format!("u:{secret}")).as_bytes()));
    assert!(!printed.contains(secret.get(4..40).unwrap()), "{printed}");
}

#[test]
fn the_longest_header_still_fits() {
    let (secret, digest) = minted(Kind::ClientSecret);
    let pair = (LONGEST - "Basic ".len()) / 4 * 3;
    let user = "u".repeat(pair - ":".len() - secret.len());
    let header = basic(&format!("{user}:{secret}"));
    assert!(header.len() <= LONGEST && header.len() > LONGEST - 8);
    assert_eq!(parse_authorization(header.as_bytes()).unwrap().digest(), &digest);
}

proptest! {
    #[test]
    fn no_bytes_make_it_fail(bytes in prop::collection::vec(any::<u8>(), 0..1_200)) {
        let _read = parse_authorization(&bytes);
        for scheme in ["Bearer ", "Basic "] {
            let _read = parse_authorization(&[scheme.as_bytes(), &bytes].concat());
        }
        let _read = parse_authorization(format!("Basic {}", STANDARD.encode(&bytes)).as_bytes());
    }

    #[test]
    fn every_secret_is_found_under_every_user_name(random in any::<[u8; 32]>(), user in "[^:]{0,80}") {
        let minted = token::mint(Kind::ClientSecret, random);
        let header = basic(&format!("{user}:{}", minted.text.open()));
        prop_assume!(header.len() <= LONGEST);
        let presented = parse_authorization(header.as_bytes()).unwrap();
        prop_assert_eq!(presented.digest(), &minted.digest);
    }
}
