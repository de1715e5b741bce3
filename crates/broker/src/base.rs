//! Where the calls of one face of one site go.

use http::uri::{Authority, Scheme};
use types::{Deployment, Face, Site};

/// The part of an upstream URL that comes before an operation's path.
///
/// Calls to Cloud always go through Atlassian's API gateway (`/ex/jira/{cloudId}`), never to the site's own host: the
/// site's host takes a credential it cannot read for nobody's and answers 200 with nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    scheme: Scheme,
    authority: Authority,
    origin: String,
    prefix: String,
}

impl Base {
    /// The base of `face` on `site`; `None` when the site has no such face or its address is not a URL.
    pub(crate) fn of(site: &Site, face: Face) -> Option<Self> {
        match (&site.deployment, face) {
            (Deployment::Cloud { cloud_id, api_origin, .. }, Face::JiraCloud) => {
                Self::new(api_origin, &format!("/ex/jira/{cloud_id}"))
            }
            (Deployment::Cloud { cloud_id, api_origin, .. }, Face::ConfluenceCloud) => {
                Self::new(api_origin, &format!("/ex/confluence/{cloud_id}"))
            }
            (Deployment::JiraDataCenter { base }, Face::JiraDataCenter)
            | (Deployment::ConfluenceDataCenter { base }, Face::ConfluenceDataCenter) => Self::new(base, ""),
            _ => None,
        }
    }

    /// Splits `https://host:port/context` and appends `suffix` to the path.
    pub(crate) fn new(url: &str, suffix: &str) -> Option<Self> {
        let parts = url.parse::<http::Uri>().ok()?.into_parts();
        let scheme = parts.scheme.filter(|it| *it == Scheme::HTTPS || *it == Scheme::HTTP)?;
        let authority = parts.authority.filter(|it| !it.as_str().contains('@'))?;
        let context = parts.path_and_query.as_ref().map_or("", |path| path.path()).trim_end_matches('/');
        Some(Self {
            origin: format!("{scheme}://{authority}"),
            prefix: format!("{context}{suffix}"),
            scheme,
            authority,
        })
    }

    /// `https`, or `http` where a site is configured so.
    #[must_use]
    pub const fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// Host and port.
    #[must_use]
    pub const fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Scheme, host and port: `https://api.atlassian.com`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What goes between the origin and an operation's path: `/ex/jira/{cloudId}`, a Data Center's context path, or
    /// nothing. Never ends in a slash.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }
}

#[cfg(test)]
mod tests;
