//! Grants as operators give them and see them.

use http::uri::Uri;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::{AppName, GrantName, Secret, SiteName};

use crate::app::Apps;
use crate::family::end::End;

/// Where Atlassian Cloud issues tokens.
const ATLASSIAN_TOKEN_URL: &str = "https://auth.atlassian.com/oauth/token";

/// What `plain` accepts.
const VISIBLE: &str = "^[!-~]{1,4096}$";
/// An e-mail address as far as it matters here.
const E_MAIL: &str = "^[!-9;-~]*@[!-9;-~]*$";
/// As [`check_token_url`] has it, without the rarer forms of a URL.
const TOKEN_URL: &str = "^(https://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|http://(localhost|127\\.0\\.0\\.1|\\[::1\\]))(:[0-9]{1,4})?(/[A-Za-z0-9/._-]*)?$";

/// The longest secret, e-mail address or id that is taken, in bytes.
const LONGEST: usize = 4_096;

/// A grant to take into custody.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct NewGrant {
    /// Its name here; a grant of the same name is replaced.
    pub name: GrantName,
    /// The sites it may be used for; at least one.
    #[schemars(length(min = 1))]
    pub sites: Vec<SiteName>,
    /// What Atlassian gave.
    #[serde(flatten)]
    pub material: Material,
}

/// What Atlassian gave, by kind. In JSON, `kind` is `service-account`, `api-token` or `personal-access-token`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Material {
    /// The OAuth 2.0 credential of a service account (Cloud).
    ServiceAccount {
        /// The credential's id.
        #[schemars(regex(pattern = VISIBLE))]
        client_id: String,
        /// The credential's secret.
        #[schemars(regex(pattern = VISIBLE))]
        client_secret: Secret,
        /// Where tokens are asked for; `https`, or `http` on this machine.
        #[serde(default = "atlassian_token_url")]
        #[schemars(regex(pattern = TOKEN_URL))]
        token_url: String,
    },
    /// An API token of a person or a service account (Cloud).
    ApiToken {
        /// The account's e-mail address.
        #[schemars(regex(pattern = E_MAIL), length(max = 4_096))]
        email: String,
        /// The token.
        #[schemars(regex(pattern = VISIBLE))]
        token: Secret,
        /// Whether it was created with scopes: such a token is not known at the site's own host.
        #[serde(default)]
        scoped: bool,
    },
    /// A personal access token (Data Center).
    PersonalAccessToken {
        /// The token.
        #[schemars(regex(pattern = VISIBLE))]
        token: Secret,
    },
    /// What a person consented to elsewhere, for an app of the settings. Whoever had it must not refresh it any more: a refresh token
    /// that two redeem ends for both.
    ThreeLegged {
        /// The app.
        app: AppName,
        /// The account it is of: an account id, or a user name at a Data Center.
        #[schemars(length(min = 1, max = 128))]
        account: String,
        /// What its owner is called.
        #[serde(default)]
        #[schemars(length(max = 100))]
        account_name: String,
        /// The refresh token nobody has redeemed yet.
        #[schemars(regex(pattern = VISIBLE))]
        refresh_token: Secret,
    },
}

fn atlassian_token_url() -> String {
    ATLASSIAN_TOKEN_URL.to_owned()
}

/// What is known about a grant besides its secret. This is what the store keeps in the clear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Facts {
    /// See [`Material::ServiceAccount`].
    ServiceAccount {
        /// The credential's id.
        client_id: String,
        /// Where tokens are asked for.
        token_url: String,
    },
    /// See [`Material::ApiToken`].
    ApiToken {
        /// The account's e-mail address.
        email: String,
        /// Whether it was created with scopes.
        scoped: bool,
    },
    /// See [`Material::PersonalAccessToken`].
    PersonalAccessToken {},
    /// What a person consented to (OAuth 2.0, three-legged).
    ThreeLegged {
        /// The app, as settings call it.
        app: AppName,
        /// Its id: another one means other tokens.
        client_id: String,
        /// Whether it is of a Data Center.
        data_center: bool,
        /// Who consented: their account id, or user name at a Data Center.
        account: String,
        /// What they are called.
        account_name: String,
    },
}

impl Facts {
    /// The kind's name in commands, rows and records.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ServiceAccount { .. } => "service-account",
            Self::ApiToken { .. } => "api-token",
            Self::PersonalAccessToken {} => "personal-access-token",
            Self::ThreeLegged { .. } => "three-legged",
        }
    }
}

