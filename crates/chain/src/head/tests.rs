use super::*;

#[test]
fn the_chain_is_golden() {
    let first = Head::GENESIS.extend(b"{}");
    let second = first.extend(b"");
    assert_eq!(first.to_string(), "1:f9beba577a1c4489b89f753e48c691b8e566e359e5b18b8b316c07a57aca571e");
    assert_eq!(second.to_string(), "2:353a03d35ff233807009df92890aad6e7e22762673a7c5903a0d067d607dc12a");
}

#[test]
fn hex_and_display_agree() {
    let head = Head::GENESIS.extend(b"x");
    assert_eq!(head.to_string(), format!("1:{}", str::from_utf8(&head.hex()).unwrap()));
}

#[test]
fn where_one_payload_ends_and_the_next_begins_matters() {
    let one = Head::GENESIS.extend(b"ab").extend(b"c");
    let other = Head::GENESIS.extend(b"a").extend(b"bc");
    assert_ne!(one, other);
}

#[test]
fn the_last_number_does_not_wrap_around() {
    let last = Head { seq: u64::MAX, hash: [0; 32] };
    assert_eq!(last.extend(b"").seq, u64::MAX);
}
