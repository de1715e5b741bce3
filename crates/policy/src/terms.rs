//! What a permit is bound to: the terms under which its yes is a yes.
//!
//! Whether an operation is allowed is decided by bits before anything of the request is looked at. What is here is
//! about what the request touches: which project, which fields, which transition. Whoever holds a permit asks its
//! terms, and refuses with [`Permit::objection`](crate::Permit::objection) what they do not allow.

mod attachments;
mod boundary;
mod comments;
mod fields;
mod hours;
mod jql;
mod limits;
mod names;
mod objection;
mod priority;
mod transitions;

use std::sync::Arc;

use jiff::Timestamp;

pub use attachments::AttachmentRules;
pub(crate) use boundary::Clauses;
pub use boundary::{Boundary, IssueFacts, Named};
pub use comments::{Audience, CommentRules, Visibility};
pub use fields::FieldRules;
pub use hours::Hours;
pub use limits::Limits;
pub(crate) use names::{Entry as NameEntry, Names, Rule, Texts};
pub use objection::Objection;
pub(crate) use objection::denial;
pub use priority::Priority;
pub use transitions::{TransitionFacts, TransitionRules};
pub(crate) use transitions::{TransitionRule, Which};

/// The terms of one manifest, the guardrails' among them.
#[derive(Debug, Default)]
pub struct Terms {
    pub(crate) boundary: Boundary,
    pub(crate) fields: FieldRules,
    pub(crate) transitions: TransitionRules,
    pub(crate) comments: CommentRules,
    pub(crate) attachments: AttachmentRules,
    pub(crate) limits: Limits,
    pub(crate) priority: Priority,
    pub(crate) observe: bool,
}

/// Those of a manifest that says nothing of the kind.
pub(crate) static FREE: Terms = Terms {
    boundary: Boundary::free(),
    fields: FieldRules::FREE,
    transitions: TransitionRules::FREE,
    comments: CommentRules::FREE,
    attachments: AttachmentRules::FREE,
    limits: Limits::NONE,
    priority: Priority::Normal,
    observe: false,
};

impl Terms {
    /// Whether nothing of a request's names and body, nor of its answer, has to be looked at. Limits and priority are
    /// other matters.
    #[must_use]
    pub const fn is_free(&self) -> bool {
        self.boundary.is_free()
            && self.fields.is_free()
            && self.transitions.is_free()
            && self.comments.is_free()
            && self.attachments.is_free()
    }

    /// Which projects, spaces and issues exist for the client.
    #[must_use]
    pub const fn boundary(&self) -> &Boundary {
        &self.boundary
    }

    /// Which fields may be set, and which are taken out of answers.
    #[must_use]
    pub const fn fields(&self) -> &FieldRules {
        &self.fields
    }

    /// Which transitions may be made.
    #[must_use]
    pub const fn transitions(&self) -> &TransitionRules {
        &self.transitions
    }

    /// Who may see comments.
    #[must_use]
    pub const fn comments(&self) -> &CommentRules {
        &self.comments
    }

    /// What may be attached.
    #[must_use]
    pub const fn attachments(&self) -> &AttachmentRules {
        &self.attachments
    }

    /// How much may be asked for; the guardrails' maxima are in it.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Who goes first when there is not room for all.
    #[must_use]
    pub const fn priority(&self) -> Priority {
        self.priority
    }

    /// Whether what would be refused is written down instead.
    #[must_use]
    pub const fn observes(&self) -> bool {
        self.observe
    }
}

/// Accounts by id, sorted.
pub(crate) type Accounts = Box<[Box<str>]>;

/// What is asked of the question itself, beyond operation and scopes.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    /// The first instant at which anything is permitted, and the label of its line.
    pub(crate) starts: Option<(Timestamp, Arc<str>)>,
    pub(crate) hours: Option<(Hours, Arc<str>)>,
    /// `None`: whoever the call is made for.
    pub(crate) on_behalf_of: Option<(Accounts, Arc<str>)>,
}

impl Conditions {
    pub(crate) const fn is_free(&self) -> bool {
        self.starts.is_none() && self.hours.is_none() && self.on_behalf_of.is_none()
    }

    pub(crate) fn started(&self, now: Timestamp) -> bool {
        self.starts.as_ref().is_none_or(|(starts, _)| *starts <= now)
    }

    pub(crate) fn open(&self, now: Timestamp) -> bool {
        self.hours.as_ref().is_none_or(|(hours, _)| hours.hold(now))
    }

    /// Whether it may be for this account. `for_user`: it is for somebody, whoever that may be.
    pub(crate) fn may_be_for(&self, account: Option<&str>, for_user: bool) -> bool {
        let Some((allowed, _)) = &self.on_behalf_of else { return true };
        match account {
            Some(account) => allowed.binary_search_by(|known| (**known).cmp(account)).is_ok(),
            None => !for_user,
        }
    }
}
