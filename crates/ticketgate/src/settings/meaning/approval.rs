//! Which changes of manifests need whose approval.

use control::manifests::{Approval, Required, Signer};
use seal::SshKey;

use super::Meaning;

impl Meaning<'_> {
    pub(super) fn approval(&mut self) -> Approval {
        let required = match self.text("approval.required").as_deref() {
            Some("widening") => Required::Widening,
            Some("always") => Required::Always,
            _ => Required::Never,
        };
        let one_step = self.text("approval.rollback_without_approval").as_deref() == Some("true");
        Approval { required, rollback_without_approval: one_step, signers: self.signers() }
    }

    fn signers(&mut self) -> Vec<Signer> {
        let mut signers: Vec<Signer> = Vec::new();
        for line in self.list("approval.signers") {
            let Some((name, key)) = line.trim().split_once(char::is_whitespace) else {
                self.fault("approval.signers", "has an entry that is not a name and a public key");
                continue;
            };
            match SshKey::parse(key) {
                Ok(_) if signers.iter().any(|known| known.name == name) => {
                    self.fault("approval.signers", format_args!("names {name:?} twice"));
                }
                Ok(key) => signers.push(Signer { name: name.to_owned(), key }),
                Err(why) => self.fault("approval.signers", format_args!("has no usable key for {name:?}: {why}")),
            }
        }
        signers
    }
}
