//! What holds for every manifest.

use catalogue::Operation;

use crate::operation_set::OperationSet;
use crate::terms::Limits;

/// The organisation's guardrails, as far as somebody beside the decision asks for them: decisions have them in them.
#[derive(Clone, Debug)]
pub struct Guardrails {
    pub(crate) denied: OperationSet,
    pub(crate) approval: OperationSet,
    pub(crate) bulk: bool,
    pub(crate) limits: Limits,
}

impl Default for Guardrails {
    fn default() -> Self {
        Self {
            denied: OperationSet::none(0),
            approval: OperationSet::none(0),
            bulk: false,
            limits: Limits::NONE,
        }
    }
}

impl Guardrails {
    /// Whether nobody may call an operation.
    #[must_use]
    pub fn denies(&self, operation: &Operation) -> bool {
        self.denied.contains(operation.index())
    }

    /// Whether every change of a manifest that allows this operation needs an approval, even one that narrows.
    #[must_use]
    pub fn needs_approval(&self, operation: &Operation) -> bool {
        self.approval.contains(operation.index())
    }

    /// Whether the same holds for operations that change many things at once.
    #[must_use]
    pub const fn bulk_needs_approval(&self) -> bool {
        self.bulk
    }

    /// Whether every change of a manifest that allows this operation needs an approval, by itself or because it is bulk.
    #[must_use]
    pub fn ask_approval_for(&self, operation: &Operation) -> bool {
        self.needs_approval(operation) || (self.bulk && operation.is_bulk())
    }

    /// Whether there is any such operation.
    #[must_use]
    pub fn ask_anything(&self) -> bool {
        self.bulk || !self.approval.is_empty()
    }

    /// The most any client can ask for.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }
}
