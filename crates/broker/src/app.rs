//! The OAuth 2.0 (3LO) app people consent to: what is registered at Atlassian, or as an incoming link of a Data Center.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use types::{AppName, Secret, SiteName};

/// The apps of the settings.
pub type Apps = BTreeMap<AppName, Arc<App>>;

/// One app. At Atlassian there is one grant for each account and app: consenting again replaces what was consented to before.
pub struct App {
    /// What the settings call it.
    pub name: AppName,
    /// Its id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
    /// Where people are sent to consent: `https://auth.atlassian.com/authorize`.
    pub authorize_url: String,
    /// Where codes and refresh tokens are redeemed: `https://auth.atlassian.com/oauth/token`.
    pub token_url: Uri,
    /// Where people come back to; exactly what is registered with the app.
    pub redirect_uri: String,
    /// What people are asked for, besides `offline_access`.
    pub scopes: Vec<String>,
    /// Whose app it is.
    pub provider: Provider,
    /// How long a refresh token may be sent again after it was redeemed. Ten minutes at Atlassian, nothing at a Data Center.
    pub leeway: Duration,
    /// How long a refresh token lives that nobody redeems. 90 days at Atlassian.
    pub inactivity: Duration,
}

/// Who issues the tokens of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Provider {
    /// Atlassian Cloud.
    Cloud {
        /// Where an access token is asked whose it is and which sites it reaches: `https://api.atlassian.com`.
        api_origin: String,
    },
    /// The OAuth 2.0 provider of a Data Center; its tokens are good there and nowhere else.
    DataCenter {
        /// Which one.
        site: SiteName,
        /// Where a token is revoked (RFC 7009).
        revoke_url: Uri,
    },
}

impl App {
    /// Whether it is Atlassian Cloud's.
    #[must_use]
    pub const fn is_cloud(&self) -> bool {
        matches!(self.provider, Provider::Cloud { .. })
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "app {} with the id {}", self.name.as_str(), self.client_id)
    }
}
