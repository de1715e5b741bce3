use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::ClientId;

use crate::proves_by::Proving;
use crate::{ProvesBy, Whence};

use crate::RedirectUri;

/// What an operator decides about a client beside its life: from where it may call, and what its tokens are like.
///
/// Kept as JSON in the client's row. A row this version cannot read makes the client one that may not call: a restriction
/// nobody understands is not one to leave out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Networks it may call from and fetch tokens from; from anywhere when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<IpNet>,
    /// Seconds its access tokens live, where that is not what the settings say; 60 to 86,400.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_life: Option<u32>,
    /// What its access tokens look like.
    #[serde(skip_serializing_if = "TokenForm::is_usual")]
    pub token_form: TokenForm,
    /// Clients whose users it may act for, by exchanging their users' tokens (RFC 8693).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exchanges: Vec<ClientId>,
    /// Days after which its secret should be replaced; nobody is reminded when nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotate_every_days: Option<u32>,
    /// Whether its tokens have to be bound to a key (by DPoP or a client certificate), and its secrets are no credential for calls.
    #[serde(skip_serializing_if = "is_false")]
    pub bound_tokens: bool,
    /// By what else than a secret it may prove itself.
    #[serde(skip_serializing_if = "ProvesBy::is_nothing")]
    pub proves_by: ProvesBy,
    /// Where browsers may be sent with an authorization code; without one it cannot act for users.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub redirect_uris: Vec<RedirectUri>,
    /// Whether it has no secret, because it runs where a secret would be everybody's (RFC 6749 §2.1): it can then act for users
    /// only. Said when it is registered, and never changed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands references")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// What an access token looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TokenForm {
    /// A random text that says nothing: `tga_...`.
    #[default]
    Opaque,
    /// A JWT of RFC 9068, signed with Ed25519.
    Jwt,
    /// The same, signed with ES256, for verifiers that know no Ed25519.
    JwtEs256,
}

impl TokenForm {
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    const fn is_usual(&self) -> bool {
        matches!(self, Self::Opaque)
    }
}

impl Profile {
    /// Networks in one list at most.
    pub const MOST_NETWORKS: usize = 64;
    /// Redirect URIs of one client at most.
    pub const MOST_REDIRECT_URIS: usize = 16;

    /// Reads a client's row.
    ///
    /// # Errors
    /// When it is not JSON of a profile, or has a field that this version does not know.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// As it is kept.
    #[must_use]
    pub fn text(&self) -> String {
        // No value of this struct is known that JSON cannot hold; nothing at all is then not readable, and so refused.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether it may come from there.
    #[must_use]
    pub fn admits(&self, from: Whence) -> bool {
        let inside = |address| self.networks.iter().any(|network| network.contains(&address));
        self.networks.is_empty() || from.known().is_some_and(inside)
    }

    /// What is wrong with it, in words that continue "the profile".
    ///
    /// # Errors
    /// The first thing found.
    pub fn check(&self) -> Result<(), String> {
        if self.networks.len() > Self::MOST_NETWORKS {
            return Err("names more than 64 networks".to_owned());
        }
        if self.redirect_uris.len() > Self::MOST_REDIRECT_URIS {
            return Err("names more than 16 redirect URIs".to_owned());
        }
        if self.public && self.redirect_uris.is_empty() {
            return Err("has neither a secret nor a redirect URI, so it could do nothing".to_owned());
        }
        if self.token_life.is_some_and(|seconds| !(60..=86_400).contains(&seconds)) {
            return Err("has a token life outside 60 seconds to 24 hours".to_owned());
        }
        if self.exchanges.len() > Self::MOST_NETWORKS {
            return Err("names more than 64 clients to exchange tokens of".to_owned());
        }
        if self.rotate_every_days.is_some_and(|days| !(1..=3_650).contains(&days)) {
            return Err("has a rotation outside 1 to 3,650 days".to_owned());
        }
        Proving::of(&self.proves_by).map(drop)
    }
}

#[cfg(test)]
mod tests;
