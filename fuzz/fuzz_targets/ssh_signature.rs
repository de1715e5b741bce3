//! No bytes are a signature of a key that has signed nothing, and none of them make the reader fail.
#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use seal::SshKey;

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";

fuzz_target!(|bytes: &[u8]| {
    let Ok(key) = SshKey::parse(KEY) else { panic!("the key is one") };
    let armored = |blob: &[u8]| {
        format!("-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n", STANDARD.encode(blob))
    };
    let with_magic: Vec<u8> = b"SSHSIG".iter().chain(bytes).copied().collect();
    assert!(key.verify(&armored(&with_magic), "ticketgate-plan", b"abc\n").is_err());
    if let Ok(text) = std::str::from_utf8(bytes) {
        assert!(key.verify(text, "ticketgate-plan", b"abc\n").is_err());
        let _ = SshKey::parse(text);
    }
});
