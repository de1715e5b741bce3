//! No text is a signature of a key that has signed nothing, and none makes the reader fail.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seal::MinisignKey;

const KEY: &str = "RWS6RSMN4u1jwC3X8DZ1uR7XgcDzj8gTHLw1jMTPqw1O+DZovvFY3r+G";

fuzz_target!(|text: &str| {
    let Ok(key) = MinisignKey::parse(KEY) else { panic!("the key is one") };
    assert!(key.verify(text, "for ticketgate", b"abc\n").is_err());
    let _ = MinisignKey::parse(text);
});
