//! Which door a path comes through.

use crate::family::Side;
use crate::world::{DEMO, OTHER, World};

/// A door, and the path behind it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Entrance<'a> {
    /// `/standin/...`
    Steering(&'a str),
    /// `/oauth/token`, as on auth.atlassian.com
    Token,
    /// `/authorize`, as on auth.atlassian.com
    Authorize,
    /// `/connected-apps`, as on id.atlassian.com
    ConnectedApps,
    /// `/oauth/token/accessible-resources`
    AccessibleResources,
    /// `/me`
    Me,
    /// `/ex/{jira|confluence}/{cloudId}/...`; `site` is `None` for a cloud id nobody has
    Gateway { side: Side, site: Option<usize>, path: &'a str },
    /// `/media/...`, as on api.media.atlassian.com
    Media(&'a str),
    /// `/dc/...`, with that prefix
    DataCenter(&'a str),
    /// Everything else: a site's own host. `/sites-host/{name}/...` is the host of another site than the first.
    Site { site: usize, path: &'a str },
}

impl<'a> Entrance<'a> {
    /// Finds the door.
    pub(crate) fn of(world: &World, path: &'a str) -> Self {
        match path {
            "/oauth/token" => return Self::Token,
            "/connected-apps" => return Self::ConnectedApps,
            "/authorize" => return Self::Authorize,
            "/oauth/token/accessible-resources" => return Self::AccessibleResources,
            "/me" => return Self::Me,
            _ => {}
        }
        if path.starts_with("/standin/") {
            return Self::Steering(path);
        }
        if let Some(rest) = path.strip_prefix("/ex/jira/") {
            return Self::gateway(world, Side::Jira, rest);
        }
        if let Some(rest) = path.strip_prefix("/ex/confluence/") {
            return Self::gateway(world, Side::Confluence, rest);
        }
        if path.starts_with("/media/") {
            return Self::Media(path);
        }
        if path.starts_with("/dc/") {
            return Self::DataCenter(path);
        }
        for (name, site) in [("/sites-host/demo", DEMO), ("/sites-host/other", OTHER)] {
            if let Some(path) = path.strip_prefix(name).filter(|rest| rest.starts_with('/')) {
                return Self::Site { site, path };
            }
        }
        Self::Site { site: DEMO, path }
    }

    fn gateway(world: &World, side: Side, rest: &'a str) -> Self {
        let (cloud_id, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        Self::Gateway { side, site: world.by_cloud_id(cloud_id), path }
    }
}
