//! How the authorization server behaves where Atlassian's documents leave room, or where a test cannot wait.

use serde::{Deserialize, Serialize};

/// What may be changed with `PUT /standin/oauth/rules`. Times are seconds of the world's clock.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rules {
    /// Life of every access token of Cloud, those of service accounts too.
    pub(crate) access_token_seconds: i64,
    /// Life of an authorization code of Cloud.
    pub(crate) code_seconds: i64,
    /// How long the previous refresh token, and the access token that came with it, stay good after a rotation.
    pub(crate) leeway_seconds: i64,
    /// What the previous refresh token gets within the leeway.
    pub(crate) retry: Retry,
    /// What a new consent does to the refresh tokens of an older one.
    pub(crate) consent: Consent,
    /// A refresh token that was not used for so long is dead.
    pub(crate) inactivity_seconds: i64,
    /// A family is dead so long after the consent, whatever happened in between.
    pub(crate) absolute_seconds: Option<i64>,
    /// How a refresh token that is no good is refused.
    pub(crate) refresh_error: RefreshError,
    /// When false, a refresh answers without a refresh token and the one that was sent stays good.
    pub(crate) rotate: bool,
    /// Answers every consent page at once, as this person.
    pub(crate) auto_approve: Option<AutoApprove>,
    /// Life of Data Center's access tokens.
    pub(crate) data_center_access_token_seconds: i64,
    /// Life of Data Center's authorization codes.
    pub(crate) data_center_code_seconds: i64,
}

/// What becomes of a second exchange of one refresh token, within the leeway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Retry {
    /// A further pair; the one that was made first stays good.
    NewPair,
    /// A further pair; the one that was made first dies.
    NewPairReplaces,
    /// The pair that was made first, once more.
    SamePair,
}

/// What a new consent does to the older family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Consent {
    /// It ends.
    Supersede,
    /// It goes on beside the new one.
    Keep,
}

/// The two refusals there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefreshError {
    /// As documented.
    InvalidGrant,
    /// As seen since about 2024.
    UnauthorizedClient,
}

/// Who says yes to everything.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AutoApprove {
    /// A user name.
    #[serde(rename = "as")]
    pub(crate) who: String,
    /// Names of sites, for applications that pick; all of the person's when left out.
    #[serde(default)]
    pub(crate) sites: Option<Vec<String>>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            access_token_seconds: 3600,
            code_seconds: 300,
            leeway_seconds: 600,
            retry: Retry::NewPair,
            consent: Consent::Supersede,
            inactivity_seconds: 90 * 24 * 3600,
            absolute_seconds: None,
            refresh_error: RefreshError::InvalidGrant,
            rotate: true,
            auto_approve: None,
            data_center_access_token_seconds: 7200,
            data_center_code_seconds: 10,
        }
    }
}
