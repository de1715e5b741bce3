//! One request's turn with the world: everything a handler may look at and change.

use jiff::Timestamp;

use crate::ask::Ask;
use crate::identity::Caller;
use crate::jira::Jira;
use crate::reply::Reply;
use crate::world::people::{Account, AccountId};
use crate::world::{Site, World};

/// Which version of Jira's platform API was asked: version 2 speaks text where version 3 speaks document trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    V2,
    V3,
}

impl Dialect {
    /// From the version segment of a path; Cloud's `latest` is version 2's.
    pub(crate) fn of(segment: &str) -> Option<Self> {
        match segment {
            "3" => Some(Self::V3),
            "2" | "latest" => Some(Self::V2),
            _ => None,
        }
    }

    /// The version segment.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::V2 => "2",
            Self::V3 => "3",
        }
    }
}

/// A request, its caller, and the world, locked for the length of the handler.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    pub(crate) world: &'a mut World,
    /// Which of `world.sites` was asked.
    pub(crate) site: usize,
    pub(crate) ask: &'a Ask,
    pub(crate) caller: Caller,
    pub(crate) captures: Vec<(&'static str, String)>,
    pub(crate) dialect: Dialect,
    /// The world's time when the request came.
    pub(crate) now: Timestamp,
}

impl Turn<'_> {
    /// What a capture of the route holds; empty when the route has none of that name.
    pub(crate) fn capture(&self, name: &str) -> &str {
        self.captures.iter().find(|(k, _)| *k == name).map_or("", |(_, v)| v.as_str())
    }

    /// The site that was asked.
    pub(crate) fn site(&self) -> &Site {
        self.world.site(self.site)
    }

    /// The site that was asked, to change it.
    pub(crate) fn site_mut(&mut self) -> &mut Site {
        self.world.site_mut(self.site)
    }

    /// Its Jira.
    pub(crate) fn jira(&self) -> &Jira {
        &self.site().jira
    }

    /// Its Jira, to change it.
    pub(crate) fn jira_mut(&mut self) -> &mut Jira {
        &mut self.site_mut().jira
    }

    /// The site's own origin, which `self` links point at: no trailing slash.
    pub(crate) fn base(&self) -> &str {
        &self.site().base
    }

    /// The account that asks; `None` is anonymous.
    pub(crate) fn me(&self) -> Option<&Account> {
        self.caller.account.as_ref().and_then(|id| self.world.people.get(id))
    }

    /// The account that asks, or Jira's 401.
    pub(crate) fn require_me(&self) -> Result<AccountId, Reply> {
        self.caller.account.clone().ok_or_else(|| {
            let sentence = "Client must be authenticated to access this resource.";
            Reply::jira(http::StatusCode::UNAUTHORIZED, sentence)
        })
    }

    /// Writes down that something was changed, in the order it happened. Every handler that changes the world calls it
    /// once per change, after it: tests that kill the gateway compare this list with the gateway's own records.
    pub(crate) fn mutated(&mut self, what: &'static str, target: impl Into<String>) {
        let site = self.site().name.clone();
        let account = self.caller.account.as_ref();
        self.world.mutations.push(self.now, self.ask, &site, account, (what, target.into()));
    }
}
