//! What the control API says and hears, as data. The command line reads the same types it was answered with.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::{ClientId, CloudId, GrantName, Secret, SiteName};

/// A client, as operators see it. No secret's text is in here; nobody can get one back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClientView {
    /// Its client id.
    pub client: ClientId,
    /// Who answers for it.
    pub owner: String,
    /// What it is for.
    pub purpose: String,
    /// `active`; anything else is refused at the door.
    pub state: String,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it ends to be accepted.
    pub expires_at: Option<Timestamp>,
    /// Its secrets, oldest first.
    pub secrets: Vec<SecretView>,
    /// What its manifest gives it; `None` while none is published, and then every call is refused.
    pub manifest: Option<ManifestView>,
}

/// A client secret: enough to recognise it, nothing to use it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SecretView {
    /// Prefix and last four characters.
    pub hint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends to be accepted.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A published manifest, in short.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ManifestView {
    /// Whose it is.
    pub client: ClientId,
    /// The file it was written in.
    pub file: String,
    /// The grant its calls use.
    pub grant: GrantName,
    /// The sites it reaches, the default first.
    pub sites: Vec<SiteName>,
    /// When it ends.
    pub expires: Option<Timestamp>,
}

/// Asks for a client.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterClient {
    /// Its client id.
    pub client: ClientId,
    /// Who answers for it; by default as its published manifest says.
    #[serde(default)]
    pub owner: Option<String>,
    /// What it is for; by default as its published manifest says.
    #[serde(default)]
    pub purpose: Option<String>,
    /// When it ends to be accepted.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

/// A client just registered, with its secret: the one time it is shown.
#[derive(Debug)]
pub struct Registered {
    /// The client.
    pub client: ClientView,
    /// Its secret.
    pub secret: Secret,
}

/// A grant, as operators see it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GrantView {
    /// Its name.
    pub name: GrantName,
    /// `service-account`, `api-token` or `personal-access-token`.
    pub kind: String,
    /// The sites it is for.
    pub sites: Vec<SiteName>,
    /// What is known about it and not secret: client id, e-mail address, whether scoped.
    pub facts: serde_json::Value,
    /// How it is doing, as far as calls have shown.
    pub health: serde_json::Value,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
}

/// A grant just taken into custody, and what it took the place of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AddedGrant {
    /// The grant as it is now.
    #[serde(flatten)]
    pub grant: GrantView,
    /// What had its name before; `None` when nothing had. Its credential is gone.
    #[serde(default)]
    pub replaced: Option<ReplacedGrant>,
}

/// A grant that another one has taken the place of.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Serialize, Deserialize)]
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

/// A site of the running gateway.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Serialize, Deserialize)]
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
}

/// Whether calls can be served.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Readiness {
    /// All of the checks below.
    pub ready: bool,
    /// One by one.
    pub checks: Vec<ReadinessCheck>,
}

/// One thing that has to be in order before calls can be served.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReadinessCheck {
    /// What was looked at.
    pub name: String,
    /// Whether it is in order.
    pub ok: bool,
    /// What was seen.
    pub words: String,
}
