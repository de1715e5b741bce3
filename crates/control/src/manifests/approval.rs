//! Which changes need somebody else's yes, and whose yes counts.
//!
//! A yes is bound to a plan's digest, which stands for what was in force, what is to be, and what that changes; so it is no yes to
//! anything else. Whether it counts is looked at when it is given and once more when the change takes effect.

mod signature;
mod ticket;

use std::collections::BTreeMap;
use std::fmt;

use policy::difference::{Difference, Direction};
use types::{ClientId, OperatorName};

pub use signature::{Signer, SignersKey};
pub(crate) use ticket::Watching;
pub use ticket::{DigestIn, Entitled, Ticket, WhenItLeaves};

use super::plan::Plan;
use crate::operators::Role;
use crate::views::{ApprovalView, ApprovePlan, PlanDigest};
use crate::{Control, ControlError, Kind};

/// Which changes need an approval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Required {
    /// None: whoever may publish may widen.
    #[default]
    Never,
    /// Those after which something is permitted that was not.
    Widening,
    /// Every one.
    Always,
}

/// What the settings say about approvals.
#[derive(Clone, Debug, Default)]
pub struct Approval {
    /// Which changes need one.
    pub required: Required,
    /// Whether going back to the version right before the one in force needs none.
    pub rollback_without_approval: bool,
    /// Whose signatures approve.
    pub signers: Vec<Signer>,
    /// Which tickets approve.
    pub ticket: Option<Ticket>,
    /// The Atlassian accounts of operators and signers, by name.
    pub accounts: BTreeMap<String, String>,
}

impl Approval {
    /// Whether a change needs an approval.
    ///
    /// What the guardrails ask for is needed whatever the settings say.
    pub(crate) fn is_needed(&self, difference: &Difference, differs: bool) -> bool {
        if difference.asks_approval() {
            return true;
        }
        match self.required {
            Required::Never => false,
            Required::Widening => difference.direction == Direction::Wider,
            Required::Always => differs,
        }
    }
}

/// Who wants a change: the one whose yes never counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Author<'a> {
    /// An operator.
    Operator(&'a OperatorName),
    /// A client, which is nobody.
    Client(&'a ClientId),
    /// A person, by their Atlassian account.
    User(&'a str),
}

impl Author<'_> {
    /// Whether an operator or a signer of this name is somebody else.
    ///
    /// # Errors
    /// When they are the author, or nobody can tell.
    fn is_not(&self, name: &str, settings: &Approval) -> Result<(), ControlError> {
        let is_author = match self {
            Self::Operator(author) => author.as_str() == name,
            Self::Client(_) => false,
            Self::User(account) => {
                settings.accounts.get(name).ok_or_else(|| not_known(*self, name))? == account
            }
        };
        if is_author {
            return Err(ControlError::new(
                Kind::NotEntitled,
                format!("{self} asked for this, and nobody approves what they asked for."),
                "Have somebody else approve it.",
            ));
        }
        Ok(())
    }
}

fn not_known(author: Author<'_>, name: &str) -> ControlError {
    ControlError::new(
        Kind::NotEntitled,
        format!("It is not known whether {name} is {author}, who asked for this."),
        format!("Say in the settings who {name} is at Atlassian: approval.accounts = [\"{name}=ACCOUNT\"]."),
    )
}

impl fmt::Display for Author<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator(name) => write!(f, "{name}"),
            Self::Client(client) => write!(f, "the client {client}"),
            Self::User(account) => write!(f, "the user {account}"),
        }
    }
}

impl Control {
    /// Those approvals of a plan that count at this moment.
    pub(crate) async fn approvals_that_count(
        &self,
        plan: &PlanDigest,
    ) -> Result<Option<(OperatorName, Vec<ApprovalView>)>, ControlError> {
        let Some(row) = self.parts().store.manifest_proposals().get(plan.as_bytes()).await? else {
            return Ok(None);
        };
        if row.expires_at <= self.parts().clock.now() {
            return Ok(None);
        }
        let mut counting = Vec::new();
        for approval in super::proposals::approvals(&row.approvals)? {
            if self.counts(plan, Author::Operator(&row.author), &approval).await.is_ok() {
                counting.push(approval);
            }
        }
        Ok(Some((row.author, counting)))
    }

