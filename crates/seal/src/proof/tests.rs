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
