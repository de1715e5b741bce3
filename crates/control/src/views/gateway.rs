//! The gateway itself: its manifests, its sites, and whether it is ready.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::{ClientId, CloudId, GrantName, SiteName};

use super::PlanDigest;

/// A published manifest, in short.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ManifestView {
    /// Whose it is.
    pub client: ClientId,
    /// The file it was written in.
    pub file: String,
    /// The grant its calls use; `user` when each goes out as the user it is made for.
    pub grant: GrantName,
    /// The sites it reaches, the default first.
    pub sites: Vec<SiteName>,
    /// When it ends.
    pub expires: Option<Timestamp>,
    /// Whether it is part of the gateway, because nobody has written one: that of what signed-in people do themselves.
    #[serde(default)]
    pub built_in: bool,
}

/// A site of the running gateway.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SiteView {
    /// Its name.
    pub name: SiteName,
    /// `cloud`, `jira-data-center` or `confluence-data-center`.
    pub kind: String,
    /// Where it is.
    pub url: String,
    /// Atlassian's id, for Cloud sites.
    pub cloud_id: Option<CloudId>,
}

/// What asking a site said.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SiteCheck {
    /// The site.
    pub site: SiteName,
    /// Whether it answers and is what the settings say.
    pub in_order: bool,
    /// What was seen and what to do about it.
    pub words: String,
    /// How far its clock is ahead of ours, in seconds, by the `Date` header.
    pub clock_ahead_seconds: Option<i64>,
}

/// What is published, and whether what is written could be.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ManifestsStatus {
    /// The folder they are read from.
    pub directory: String,
    /// When the rulebook in force was published.
    pub published_at: Option<Timestamp>,
    /// The manifests in force.
    pub manifests: Vec<ManifestView>,
    /// What the last publication or attempt said.
    pub diagnostics: Vec<serde_json::Value>,
    /// Whether the last attempt was published; `false` means an older rulebook is still in force.
    pub in_order: bool,
    /// Names the last publication or attempt; the number of its `ETag`.
    #[serde(default)]
    pub version: u64,
    /// The number of the version in force; 0: none ever was.
    #[serde(default)]
    pub number: u64,
    /// What the manifests in force are told by.
    pub digest: PlanDigest,
}

/// Whether calls can be served.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Readiness {
    /// All of the checks below.
    pub ready: bool,
    /// One by one.
    pub checks: Vec<ReadinessCheck>,
}

/// One thing that has to be in order before calls can be served.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ReadinessCheck {
    /// What was looked at.
    pub name: String,
    /// Whether it is in order.
    pub ok: bool,
    /// What was seen.
    pub words: String,
}
