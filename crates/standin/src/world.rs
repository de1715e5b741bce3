//! The whole state: people, credentials, sites, and what was done to them. It sits under one lock.

pub(crate) mod clock;
pub(crate) mod mutations;
pub(crate) mod people;
pub(crate) mod random;

use std::net::SocketAddr;

use crate::credentials::Credentials;
use crate::jira::Jira;
use crate::oauth::grants::Authority;
use crate::{confluence, service_desk};
use mutations::Mutations;
use people::People;
use random::Random;

/// Everything that handlers read and change.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) people: People,
    pub(crate) credentials: Credentials,
    /// The authorization server's memory of people's consents.
    pub(crate) oauth: Authority,
    sites: Vec<Site>,
    pub(crate) mutations: Mutations,
    /// `http://127.0.0.1:PORT`: the API gateway, the authorization server and the first site.
    pub(crate) origin: String,
    /// The same listener under another name, so that a redirect there leaves the host.
    pub(crate) media_origin: String,
}

/// One Cloud site, or the Data Center.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) name: String,
    /// Empty for Data Center.
    pub(crate) cloud_id: String,
    /// What `self` links start with; no trailing slash.
    pub(crate) base: String,
    pub(crate) deployment: Deployment,
    pub(crate) jira: Jira,
    pub(crate) confluence: confluence::State,
    pub(crate) service_desk: service_desk::State,
}

/// How a site runs, where that changes an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deployment {
    Cloud,
    DataCenter,
}

/// Indexes of the sites every world has.
pub(crate) const DEMO: usize = 0;
/// The second Cloud site.
pub(crate) const OTHER: usize = 1;
/// Jira and Confluence Data Center.
pub(crate) const DATA_CENTER: usize = 2;

impl World {
    /// Builds the world of a seed; the same seed gives the same world, byte for byte, on the same address.
    pub(crate) fn new(seed: u64, address: SocketAddr) -> Self {
        let origin = format!("http://{address}");
        let media_origin = format!("http://localhost:{}", address.port());
        let mut random = Random::new(seed);
        let people = People::seed();
        let credentials = Credentials::seed(&mut random, &people);
        let places = [
            ("demo", "11223344-a1b2-4b33-8c44-def123456789", origin.clone(), Deployment::Cloud),
            (
                "other",
                "55667788-b2c3-4d55-9e66-abc987654321",
                format!("{origin}/sites-host/other"),
                Deployment::Cloud,
            ),
            ("datacenter", "", format!("{origin}/dc"), Deployment::DataCenter),
        ];
        let mut build = |(name, cloud_id, base, deployment): (&str, &str, String, Deployment)| Site {
            name: name.to_owned(),
            cloud_id: cloud_id.to_owned(),
            jira: Jira::seed(&mut random, &people, deployment, name),
            confluence: confluence::State::seed(&mut random, &people, name),
            service_desk: service_desk::State::seed(&mut random, &people),
            base: if deployment == Deployment::DataCenter { format!("{base}/jira") } else { base },
            deployment,
        };
        let sites = places.into_iter().map(&mut build).collect();
        let oauth = Authority::seed(seed);
        Self { people, credentials, oauth, sites, mutations: Mutations::default(), origin, media_origin }
    }

    /// A site by index. The indexes come from [`World::sites`], so the first site stands in for none at all.
    pub(crate) fn site(&self, index: usize) -> &Site {
        #[allow(clippy::indexing_slicing, reason = "sites are never removed and indexes come from this list")]
        &self.sites[index]
    }

    /// A site by index, to change it.
    pub(crate) fn site_mut(&mut self, index: usize) -> &mut Site {
        #[allow(clippy::indexing_slicing, reason = "sites are never removed and indexes come from this list")]
        &mut self.sites[index]
    }

    /// The Cloud site of a cloud id.
    pub(crate) fn by_cloud_id(&self, cloud_id: &str) -> Option<usize> {
        self.cloud_sites().find(|(_, site)| site.cloud_id == cloud_id).map(|(index, _)| index)
    }

    /// The Cloud sites.
    pub(crate) fn cloud_sites(&self) -> impl Iterator<Item = (usize, &Site)> {
        self.sites.iter().enumerate().filter(|(_, site)| site.deployment == Deployment::Cloud)
    }
}
