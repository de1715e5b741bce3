//! A yes by a key that the settings list.

use seal::{MinisignError, MinisignKey, SshKey, SshSignatureError};
use types::OperatorName;

use super::{Approval, Author};
use crate::views::{ApprovalView, PlanDigest};
use crate::{ControlError, Kind};

/// What `ssh-keygen -Y sign -n` is told, and `minisign -S -t`, so that no signature made for anything else approves a plan.
pub(crate) const NAMESPACE: &str = "ticketgate-plan";

/// Somebody whose signature approves.
#[derive(Clone, Debug)]
pub struct Signer {
    /// What records call them; an operator of that name is the same person.
    pub name: String,
    /// Their key.
    pub key: SignersKey,
}

/// A key of one of the kinds that are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignersKey {
    /// `ssh-ed25519 AAAA...`, for `ssh-keygen -Y sign`.
    Ssh(SshKey),
    /// `RWQ...`, for `minisign -S`.
    Minisign(MinisignKey),
}

/// Why a signature is not one of a key's of a plan.
enum Unverified {
    /// It may be another key's.
    OtherKey,
    /// It is this key's, and no good.
    NoGood(String),
}

impl SignersKey {
    /// Reads a key of either kind.
    ///
    /// # Errors
    /// Why it is none, half a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        // minisign's is one word of base64; it begins with its algorithm.
        if text.starts_with("RW") && !text.trim().contains(char::is_whitespace) {
            return MinisignKey::parse(text).map(Self::Minisign).map_err(|error| error.to_string());
        }
        SshKey::parse(text).map(Self::Ssh).map_err(|error| error.to_string())
    }

    fn verify(&self, signature: &str, message: &[u8]) -> Result<(), Unverified> {
        match self {
            Self::Ssh(key) => key.verify(signature, NAMESPACE, message).map_err(|error| match error {
                SshSignatureError::OtherKey | SshSignatureError::NotASignature => Unverified::OtherKey,
                error => Unverified::NoGood(error.to_string()),
            }),
            Self::Minisign(key) => key.verify(signature, NAMESPACE, message).map_err(|error| match error {
                MinisignError::OtherKey | MinisignError::NotASignature => Unverified::OtherKey,
                error => Unverified::NoGood(error.to_string()),
            }),
        }
    }
}

/// The signer whose signature of the digest it is.
pub(super) fn signer_of<'s>(
    signers: &'s [Signer],
    plan: &PlanDigest,
    signature: &str,
) -> Result<&'s Signer, ControlError> {
    // What `echo DIGEST` writes.
    let message = format!("{plan}\n");
    let mut nearest = "it is no signature of a key of `approval.signers`".to_owned();
    for signer in signers {
        match signer.key.verify(signature, message.as_bytes()) {
            Ok(()) => return Ok(signer),
            Err(Unverified::OtherKey) => {}
            Err(Unverified::NoGood(why)) => nearest = why,
        }
    }
    Err(ControlError::new(
        Kind::NotEntitled,
        format!("The signature does not approve this plan: {nearest}."),
        format!(
            "Sign with a key of `approval.signers`: echo {plan} | ssh-keygen -Y sign -n {NAMESPACE} -f KEY, or echo {plan} > plan && minisign -S -t {NAMESPACE} -m plan"
        ),
    ))
}

/// Whether a signature that was handed in counts now.
pub(super) fn counts(
    settings: &Approval,
    plan: &PlanDigest,
    author: Author<'_>,
    approval: (&str, &str),
) -> Result<(), ControlError> {
    let (name, signature) = approval;
    let signer = signer_of(&settings.signers, plan, signature)?;
    if signer.name != name {
        return Err(ControlError::new(
            Kind::NotEntitled,
            format!("The signature is {}'s, and not {name}'s.", signer.name),
            "Hand it in again.",
        ));
    }
    author.is_not(&signer.name, settings)
}

pub(super) fn view(
    signer: &Signer,
    signature: String,
    at: jiff::Timestamp,
    by: &OperatorName,
) -> ApprovalView {
    ApprovalView::Signature { signer: signer.name.clone(), signature, at, presented_by: by.clone() }
}
