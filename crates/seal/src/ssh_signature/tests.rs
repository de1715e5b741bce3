use std::path::Path;
use std::process::Command;

use proptest::prelude::*;

use super::*;

const NAMESPACE: &str = "ticketgate-plan";

/// Signs with the real `ssh-keygen`; `None` where there is none.
fn sign(dir: &Path, kind: &[&str], namespace: &str, message: &[u8]) -> Option<(String, String)> {
    let key = dir.join("key");
    let _ = std::fs::remove_file(&key);
    let made = Command::new("ssh-keygen").args(["-q", "-N", "", "-f"]).arg(&key).args(kind).status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no ssh-keygen here");
        return None;
    }
    let text = dir.join("message");
    std::fs::write(&text, message).unwrap();
    let _ = std::fs::remove_file(dir.join("message.sig"));
    let signed = Command::new("ssh-keygen")
        .args(["-q", "-Y", "sign", "-n", namespace, "-f"])
        .arg(&key)
        .arg(&text)
        .status();
    assert!(signed.unwrap().success());
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    Some((read(&key.with_extension("pub")), read(&dir.join("message.sig"))))
}

#[test]
fn what_ssh_keygen_signs_is_good_for_this_message_key_and_namespace_only() {
    let dir = tempfile::tempdir().unwrap();
    for kind in [&["-t", "ed25519"][..], &["-t", "ecdsa", "-b", "256"], &["-t", "rsa", "-b", "2048"]] {
        let Some((public, signature)) = sign(dir.path(), kind, NAMESPACE, b"abc\n") else { return };
        let key = SshKey::parse(&public).unwrap();
        assert_eq!(key.verify(&signature, NAMESPACE, b"abc\n"), Ok(()), "{kind:?}");
        assert_eq!(key.verify(&signature, NAMESPACE, b"abd\n"), Err(SshSignatureError::Bad));
        assert_eq!(key.verify(&signature, "git", b"abc\n"), Err(SshSignatureError::OtherNamespace));
        let (_, elsewhere) = sign(dir.path(), kind, NAMESPACE, b"abc\n").unwrap();
        assert_eq!(key.verify(&elsewhere, NAMESPACE, b"abc\n"), Err(SshSignatureError::OtherKey));
        let (again, other) = sign(dir.path(), kind, "git", b"abc\n").unwrap();
        let other_key = SshKey::parse(&again).unwrap();
        assert_eq!(other_key.verify(&other, NAMESPACE, b"abc\n"), Err(SshSignatureError::OtherNamespace));
    }
}

#[test]
fn no_flipped_bit_of_a_signature_is_good() {
    let dir = tempfile::tempdir().unwrap();
    let Some((public, signature)) = sign(dir.path(), &["-t", "ed25519"], NAMESPACE, b"abc\n") else { return };
    let key = SshKey::parse(&public).unwrap();
    let blob = dearmored(&signature).unwrap();
    for place in 0..blob.len() * 8 {
        let mut changed = blob.clone();
        changed[place / 8] ^= 1 << (place % 8);
        let text = format!("{BEGIN}\n{}\n{END}\n", STANDARD.encode(changed));
        assert!(key.verify(&text, NAMESPACE, b"abc\n").is_err(), "bit {place}");
    }
}

#[test]
fn what_is_no_key_is_refused() {
    for text in ["", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-dss AAAAB3NzaC1kc3M=", "not a key at all"] {
        assert_eq!(SshKey::parse(text), Err(SshSignatureError::NotAKey), "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_fail(text in "(?s).{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = SshKey::parse(&text);
        let key = SshKey(bytes.clone());
        let mut blob = MAGIC.to_vec();
        blob.extend(bytes);
        let armored = format!("{BEGIN}\n{}\n{END}", STANDARD.encode(blob));
        prop_assert!(key.verify(&armored, NAMESPACE, b"abc").is_err());
        prop_assert!(key.verify(&text, NAMESPACE, b"abc").is_err());
    }
}