impl Material {
    /// What may be shown and recorded, checked: an URL with a password in it, for one, is no fact.
    ///
    /// # Errors
    /// When a fact cannot be right.
    pub(crate) fn facts(&self, apps: &Apps) -> Result<Facts, GrantError> {
        match self {
            Self::ServiceAccount { client_id, token_url, .. } => {
                plain("client_id", client_id)?;
                check_token_url(token_url)?;
                Ok(Facts::ServiceAccount { client_id: client_id.clone(), token_url: token_url.clone() })
            }
            Self::ApiToken { email, scoped, .. } => {
                plain("email", email)?;
                if email.contains(':') || !email.contains('@') {
                    return Err(GrantError::Email);
                }
                Ok(Facts::ApiToken { email: email.clone(), scoped: *scoped })
            }
            Self::PersonalAccessToken { .. } => Ok(Facts::PersonalAccessToken {}),
            Self::ThreeLegged { app, account, account_name, .. } => {
                let known = apps.get(app).ok_or_else(|| GrantError::UnknownApp(app.clone()))?;
                let fits = |text: &str, least| {
                    (least..=128).contains(&text.len()) && !text.chars().any(char::is_control)
                };
                if !fits(account, 1) || !fits(account_name, 0) {
                    return Err(GrantError::Account);
                }
                let name = if account_name.is_empty() { account } else { account_name };
                Ok(Facts::ThreeLegged {
                    app: app.clone(),
                    client_id: known.client_id.clone(),
                    data_center: !known.is_cloud(),
                    account: account.clone(),
                    account_name: name.clone(),
                })
            }
        }
    }

    /// Whether the secret can be one, as [`Material::into_parts`] finds out when it is too late to refuse the others.
    pub(crate) fn check_secret(&self) -> Result<(), GrantError> {
        let (Self::ServiceAccount { client_secret: secret, .. }
        | Self::ApiToken { token: secret, .. }
        | Self::PersonalAccessToken { token: secret }
        | Self::ThreeLegged { refresh_token: secret, .. }) = self;
        plain("secret", secret.open())
    }

    /// Checks it, and parts what may be shown from what is sealed.
    pub(crate) fn into_parts(self, apps: &Apps) -> Result<(Facts, Secret), GrantError> {
        let facts = self.facts(apps)?;
        self.check_secret()?;
        let (Self::ServiceAccount { client_secret: secret, .. }
        | Self::ApiToken { token: secret, .. }
        | Self::PersonalAccessToken { token: secret }
        | Self::ThreeLegged { refresh_token: secret, .. }) = self;
        Ok((facts, secret))
    }
}

/// Neither empty, nor longer than anything real, nor with blanks or line ends that come from pasting.
fn plain(field: &'static str, text: &str) -> Result<(), GrantError> {
    let fits = (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(()) } else { Err(GrantError::Text { field }) }
}

/// The endpoint is shown the secret: only over TLS, or without leaving this machine.
fn check_token_url(url: &str) -> Result<(), GrantError> {
    let uri: Uri = url.parse().map_err(|_| GrantError::TokenUrl)?;
    let here = matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let with_user = uri.authority().is_none_or(|authority| authority.as_str().contains('@'));
    match uri.scheme_str() {
        Some("https") if !with_user => Ok(()),
        Some("http") if here && !with_user => Ok(()),
        _ => Err(GrantError::TokenUrl),
    }
}

/// A grant as lists show it.
#[derive(Clone, Debug, Serialize)]
pub struct GrantSummary {
    /// Its name.
    pub name: GrantName,
    /// The sites it may be used for.
    pub sites: Vec<SiteName>,
    /// Kind, and what belongs to it.
    #[serde(flatten)]
    pub facts: Facts,
    /// When it was first added.
    pub created_at: Timestamp,
    /// When it was last replaced.
    pub changed_at: Timestamp,
    /// How it is doing, as far as calls have shown.
    pub health: Health,
    /// Sites its app was taken off, as far as calls have shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed_from: Vec<SiteName>,
    /// Of a three-legged grant: what became of the consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentFacts>,
}

/// What became of a consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConsentFacts {
    /// When it was given.
    pub given_at: Timestamp,
    /// When the present pair of tokens was obtained.
    pub refreshed_at: Timestamp,
    /// What Atlassian last said was granted.
    pub scopes: Vec<String>,
    /// When Atlassian may end it for its age: a year after it was given, at Atlassian Cloud.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub may_end_at: Option<Timestamp>,
    /// It is so old that Atlassian may end it within weeks: best given anew before.
    pub is_old: bool,
}

