use std::fmt;
use std::str::FromStr;

use crate::{CloudId, SiteName};

/// Which of Atlassian's products, on which deployment, an operation belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Product {
    /// Jira platform, Cloud (`/rest/api/3`, `/rest/api/2`)
    Jira,
    /// Jira Software, Cloud (`/rest/agile`, `/rest/software`, ...)
    JiraSoftware,
    /// Jira Service Management, Cloud (`/rest/servicedeskapi`)
    ServiceManagement,
    /// Confluence, Cloud (`/wiki/rest/api`, `/wiki/api/v2`)
    Confluence,
    /// Assets, Cloud (`/jsm/assets`)
    Assets,
    /// Jira Data Center with Jira Software and Service Management
    JiraDataCenter,
    /// Confluence Data Center
    ConfluenceDataCenter,
}

impl Product {
    /// Every product.
    pub const ALL: [Self; 7] = [
        Self::Jira,
        Self::JiraSoftware,
        Self::ServiceManagement,
        Self::Confluence,
        Self::Assets,
        Self::JiraDataCenter,
        Self::ConfluenceDataCenter,
    ];

    /// The word used in tables, manifests and records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jira => "jira",
            Self::JiraSoftware => "jira-software",
            Self::ServiceManagement => "service-management",
            Self::Confluence => "confluence",
            Self::Assets => "assets",
            Self::JiraDataCenter => "jira-data-center",
            Self::ConfluenceDataCenter => "confluence-data-center",
        }
    }

    /// The face of a site on which this product's paths are looked up.
    #[must_use]
    pub const fn face(self) -> Face {
        match self {
            Self::Jira | Self::JiraSoftware | Self::ServiceManagement | Self::Assets => Face::JiraCloud,
            Self::Confluence => Face::ConfluenceCloud,
            Self::JiraDataCenter => Face::JiraDataCenter,
            Self::ConfluenceDataCenter => Face::ConfluenceDataCenter,
        }
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word names no product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a product: the products are jira, jira-software, service-management, confluence, assets, jira-data-center, confluence-data-center"
)]
pub struct UnknownProduct;

impl FromStr for Product {
    type Err = UnknownProduct;

    fn from_str(word: &str) -> Result<Self, UnknownProduct> {
        Self::ALL.into_iter().find(|product| product.as_str() == word).ok_or(UnknownProduct)
    }
}

/// A set of paths that live together on one base URL. The same path may mean different operations on different faces
/// (`/rest/api/2/search` is removed on Cloud and alive on Data Center), so recognition always starts from a face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Face {
    /// `/rest/...` and `/jsm/...` of a Cloud site, behind `api.atlassian.com/ex/jira/{cloudId}`
    JiraCloud,
    /// `/wiki/...` of a Cloud site, behind `api.atlassian.com/ex/confluence/{cloudId}`
    ConfluenceCloud,
    /// A Jira Data Center base URL
    JiraDataCenter,
    /// A Confluence Data Center base URL
    ConfluenceDataCenter,
}

impl Face {
    /// Every face.
    pub const ALL: [Self; 4] =
        [Self::JiraCloud, Self::ConfluenceCloud, Self::JiraDataCenter, Self::ConfluenceDataCenter];
}

/// A site as settings name it: where it is and of which kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its name in settings, manifests and `/sites/{site}/...`.
    pub name: SiteName,
    /// What runs there.
    pub deployment: Deployment,
}

/// What runs at a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deployment {
    /// Atlassian Cloud.
    Cloud {
        /// The id in `/ex/jira/{cloudId}/...`.
        cloud_id: CloudId,
        /// Origin of the site itself, no trailing slash: `https://acme.atlassian.net`.
        origin: String,
        /// Origin of Atlassian's API gateway, no trailing slash: `https://api.atlassian.com`, or a stand-in's.
        api_origin: String,
    },
    /// Jira Data Center.
    JiraDataCenter {
        /// Origin and context path, no trailing slash: `https://jira.example.com/jira`.
        base: String,
    },
    /// Confluence Data Center.
    ConfluenceDataCenter {
        /// Origin and context path, no trailing slash.
        base: String,
    },
}

impl Site {
    /// The face on which `/wiki/...` (`confluence` true) or any other path of this site is looked up; `None` when the
    /// site has no such face.
    #[must_use]
    pub const fn face(&self, confluence: bool) -> Option<Face> {
        match (&self.deployment, confluence) {
            (Deployment::Cloud { .. }, false) => Some(Face::JiraCloud),
            (Deployment::Cloud { .. }, true) => Some(Face::ConfluenceCloud),
            (Deployment::JiraDataCenter { .. }, false) => Some(Face::JiraDataCenter),
            (Deployment::ConfluenceDataCenter { .. }, _) => Some(Face::ConfluenceDataCenter),
            (Deployment::JiraDataCenter { .. }, true) => None,
        }
    }

    /// Where it is, without a slash at the end: what people call it by in a browser.
    #[must_use]
    pub fn url(&self) -> &str {
        match &self.deployment {
            Deployment::Cloud { origin, .. } => origin,
            Deployment::JiraDataCenter { base } | Deployment::ConfluenceDataCenter { base } => base,
        }
    }

    /// The cloud id, for Cloud sites.
    #[must_use]
    pub const fn cloud_id(&self) -> Option<&CloudId> {
        match &self.deployment {
            Deployment::Cloud { cloud_id, .. } => Some(cloud_id),
            Deployment::JiraDataCenter { .. } | Deployment::ConfluenceDataCenter { .. } => None,
        }
    }
}

/// How a request names the site it wants, before the site is known to exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// `/rest/...`, `/wiki/...`: the default site of the caller's manifest.
    Default,
    /// `/sites/{site}/...`
    Named(SiteName),
    /// `/ex/jira/{cloudId}/...` or `/ex/confluence/{cloudId}/...`
    Cloud(CloudId),
}
