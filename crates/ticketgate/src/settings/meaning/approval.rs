//! Which changes of manifests need whose approval.

use control::manifests::{Approval, Required};

use super::Meaning;

impl Meaning<'_> {
    pub(super) fn approval(&mut self) -> Approval {
        let required = match self.text("approval.required").as_deref() {
            Some("widening") => Required::Widening,
            Some("always") => Required::Always,
            _ => Required::Never,
        };
        let one_step = self.text("approval.rollback_without_approval").as_deref() == Some("true");
        Approval { required, rollback_without_approval: one_step }
    }
}