    /// Whether an approval counts at this moment.
    ///
    /// # Errors
    /// Why it does not.
    pub(crate) async fn counts(
        &self,
        plan: &PlanDigest,
        author: Author<'_>,
        approval: &ApprovalView,
    ) -> Result<(), ControlError> {
        match approval {
            ApprovalView::Operator { operator, .. } => self.operator_counts(author, operator),
            ApprovalView::Signature { signer, signature, .. } => {
                signature::counts(&self.parts().approval, plan, author, (signer, signature))
            }
            ApprovalView::Ticket { ticket, approved_by, .. } => {
                let by = self.ticket_approves(plan, author, ticket).await;
                match by.map_err(|not| ticket::refused(ticket, &not))? {
                    by if by == *approved_by => Ok(()),
                    by => Err(ControlError::new(
                        Kind::NotEntitled,
                        format!("{ticket} was approved anew meanwhile, by {by}."),
                        "Hand it in again.",
                    )),
                }
            }
        }
    }

    /// The approval that is asked for, as far as it can be told whose it is. Whether it counts is another question.
    pub(crate) async fn approval_of(
        &self,
        operator: &OperatorName,
        (plan, author): (&PlanDigest, Author<'_>),
        asked: ApprovePlan,
    ) -> Result<ApprovalView, ControlError> {
        let at = self.parts().clock.now();
        match asked {
            ApprovePlan { signature: None, ticket: None } => {
                Ok(ApprovalView::Operator { operator: operator.clone(), at })
            }
            ApprovePlan { signature: Some(text), ticket: None } => {
                let signer = signature::signer_of(&self.parts().approval.signers, plan, &text)?;
                Ok(signature::view(signer, text, at, operator))
            }
            ApprovePlan { signature: None, ticket: Some(ticket) } => {
                let site =
                    self.parts().approval.ticket.as_ref().map(|it| it.site.clone()).ok_or_else(not_set)?;
                let by = self.ticket_approves(plan, author, &ticket).await;
                let approved_by = by.map_err(|not| ticket::refused(&ticket, &not))?;
                Ok(ApprovalView::Ticket { site, ticket, approved_by, at })
            }
            ApprovePlan { signature: Some(_), ticket: Some(_) } => Err(ControlError::new(
                Kind::Invalid,
                "A plan is approved by a signature and by a ticket at once.",
                "Send one of them.",
            )),
        }
    }

    fn operator_counts(&self, author: Author<'_>, operator: &OperatorName) -> Result<(), ControlError> {
        author.is_not(operator.as_str(), &self.parts().approval)?;
        let role = self.parts().operators.role_of(operator, self.parts().clock.now());
        if role.is_none_or(|role| role < Role::Approver) {
            return Err(ControlError::new(
                Kind::NotEntitled,
                format!("{operator} is no operator who may approve, or not any more."),
                "Have an operator with the role approver or above approve it.",
            ));
        }
        Ok(())
    }

    /// The approvals a plan is put in force with.
    ///
    /// # Errors
    /// [`Kind::NeedsApproval`] when the settings want one and none counts.
    pub(crate) async fn gate(
        &self,
        plan: &Plan,
    ) -> Result<(Option<OperatorName>, Vec<ApprovalView>), ControlError> {
        let found = self.approvals_that_count(&plan.digest).await?;
        let (author, counting) = match found {
            Some((author, counting)) => (Some(author), counting),
            None => (None, Vec::new()),
        };
        let needed = self.parts().approval.is_needed(&plan.difference, plan.differs());
        if needed && counting.is_empty() {
            return Err(needs_approval(plan, author.is_some()));
        }
        Ok((author, counting))
    }
}

fn not_set() -> ControlError {
    ControlError::new(
        Kind::NotEntitled,
        "The settings name nobody who could approve in this way.",
        "See `[approval]` in docs/settings.md.",
    )
}

fn needs_approval(plan: &Plan, proposed: bool) -> ControlError {
    let digest = plan.digest;
    let direction = plan.difference.direction.as_str();
    let guarded = match plan.difference.asks_approval() {
        true => " and touches what the guardrails ask an approval for",
        false => "",
    };
    let direction = if direction == "same" { "neither wider nor narrower" } else { direction };
    let what = format!(
        "The change is {direction} than what is in force{guarded}, and needs an approval of the plan {digest}. What was in force stays in force."
    );
    let advice = if proposed {
        format!(
            "It is proposed and waits: another operator says `ticketgate approve {digest}`, then apply it again."
        )
    } else {
        "Propose it, with `ticketgate apply` or `POST /api/v1/proposals`; then another operator says `ticketgate approve DIGEST`.".to_owned()
    };
    ControlError::new(Kind::NeedsApproval, what, advice)
}
