//! Any text as a proof of possession, and any header and claims signed by the key the header carries.
//!
//! What must hold: nothing makes the reader fail; a proof that is accepted is for this request, fresh, and from the key that
//! signed it; and targets have one normal form.
#![no_main]

use std::sync::LazyLock;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jose::dpop::{self, Request, Target, Window};
use jose::{Fresh, SigningKey};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};

const NOW: i64 = 1_800_000_000;

static SIGNER: LazyLock<Ed25519KeyPair> =
    LazyLock::new(|| Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap());

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(target) = Target::parse(text) {
        assert_eq!(Target::parse(target.as_str()).unwrap(), target);
    }
    let now = Timestamp::from_second(NOW).unwrap();
    let target = Target::parse("https://gateway.example/token").unwrap();
    let request = Request { method: "POST", target: &target, access_token: None, nonces: None };
    let _ = dpop::verify(text, &request, Window::default(), now);

    // Claims from the input (and header members, when there are two lines), signed by the embedded key.
    let (header, claims) = text.split_once('\n').unwrap_or(("{}", text));
    let mut members: Map<String, Value> =
        json!({ "typ": "dpop+jwt", "alg": "EdDSA" }).as_object().unwrap().clone();
    members.extend(serde_json::from_str::<Map<String, Value>>(header).unwrap_or_default());
    let x = URL_SAFE_NO_PAD.encode(SIGNER.public_key());
    members.insert("jwk".to_owned(), json!({ "kty": "OKP", "crv": "Ed25519", "x": x }));
    let header = serde_json::to_vec(&members).unwrap();
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let proof = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(SIGNER.sign(signed.as_bytes())));
    let Ok(proof) = dpop::verify(&proof, &request, Window::default(), now) else { return };
    let own = SigningKey::ed25519(Fresh::from_bytes([7; Fresh::LEN])).unwrap();
    assert_eq!(proof.key(), own.public().thumbprint());
    assert!(!proof.id().is_empty() && proof.id().len() <= 256);
    assert!((NOW - 60..=NOW + 30).contains(&proof.issued_at().as_second()));
    assert!(proof.remember_until() > now);
    let claims: Value = serde_json::from_str(claims).unwrap();
    assert_eq!(claims["htm"], "POST");
    assert_eq!(Target::parse(claims["htu"].as_str().unwrap()).unwrap(), target);
});
