//! Manifests compiled to a rulebook, and the decision over it.
//!
//! A **manifest** is policy as written: one TOML file per client, reviewed like code. A **rulebook** is policy as
//! compiled: what the gateway asks, once per request.
//!
//! ```text
//! ManifestFile --typed--> what was typed --lower--> what it means --compile--> Rulebook --decide--> Permit | Denial
//! ```
//!
//! **Promises.**
//! - Default deny. What no manifest allows is denied, a deny wins over every allow, and whatever cannot be understood
//!   is an error of the whole set: a rulebook comes from manifests without a single error or not at all.
//! - A [`Permit`] can be made only by [`Rulebook::decide`], cannot be copied, and names the line that allowed it.
//! - A [`Denial`] names the smallest change that would have allowed the call.
//! - The checker and the enforcer are one: `ticketgate manifest check` and the gateway call the same [`compile()`].
//! - Every [`Diagnostic`] has line, column and end, and all of them are reported, not only the first.
//! - A decision costs the same with ten clients and with ten thousand.
//! - What a permit is bound to is in its [`Terms`]; whoever finds that a request does not keep to them refuses with
//!   [`Permit::objection`]. The terms of a manifest that binds nothing cost nothing.
//! - What the guardrails deny no manifest allows.
//! - What an [`Elevation`] adds to a manifest holds up to an instant and not a moment longer, whoever remembers to take it away.
//! - Pure: no clock (the time comes with the question), no randomness, no I/O, no async. Everything is bounded
//!   ([`limits`]).
//!
//! **Deliberately absent.** Reading directories (`control` does), who is asking (`oauth` knows), which operation a
//! request is (`catalogue` knows), and what Atlassian's own permissions say: a permit means that *we* do not object.

mod advice;
mod compile;
mod decide;
mod denial;
mod diagnostic;
pub mod difference;
mod draft;
mod drift;
mod elevation;
mod guardrails;
pub mod limits;
mod lints;
mod lower;
mod manifest;
pub mod minimum;
mod nearest;
mod needs;
mod operation_set;
mod permissions;
mod permit;
mod rulebook;
mod selection;
mod source;
mod terms;
mod typed;
mod vend;
mod walk;

pub use advice::{Granted, advise};
pub use compile::{Compiled, Known, compile};
pub use decide::Question;
pub use denial::{Denial, Edit};
pub use diagnostic::{
    DIAGNOSTICS, Diagnostic, DiagnosticCode, DiagnosticEntry, Position, Severity, Verdict, render_human,
    render_terminal,
};
pub use draft::{Used, draft};
pub use drift::Lacking;
pub use elevation::Elevation;
pub use guardrails::Guardrails;
pub use manifest::Manifest;
pub use permissions::{MissingPermission, Needed, POWERFUL, SecondLayer, permissions_to_ask, second_layer};
pub use permit::{Bounds, Permit, Trial};
pub use rulebook::Rulebook;
pub use source::{ManifestFile, ManifestSet, Sources};
pub use terms::{
    AttachmentRules, Audience, Boundary, CommentRules, FieldRules, Hours, IssueFacts, Limits, Named,
    Objection, Priority, Terms, TransitionFacts, TransitionRules, Visibility,
};
pub use typed::{elevation_schema, fragment_schema, guardrails_schema, key_table, manifest_schema};
pub use vend::VendPermit;
pub use walk::Step;
