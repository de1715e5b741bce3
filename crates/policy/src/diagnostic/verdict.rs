use super::{Diagnostic, Severity};

/// What a list of diagnostics comes to: the meaning of the exit code of `ticketgate manifest check`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Nothing to say.
    Clean,
    /// Warnings only: the set can be published.
    Warnings,
    /// At least one error: the set cannot be published.
    Errors,
}

impl Verdict {
    /// What `diagnostics` come to.
    #[must_use]
    pub fn of(diagnostics: &[Diagnostic]) -> Self {
        match diagnostics.iter().map(|diagnostic| diagnostic.severity).max() {
            None => Self::Clean,
            Some(Severity::Warning) => Self::Warnings,
            Some(Severity::Error) => Self::Errors,
        }
    }

    /// Whether the set can be published.
    #[must_use]
    pub const fn publishable(self) -> bool {
        !matches!(self, Self::Errors)
    }
}
