//! Any text as a token, and any header and claims signed by a key that is trusted.
//!
//! What must hold: nothing makes the reader fail; a token nobody here signed is never verified; one that is verified has the
//! issuer, audience and end that were asked for; and no change to a verified token is verified too.
#![no_main]

use std::sync::LazyLock;

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jose::{ClaimMatch, ClaimPath, Expected, Fresh, JwkSet, SigningKey, Unverified};
use libfuzzer_sys::fuzz_target;

const NOW: i64 = 1_800_000_000;

static KEYS: LazyLock<JwkSet> = LazyLock::new(|| {
    let fresh = || Fresh::from_bytes([7; Fresh::LEN]);
    let own = [SigningKey::ed25519(fresh()), SigningKey::es256(fresh())];
    let own: Vec<_> = own.iter().map(|key| key.as_ref().unwrap().public().to_json()).collect();
    // RFC 7515 appendix A.2.
    let rsa = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    let rsa = serde_json::json!({ "kty": "RSA", "n": rsa, "e": "AQAB", "kid": "rsa" });
    JwkSet::parse(&serde_json::json!({ "keys": [own[0], own[1], rsa] }).to_string()).unwrap()
});

static SIGNER: LazyLock<Ed25519KeyPair> =
    LazyLock::new(|| Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap());

fuzz_target!(|bytes: &[u8]| {
    let now = Timestamp::from_second(NOW).unwrap();
    let expected = Expected::new("https://issuer", ["us"]);
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(token) = Unverified::parse(text)
    {
        assert!(text.len() <= Unverified::MAX_BYTES && text.matches('.').count() == 2);
        assert!(token.verify(&KEYS, &expected, now).is_err(), "nobody here signed it");
    }

    // Header and claims from the input, a good signature from here: what lies behind the signature is reached too.
    let Some(split) = bytes.iter().position(|byte| *byte == b'\n') else { return };
    let (header, claims) = (&bytes[..split], &bytes[split + 1..]);
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let text = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(SIGNER.sign(signed.as_bytes())));
    let Ok(token) = Unverified::parse(&text) else { return };
    let Ok(verified) = token.verify(&KEYS, &expected, now) else { return };
    assert_eq!(verified.issuer(), Some("https://issuer"));
    assert!(verified.audiences().any(|audience| audience == "us"));
    assert!(verified.expires_at().as_second() + 30 > NOW);
    assert_eq!(token.issuer_hint(), verified.issuer());
    let path = ClaimPath::new(["kubernetes.io", "serviceaccount", "name"]).unwrap();
    let _ = ClaimMatch::like(path, "a*:**/b").unwrap().matches(&verified);
    let _ = verified.confirmation();

    let place = usize::from(*bytes.first().unwrap_or(&0)) * text.len() / 256;
    let mut other = text.clone().into_bytes();
    other[place] ^= 1 << (bytes.len() % 7);
    if let Ok(other) = String::from_utf8(other)
        && let Ok(token) = Unverified::parse(&other)
    {
        assert!(token.verify(&KEYS, &expected, now).is_err(), "changed and still believed");
    }
});
