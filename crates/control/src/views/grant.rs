//! A grant, as operators see it; never its credential.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::{ClientId, GrantName, SiteName};

/// A grant, as operators see it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct GrantView {
    /// Its name.
    pub name: GrantName,
    /// `service-account`, `api-token`, `personal-access-token` or `three-legged`.
    pub kind: String,
    /// The sites it is for.
    pub sites: Vec<SiteName>,
    /// What is known about it and not secret: client id, e-mail address, whether scoped.
    pub facts: serde_json::Value,
    /// How it is doing, as far as calls have shown.
    pub health: serde_json::Value,
    /// Sites its app was taken off, as far as calls have shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed_from: Vec<SiteName>,
    /// Clients whose manifests need more than Atlassian says it grants with this.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drift: Vec<DriftView>,
    /// A person consented to it, and only programs use it: a service account would do the same and does not depend on anybody.
    #[serde(default)]
    pub could_be_service_account: bool,
    /// Of what a person consented to: when, what for, and whether it may end soon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<serde_json::Value>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// Names this change of it; the number of its `ETag`.
    #[serde(default)]
    pub version: u64,
}

/// A client that cannot do with a grant what its manifest allows.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DriftView {
    /// Whose manifest it is.
    pub client: ClientId,
    /// The scopes that are missing.
    pub scopes: Vec<String>,
    /// How many operations suffer.
    pub operations: usize,
}

/// A grant just taken into custody, and what it took the place of.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AddedGrant {
    /// The grant as it is now.
    #[serde(flatten)]
    pub grant: GrantView,
    /// What had its name before; `None` when nothing had. Its credential is gone.
    #[serde(default)]
    pub replaced: Option<ReplacedGrant>,
}

/// A grant that another one has taken the place of.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ReplacedGrant {
    /// What it was.
    pub kind: String,
    /// The sites it was for.
    pub sites: Vec<SiteName>,
    /// What was known about it and not secret.
    pub facts: serde_json::Value,
    /// When its credential was added.
    pub changed_at: Timestamp,
    /// Which of `kind`, `sites` and `facts` are others now. The credential is another one in any case.
    pub changed: Vec<String>,
}

/// What trying a grant on one site said.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct GrantCheck {
    /// The grant.
    pub grant: GrantName,
    /// The site it was tried on.
    pub site: SiteName,
    /// Whether calls with it will work.
    pub working: bool,
    /// One word: `working`, `wrong`, `anonymous`, ...
    pub verdict: String,
    /// What was seen and what to do about it.
    pub words: String,
    /// What was asked and what was answered.
    pub steps: Vec<String>,
}

/// Which grants go to another installation.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportGrants {
    /// Their names; at least one.
    #[schemars(length(min = 1))]
    pub grants: Vec<GrantName>,
    /// The other installation's public key, as `ticketgate keys public` prints it there.
    #[schemars(regex(pattern = "^tgp_[0-9A-Za-z]{49}$"))]
    pub to: String,
}

/// Grants sealed to another installation.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ExportedGrants {
    /// The text of the file. What is secret in it opens at the other installation only.
    pub file: String,
    /// The grants as they are here, where they stay.
    pub grants: Vec<GrantView>,
}

/// A file of grants that was sealed to this installation.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportGrants {
    /// Its text, unchanged.
    pub file: String,
}

/// Where to compare what a grant's account may do at Jira with what manifests need.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComparePermissions {
    /// On which site; on all of its sites when nothing is said.
    #[serde(default)]
    pub site: Option<SiteName>,
    /// In which projects, by key; when none is named, a permission held in any project counts as held.
    #[serde(default)]
    #[schemars(length(max = 20), inner(regex(pattern = "^[A-Za-z][A-Za-z0-9_]{0,254}$")))]
    pub projects: Vec<String>,
}

/// What a grant's account may do at one site's Jira, against what manifests need of it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PermissionsView {
    /// The grant.
    pub grant: GrantName,
    /// The site.
    pub site: SiteName,
    /// The project, where one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Whether Jira could be asked and nothing is missing or spare.
    pub in_order: bool,
    /// Why Jira could not be asked, half a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unasked: Option<String>,
    /// Clients whose calls fail for want of a permission. What operations need is a hint, not exhaustive.
    pub missing: Vec<MissingPermissionView>,
    /// Powerful permissions the account has and no manifest needs.
    pub spare: Vec<String>,
}

/// A permission that clients need and the account does not have.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct MissingPermissionView {
    /// Whose calls fail.
    pub client: ClientId,
    /// Jira's key of the permission.
    pub permission: String,
    /// The operations that need it.
    pub operations: Vec<String>,
}
