use super::*;

fn digest(byte: u8) -> Digest {
    Digest::from_bytes([byte; 32])
}

#[test]
fn a_proof_fits_one_token_and_one_challenge() {
    let proof = of(&digest(1), "a challenge");
    assert_eq!(proof, of(&digest(1), "a challenge"));
    assert_ne!(proof, of(&digest(2), "a challenge"));
    assert_ne!(proof, of(&digest(1), "another challenge"));
}

#[test]
fn a_proof_can_travel_in_a_header() {
    let proof = of(&digest(0), "");
    assert_eq!(proof.len(), base62::BODY);
    assert!(proof.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{proof}");
}

#[test]
fn a_form_belongs_to_one_session_and_one_purpose() {
    let session = |byte| crate::token::mint(crate::Kind::Session, [byte; 32]).digest;
    let carried = form(&session(1), "end consent 7");
    assert!(is_form(&session(1), "end consent 7", &carried));
    assert!(!is_form(&session(2), "end consent 7", &carried));
    assert!(!is_form(&session(1), "end consent 8", &carried));
    for wrong in ["", "x", carried.get(1..).unwrap(), of(&session(1), "end consent 7").as_str()] {
        assert!(!is_form(&session(1), "end consent 7", wrong), "{wrong}");
    }
}
