//! Applications that people give consent to: what the developer console knows about them.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::credentials::{Scopes, WIDE, scopes};
use crate::world::random::Random;

/// An OAuth client id.
pub(crate) type ClientId = Arc<str>;

/// How many applications there may be.
pub(crate) const APPS_MAX: usize = 2_000;

/// Where an application is registered, which decides the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// The developer console of Atlassian Cloud.
    #[default]
    Cloud,
    /// An incoming link of Jira Data Center.
    JiraDataCenter,
    /// An incoming link of Confluence Data Center.
    ConfluenceDataCenter,
}

impl Kind {
    /// As steering writes it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Cloud => "cloud",
            Self::JiraDataCenter => "jira_data_center",
            Self::ConfluenceDataCenter => "confluence_data_center",
        }
    }
}

/// What a consent covers; chosen when an application is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Level {
    /// Every site the person has, also those that come later.
    #[default]
    Account,
    /// The sites that were picked on the consent page.
    Resource,
}

impl Level {
    /// As steering writes it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Resource => "resource",
        }
    }
}

/// One application.
#[derive(Debug, Clone)]
pub(crate) struct App {
    pub(crate) name: String,
    pub(crate) client_id: ClientId,
    /// Made up, like everything here, so it is kept as it is.
    pub(crate) client_secret: String,
    pub(crate) kind: Kind,
    pub(crate) level: Level,
    /// The scopes that were added to it in the console: no more can be asked for.
    pub(crate) scopes: Scopes,
    /// The one callback URL; `None` takes any that could be registered.
    pub(crate) callback: Option<String>,
    /// Names of the sites whose administrators removed it.
    pub(crate) removed_from: BTreeSet<String>,
}

/// The scopes of Data Center, each of which includes those before it.
pub(crate) const DATA_CENTER_SCOPES: [&str; 4] = ["READ", "WRITE", "ADMIN", "SYSTEM_ADMIN"];

impl App {
    /// A new application. Scopes default to everything that can be asked for.
    pub(crate) fn new(random: &mut Random, name: &str, kind: Kind, level: Level) -> Self {
        let scopes = match kind {
            Kind::Cloud => scopes(&format!("{WIDE} offline_access")),
            Kind::JiraDataCenter | Kind::ConfluenceDataCenter => scopes(&DATA_CENTER_SCOPES.join(" ")),
        };
        Self {
            name: name.to_owned(),
            client_id: random.text(32).into(),
            client_secret: format!("ATOA{}", random.text(60)),
            kind,
            level,
            scopes,
            callback: None,
            removed_from: BTreeSet::new(),
        }
    }

    /// Those every world has.
    pub(crate) fn seed(random: &mut Random) -> Vec<Self> {
        [
            ("people", Kind::Cloud, Level::Account),
            ("second", Kind::Cloud, Level::Account),
            ("picky", Kind::Cloud, Level::Resource),
            ("jira-data-center", Kind::JiraDataCenter, Level::Account),
            ("confluence-data-center", Kind::ConfluenceDataCenter, Level::Account),
        ]
        .into_iter()
        .map(|(name, kind, level)| Self::new(random, name, kind, level))
        .collect()
    }

    /// Whether an answer may be sent to this address. Without a callback of its own the application takes what the
    /// console would let it register: https anywhere, http on this machine, no fragment.
    pub(crate) fn takes_callback(&self, redirect_uri: &str) -> bool {
        if let Some(callback) = &self.callback {
            return callback == redirect_uri;
        }
        let Ok(url) = Url::parse(redirect_uri) else { return false };
        let local = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        url.fragment().is_none() && (url.scheme() == "https" || (url.scheme() == "http" && local))
    }

    /// Whether it may ask for these scopes; the ones of Data Center include the lower ones.
    pub(crate) fn may_ask(&self, asked: &BTreeSet<String>) -> bool {
        !asked.is_empty() && asked.iter().all(|scope| self.scopes.contains(scope))
    }
}
