//! The doors of the stand-in, and which families of routes stand behind each.

use std::sync::LazyLock;

use crate::route::{Found, Router};
use crate::{confluence, data_center, jira, service_desk};
use http::Method;

/// Routes of `/rest/...` and others on a Cloud site's Jira side.
static JIRA: LazyLock<Router> = LazyLock::new(|| {
    let mut families = jira::FAMILIES.to_vec();
    families.push(service_desk::ROUTES);
    Router::new(&families)
});

/// Routes of `/wiki/...`.
static CONFLUENCE: LazyLock<Router> = LazyLock::new(|| Router::new(confluence::FAMILIES));

/// Routes of `/dc/jira/...` and `/dc/confluence/...`, written with that prefix.
static DATA_CENTER: LazyLock<Router> = LazyLock::new(|| Router::new(data_center::FAMILIES));

/// A product side of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Jira,
    Confluence,
    DataCenter,
}

impl Side {
    /// The side a path of a site host belongs to.
    pub(crate) fn of_path(path: &str) -> Self {
        if path == "/wiki" || path.starts_with("/wiki/") { Self::Confluence } else { Self::Jira }
    }

    fn router(self) -> &'static Router {
        match self {
            Self::Jira => &JIRA,
            Self::Confluence => &CONFLUENCE,
            Self::DataCenter => &DATA_CENTER,
        }
    }

    /// The route of a path on this side.
    pub(crate) fn find(self, method: &Method, path: &str) -> Option<Found> {
        self.router().find(method, path)
    }

    /// Whether the path exists under another method.
    pub(crate) fn knows_path(self, path: &str) -> bool {
        self.router().knows_path(path)
    }
}

#[cfg(test)]
mod tests;
