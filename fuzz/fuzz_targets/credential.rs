//! Any bytes as the value of an `Authorization` header.
//!
//! What must hold: nothing makes the reader fail; what it accepts was made with our own prefix and checksum; and a token
//! of ours is found by its digest under every user name, and by no other.
#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use oauth::presented::LONGEST;
use oauth::{Scheme, parse_authorization};
use seal::token::{self, Kind};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(presented) = parse_authorization(bytes) {
        assert!(bytes.len() <= LONGEST, "nothing longer is read");
        assert!(presented.hint().starts_with(presented.kind().prefix()));
    }
    let Some((random, user)) = bytes.split_first_chunk::<32>() else { return };
    let minted = token::mint(Kind::ALL[usize::from(random[0]) % Kind::ALL.len()], *random);
    let pair = [user, b":", minted.text.open().as_bytes()].concat();
    let basic = format!("Basic {}", STANDARD.encode(&pair));
    let found = parse_authorization(basic.as_bytes());
    if user.contains(&b':') || basic.len() > LONGEST {
        assert!(found.is_err(), "the password begins after the first colon");
    } else {
        let found = found.expect("any user name will do");
        assert_eq!((found.scheme(), found.digest()), (Scheme::Basic, &minted.digest));
    }
    // One byte changed anywhere in the token is another token, and the checksum knows.
    let mut other = format!("Bearer {}", minted.text.open()).into_bytes();
    if let Some((place, byte)) = user.first().zip(user.get(1)) {
        let place = 7 + usize::from(*place) % (other.len() - 7);
        let changed = other[place] != *byte;
        other[place] = *byte;
        assert_eq!(parse_authorization(&other).is_err(), changed);
    }
});