/// How a grant is doing, as far as calls have shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Health {
    /// Ready to be used. For credentials that never change nothing more is known without a check.
    Ready,
    /// It has a living access token.
    Fresh,
    /// A token is being fetched.
    Refreshing,
    /// Its token still lives, but the next one cannot be had at present.
    Degraded {
        /// Half a sentence.
        why: String,
    },
    /// Whoever consented to it has to do so again: `ticketgate grant authorize`, or signing in.
    ReconnectRequired {
        /// Why.
        cause: End,
        /// The same, half a sentence.
        words: String,
    },
    /// Ended at the gateway.
    Revoked,
    /// The token endpoint refuses it; the OAuth error.
    Rejected {
        /// Such as `invalid_client`.
        error: String,
    },
    /// The token endpoint cannot be used.
    Unavailable {
        /// Half a sentence.
        why: String,
    },
    /// Its row cannot be read or its secret not opened: add it again.
    Damaged,
}

impl Health {
    /// The name of each state.
    pub const STATES: [&str; 9] = [
        "ready",
        "fresh",
        "refreshing",
        "degraded",
        "reconnect-required",
        "revoked",
        "rejected",
        "unavailable",
        "damaged",
    ];

    /// Whether calls with the grant fail.
    #[must_use]
    pub const fn is_trouble(&self) -> bool {
        match self {
            Self::Ready | Self::Fresh | Self::Refreshing | Self::Degraded { .. } => false,
            Self::ReconnectRequired { .. }
            | Self::Revoked
            | Self::Rejected { .. }
            | Self::Unavailable { .. }
            | Self::Damaged => true,
        }
    }

    /// Why, as one word where there is one, and in words.
    #[must_use]
    pub fn why(&self) -> (Option<String>, Option<String>) {
        match self {
            Self::Degraded { why } | Self::Unavailable { why } => (None, Some(why.clone())),
            Self::ReconnectRequired { cause, words } => {
                (Some(cause.as_str().to_owned()), Some(words.clone()))
            }
            Self::Rejected { error } => (Some(error.clone()), None),
            Self::Revoked => (Some(End::Revoked.as_str().to_owned()), Some(End::Revoked.words().to_owned())),
            Self::Ready | Self::Fresh | Self::Refreshing | Self::Damaged => (None, None),
        }
    }

    /// Whether it is the same state for the same cause. How a provider words its trouble may differ each time it is asked.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::ReconnectRequired { cause: one, .. }, Self::ReconnectRequired { cause: other, .. }) => {
                one == other
            }
            (Self::Rejected { error: one }, Self::Rejected { error: other }) => one == other,
            _ => self.as_str() == other.as_str(),
        }
    }

    /// The state's name in records, metrics and lists.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Fresh => "fresh",
            Self::Refreshing => "refreshing",
            Self::Degraded { .. } => "degraded",
            Self::ReconnectRequired { .. } => "reconnect-required",
            Self::Revoked => "revoked",
            Self::Rejected { .. } => "rejected",
            Self::Unavailable { .. } => "unavailable",
            Self::Damaged => "damaged",
        }
    }
}

/// Why a grant was not taken, or not removed.
#[derive(Debug, thiserror::Error)]
pub enum GrantError {
    /// Empty, too long, or with blanks or control characters.
    #[error(
        "{field} must be 1 to {LONGEST} visible ASCII characters without blanks; was something pasted with it?"
    )]
    Text {
        /// Which one.
        field: &'static str,
    },
    /// Not an e-mail address.
    #[error("the e-mail address of an API token must be the one its account signs in with")]
    Email,
    /// Not a token endpoint a secret may be shown to.
    #[error("token_url must be an https URL; http is accepted for localhost only")]
    TokenUrl,
    /// A grant is good only for the sites it names.
    #[error("a grant needs at least one site it may be used for")]
    NoSites,
    /// Not in the settings.
    #[error("no site {0} is configured")]
    UnknownSite(SiteName),
    /// A credential of Cloud for a Data Center, or the other way round.
    #[error("a {kind} cannot be used at {site}, which is {deployment}")]
    WrongDeployment {
        /// The grant's kind.
        kind: &'static str,
        /// The site.
        site: SiteName,
        /// What runs there.
        deployment: &'static str,
    },
    /// Not in the settings.
    #[error("no app {0} is configured")]
    UnknownApp(AppName),
    /// Neither an account id nor a user name.
    #[error("account and account_name are 1 to 128 characters, without control characters")]
    Account,
    /// The consent does not reach it.
    #[error("the consent does not reach the site {0}; it has to be given for that one too")]
    NotReached(SiteName),
    /// Only what a person consented to can be ended this way.
    #[error("the grant {0} is not one a person consented to")]
    NotThreeLegged(GrantName),
    /// No such grant.
    #[error("there is no grant {0}")]
    Missing(GrantName),
    /// The system gives no randomness, so nothing can be sealed.
    #[error(transparent)]
    Randomness(#[from] clock::random::NoRandomness),
    /// The secret could not be sealed.
    #[error("the secret could not be sealed")]
    Seal,
    /// The store refused.
    #[error(transparent)]
    Store(#[from] store::StoreError),
}

#[cfg(test)]
mod tests;
