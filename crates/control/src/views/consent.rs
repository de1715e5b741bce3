//! Asking a person to consent to an app, and what became of it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::{AppName, GrantName, SiteName};

use crate::schemas;

/// Asks for a consent that becomes a grant.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskForConsent {
    /// The app, as the settings call it.
    pub app: AppName,
    /// The sites the grant is for; at least one. The consent has to reach each of them.
    #[schemars(length(min = 1))]
    pub sites: Vec<SiteName>,
    /// What is asked for; what the settings say of the app when there are none.
    #[serde(default)]
    #[schemars(schema_with = "schemas::scopes")]
    pub scopes: Vec<String>,
    /// Whether a grant of this name may be replaced whoever consents. Without it only by the same account's consent.
    #[serde(default)]
    pub replace: bool,
}

/// A consent that was asked for.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ConsentAsked {
    /// What to ask by what became of it.
    pub id: String,
    /// The grant it becomes.
    pub grant: GrantName,
    /// The app.
    pub app: AppName,
    /// The sites the grant is for.
    pub sites: Vec<SiteName>,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// Where whoever is to consent goes, with a browser: good once, and for whoever has it.
    pub url: String,
    /// When that ends to be good.
    pub expires_at: Timestamp,
}

/// How far a consent that was asked for has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentState {
    /// Nobody has come back yet.
    Waiting,
    /// It became the grant.
    Granted,
    /// It did not.
    NotGranted,
}

/// What became of a consent that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConsentProgress {
    /// As it was given when the consent was asked for.
    pub id: String,
    /// The grant it becomes.
    pub grant: GrantName,
    /// How far it has come.
    pub state: ConsentState,
    /// The same, in words.
    pub words: String,
    /// Who consented: the account's id.
    #[serde(default)]
    pub account: Option<String>,
    /// What they are called.
    #[serde(default)]
    pub name: Option<String>,
    /// The sites of the grant.
    #[serde(default)]
    pub sites: Vec<SiteName>,
    /// Addresses of sites the consent reaches and the grant is not for. Some means an account-level consent, or one for sites that
    /// were picked before.
    #[serde(default)]
    pub reaches_too: Vec<String>,
    /// What the provider says was granted; nothing where it does not say.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// What was asked for and not granted.
    #[serde(default)]
    pub scopes_missing: Vec<String>,
}
