use super::*;
use crate::{Expected, Unverified};

fn both() -> [SigningKey; 2] {
    let fresh = || Fresh::from_bytes(std::array::from_fn(|place| place as u8 + 1));
    [SigningKey::ed25519(fresh()).unwrap(), SigningKey::es256(fresh()).unwrap()]
}

fn claims() -> Object {
    let claims = serde_json::json!({ "iss": "https://issuer", "aud": "us", "exp": 2_000 });
    claims.as_object().unwrap().clone()
}

#[test]
fn what_a_key_signs_its_public_key_verifies() {
    for key in both() {
        let token = key.sign("at+jwt", &claims()).unwrap();
        let expected = Expected::new("https://issuer", ["us"]).of_type("at+jwt");
        let now = jiff::Timestamp::from_second(1_000).unwrap();
        let verified = Unverified::parse(&token).unwrap().verify_with(key.public(), &expected, now).unwrap();
        assert_eq!(verified.header().algorithm(), key.algorithm());
        assert_eq!(verified.header().kid(), Some(key.public().thumbprint().to_string().as_str()));
        assert_eq!(verified.key(), key.public().thumbprint());
    }
}

#[test]
fn the_same_randomness_makes_the_same_key_and_other_randomness_another() {
    for (one, same) in both().iter().zip(both()) {
        assert_eq!(one.public(), same.public());
    }
    let other = SigningKey::ed25519(Fresh::from_bytes([9; 64])).unwrap();
    assert_ne!(other.public().thumbprint(), both()[0].public().thumbprint());
}

#[test]
fn a_number_beyond_the_order_of_the_curve_is_passed_over() {
    let mut bytes = [0xff; 64];
    assert_eq!(SigningKey::es256(Fresh::from_bytes(bytes)).unwrap_err(), KeyError);
    assert_eq!(SigningKey::es256(Fresh::from_bytes([0; 64])).unwrap_err(), KeyError);
    bytes[32..].copy_from_slice(&[7; 32]);
    let second = SigningKey::es256(Fresh::from_bytes(bytes)).unwrap();
    assert_eq!(second.public(), SigningKey::es256(Fresh::from_bytes([7; 64])).unwrap().public());
}

#[test]
fn a_key_survives_being_written_and_read() {
    for key in both() {
        let der = key.to_pkcs8().unwrap();
        let read = SigningKey::from_pkcs8(&der).unwrap();
        assert_eq!((read.public(), read.algorithm()), (key.public(), key.algorithm()));
        assert_eq!(read.to_pkcs8().unwrap(), der);
        for cut in 0..der.len() {
            assert_eq!(SigningKey::from_pkcs8(&der[..cut]).unwrap_err(), KeyError);
        }
    }
}

#[test]
fn a_key_shows_nothing_private_when_printed() {
    let fresh = Fresh::from_bytes(std::array::from_fn(|place| place as u8 + 1));
    let mut shown = format!("{fresh:?}");
    for key in both() {
        shown.push_str(&format!("{key:?}"));
        assert!(shown.contains(&key.public().thumbprint().to_string()));
    }
    // The private numbers begin with the bytes 1, 2, 3, 4.
    for private in ["01020304", "1, 2, 3, 4", "\u{1}\u{2}", "AQIDB"] {
        assert!(!shown.contains(private), "{shown}");
    }
}
