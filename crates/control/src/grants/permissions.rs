//! What a grant's account may do at Jira, against what manifests need of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;
use std::time::Duration;

use broker::Holdings;
use clock::Tick;
use policy::{Needed, permissions_to_ask, second_layer};
use types::{Deployment, GrantName, SiteName};

use crate::views::{ComparePermissions, MissingPermissionView, PermissionsView};
use crate::{Control, ControlError, Kind};

/// How long an answer is good: each costs points of Atlassian's, and permissions change rarely.
const HOLDS: Duration = Duration::from_secs(60);

/// How many answers are kept.
const KEPT: usize = 256;

/// The most projects of one question: each is a request.
const PROJECTS: usize = 20;

/// What Jira said lately.
#[derive(Default)]
pub(crate) struct Held(BTreeMap<Place, (Tick, BTreeSet<String>, Holdings)>);

/// A grant as it was then, a site, a project.
type Place = (GrantName, u64, SiteName, Option<String>);

impl Control {
    /// Compares, at one site of the grant or at each that has a Jira, and in each project that is named.
    ///
    /// # Errors
    /// When there is no such grant, it is not for the site, or a key can be no project's. A Jira that cannot be asked is an
    /// answer, not an error.
    pub async fn grant_permissions(
        &self,
        name: &GrantName,
        asked: ComparePermissions,
    ) -> Result<Vec<PermissionsView>, ControlError> {
        let grant = self.grant(name)?;
        let projects = projects(asked.projects)?;
        let sites = match asked.site {
            None => grant.sites,
            Some(site) if grant.sites.contains(&site) => vec![site],
            Some(site) => {
                return Err(ControlError::new(
                    Kind::Invalid,
                    format!("The grant {name} was not added for the site {site}."),
                    "Name one of its sites: `ticketgate grant list`.",
                ));
            }
        };
        let needed = self.parts().rulebook.load().permissions_needed(name);
        let mut views = Vec::new();
        for site in sites.into_iter().filter(|site| self.has_jira(site)) {
            for project in &projects {
                let place = (name.clone(), grant.version, site.clone(), project.clone());
                views.push(self.compare(place, &needed).await);
            }
        }
        Ok(views)
    }

    fn has_jira(&self, site: &SiteName) -> bool {
        let sites = self.parts().sites.load();
        let site = sites.get(site);
        !site.is_some_and(|site| matches!(site.deployment, Deployment::ConfluenceDataCenter { .. }))
    }

    async fn compare(&self, place: Place, needed: &[Needed]) -> PermissionsView {
        let keys = permissions_to_ask(needed);
        let (grant, _, site, project) = place.clone();
        let held = self.held(place, keys).await;
        let mut view = PermissionsView {
            grant,
            site,
            project,
            in_order: false,
            unasked: None,
            missing: Vec::new(),
            spare: Vec::new(),
        };
        match held {
            Err(why) => view.unasked = Some(why),
            Ok(Holdings { holds, known }) => {
                let found = second_layer(needed, &holds, &known);
                view.in_order = found.missing.is_empty() && found.spare.is_empty();
                view.spare = found.spare;
                let missing = found.missing.into_iter().map(|one| MissingPermissionView {
                    client: one.client,
                    permission: one.permission,
                    operations: one.operations,
                });
                view.missing = missing.collect();
            }
        }
        view
    }

    /// What Jira says, or said lately to the same question or a larger one.
    async fn held(&self, place: Place, keys: BTreeSet<String>) -> Result<Holdings, String> {
        let tick = self.parts().clock.tick();
        {
            let mut held = self.0.held.lock().unwrap_or_else(PoisonError::into_inner);
            held.0.retain(|_, (at, _, _)| tick.since(*at) < HOLDS);
            if let Some((_, _, known)) = held.0.get(&place).filter(|(_, asked, _)| keys.is_subset(asked)) {
                return Ok(known.clone());
            }
        }
        let (grant, _, site, project) = &place;
        let found = self.parts().broker.permissions(grant, site, &keys, project.as_deref()).await?;
        let mut held = self.0.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.0.len() < KEPT || held.0.contains_key(&place) {
            held.0.insert(place, (tick, keys, found.clone()));
        }
        Ok(found)
    }
}

/// The projects to ask about, each once; one `None` when none is named.
fn projects(named: Vec<String>) -> Result<Vec<Option<String>>, ControlError> {
    let invalid =
        |what: String| ControlError::new(Kind::Invalid, what, "Name projects by their keys, as REL.");
    if named.len() > PROJECTS {
        return Err(invalid(format!(
            "There are {} projects; at most {PROJECTS} are asked about at once.",
            named.len()
        )));
    }
    let is_key = |key: &str| {
        let plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        plain && key.len() <= 255 && key.starts_with(|letter: char| letter.is_ascii_alphabetic())
    };
    if let Some(wrong) = named.iter().find(|key| !is_key(key)) {
        return Err(invalid(format!("{wrong:?} is not the key of a project.")));
    }
    let each: BTreeSet<String> = named.into_iter().collect();
    if each.is_empty() { Ok(vec![None]) } else { Ok(each.into_iter().map(Some).collect()) }
}
