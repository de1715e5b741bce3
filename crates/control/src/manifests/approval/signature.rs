//! A yes by a key that the settings list.

use seal::SshKey;
use types::OperatorName;

use super::{Approval, Author};
use crate::views::{ApprovalView, PlanDigest};
use crate::{ControlError, Kind};

/// What `ssh-keygen -Y sign -n` is told, so that no signature made for anything else approves a plan.
pub(crate) const NAMESPACE: &str = "ticketgate-plan";

/// Somebody whose signature approves.
#[derive(Clone, Debug)]
pub struct Signer {
    /// What records call them; an operator of that name is the same person.
    pub name: String,
    /// Their key.
    pub key: SshKey,
}

/// The signer whose signature of the digest it is.
pub(super) fn signer_of<'s>(
    signers: &'s [Signer],
    plan: &PlanDigest,
    signature: &str,
) -> Result<&'s Signer, ControlError> {
    // What `echo DIGEST` writes.
    let message = format!("{plan}\n");
    let mut nearest = seal::SshSignatureError::OtherKey;
    for signer in signers {
        match signer.key.verify(signature, NAMESPACE, message.as_bytes()) {
            Ok(()) => return Ok(signer),
            Err(seal::SshSignatureError::OtherKey) => {}
            Err(why) => nearest = why,
        }
    }
    Err(ControlError::new(
        Kind::NotEntitled,
        format!("The signature does not approve this plan: {nearest}."),
        format!(
            "Sign with a key of `approval.signers`: echo {plan} | ssh-keygen -Y sign -n {NAMESPACE} -f KEY"
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
    if signer.name != name || author.is(&signer.name, settings) {
        return Err(ControlError::new(
            Kind::NotEntitled,
            format!("{author} asked for this, and nobody approves what they asked for."),
            "Have another signer approve it.",
        ));
    }
    Ok(())
}

pub(super) fn view(
    signer: &Signer,
    signature: String,
    at: jiff::Timestamp,
    by: &OperatorName,
) -> ApprovalView {
    ApprovalView::Signature { signer: signer.name.clone(), signature, at, presented_by: by.clone() }
}
