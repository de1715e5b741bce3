//! What the control API says and hears, as data. The command line reads the same types it was answered with.

mod client;
mod client_changes;
mod consent;
mod elevation;
mod explain;
mod gateway;
mod grant;
mod keys;
mod operator;
mod plan;
mod proving;
mod replay;
mod usage;

pub use client::{ClientView, Registered, SecretView};
pub use client_changes::{
    CloseSecret, DescribeClient, Mode, PauseClient, RegisterClient, RegisterItself, RotateSecret,
};
pub use consent::{AskForConsent, ConsentAsked, ConsentProgress, ConsentState};
pub use elevation::{AskForElevation, AskedBy, ElevationState, ElevationView};
pub use explain::{ExplainView, StepView};
pub use gateway::{ManifestView, ManifestsStatus, Readiness, ReadinessCheck, SiteCheck, SiteView};
pub use grant::{
    AddedGrant, ComparePermissions, DriftView, ExportGrants, ExportedGrants, GrantCheck, GrantView,
    ImportGrants, MissingPermissionView, PermissionsView, ReplacedGrant,
};
pub use keys::{KeyView, KeysView, Resealing};
pub use operator::{AddOperator, AddedOperator, OperatorView};
pub use plan::{
    ApprovalView, ApprovePlan, Changes, ClientChange, FacetChange, ManifestText, NotADigest, PlanDigest,
    PlanView, ProposalView, RollBack, VersionView, WhichManifests,
};
pub use proving::ChangeProvesBy;
pub use replay::{AskForReplay, ReplayView, ReplayedCalls};
pub use usage::{Counted, DraftView, UnusedItem, UnusedView, UsageEntry, UsageView, WhichDraft, WhichUsage};
