//! Why a change was not made.

use std::fmt;

/// Which kind of no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What was asked for makes no sense.
    Invalid,
    /// There is no such thing.
    Missing,
    /// There already is such a thing.
    Duplicate,
    /// It has changed since whoever asks has seen it.
    Stale,
    /// It would end something that is in use, or goes against what was decided before.
    Conflict,
    /// The manifests do not compile.
    NotCompiled,
    /// Somebody else has to say yes first.
    NeedsApproval,
    /// Whoever says yes is not entitled to.
    NotEntitled,
    /// The idempotency key came with another request before.
    KeyReused,
    /// A request with the same idempotency key is under way.
    UnderWay,
    /// It was begun before, and nobody knows how it ended.
    OutcomeUnknown,
    /// It was done before, and the answer cannot be given again.
    AnswerNotKept,
    /// There are too many idempotency keys.
    TooManyKeys,
    /// It could not be made durable; nothing was changed.
    Unavailable,
    /// Something failed that was not foreseen.
    Failed,
}

/// A change that was not made: what, why, what to do.
#[derive(Clone, Debug)]
pub struct ControlError {
    kind: Kind,
    what: String,
    advice: String,
    /// The manifests' diagnostics, when that is what was wrong.
    diagnostics: Vec<serde_json::Value>,
}

impl ControlError {
    /// What was not done and why, and what to do about it; one sentence each. Must name no secret.
    #[must_use]
    pub fn new(kind: Kind, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { kind, what: what.into(), advice: advice.into(), diagnostics: Vec::new() }
    }

    /// The same with the compiler's findings.
    #[must_use]
    pub fn with_diagnostics(mut self, diagnostics: Vec<serde_json::Value>) -> Self {
        self.diagnostics = diagnostics;
        self
    }

    /// Which kind of no.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// What was not done, and why.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }

    /// What to do.
    #[must_use]
    pub fn advice(&self) -> &str {
        &self.advice
    }

    /// The compiler's findings.
    #[must_use]
    pub fn diagnostics(&self) -> &[serde_json::Value] {
        &self.diagnostics
    }
}

impl fmt::Display for ControlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.what, self.advice)
    }
}

impl std::error::Error for ControlError {}

/// The store's no, as an operator hears it.
impl From<store::StoreError> for ControlError {
    fn from(error: store::StoreError) -> Self {
        let kind = match error {
            store::StoreError::Missing { .. } => Kind::Missing,
            store::StoreError::Duplicate { .. } => Kind::Duplicate,
            store::StoreError::Stale { .. } => Kind::Stale,
            _ => Kind::Unavailable,
        };
        Self::new(
            kind,
            format!("It could not be done: {error}."),
            "Look at the gateway's log and at the disk.",
        )
    }
}
