use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::ClientId;

use super::Text;

/// What about a grant has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GrantAbout {
    /// Its state.
    State,
    /// What Atlassian grants with it, held against what manifests need: `scopes` of the record says which are missing.
    Scopes,
    /// The app behind it was taken off the record's site, or is back.
    Site,
    /// It may end soon, whatever anybody does.
    Ends,
}

impl GrantAbout {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::State, Self::Scopes, Self::Site, Self::Ends];

    /// The word in records and events.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Scopes => "scopes",
            Self::Site => "site",
            Self::Ends => "ends",
        }
    }
}

/// Something about the record's grant has changed without anybody at the gateway changing it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantChange {
    /// What.
    pub about: GrantAbout,
    /// How it was; nothing when that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Text>,
    /// How it is.
    pub to: Text,
    /// Why, as one word of a closed list or an OAuth error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Text>,
    /// Why, half a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Text>,
    /// What to do about it, a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<Text>,
    /// Where whoever consented goes to consent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconnect_at: Option<Text>,
    /// When it ends, for `ends`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Timestamp>,
    /// The clients whose calls suffer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clients: Vec<ClientId>,
    /// Which process saw it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<Text>,
    /// Another instance did it, and tells of it; this one has only heard.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub heard: bool,
    /// Somebody should hear of it: it is pushed as an event even where only those are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub loud: bool,
}

impl GrantChange {
    /// A change of which nothing is known but what and to what.
    #[must_use]
    pub const fn new(about: GrantAbout, to: Text) -> Self {
        Self {
            about,
            from: None,
            to,
            cause: None,
            words: None,
            advice: None,
            reconnect_at: None,
            when: None,
            clients: Vec::new(),
            instance: None,
            heard: false,
            loud: false,
        }
    }
}
