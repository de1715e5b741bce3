//! The server itself, and the caller.

use serde_json::json;

use crate::jira::{render, scopes};
use crate::reply::{Answer, Reply};
use crate::route::{Route, get};
use crate::turn::Turn;
use crate::world::clock::jira_time;
use crate::world::{DEMO, Deployment};

/// Routes about server and caller.
pub(crate) const ROUTES: &[Route] = &[
    get("/rest/api/{v}/serverInfo", scopes::GET_SERVER_INFO, info),
    get("/rest/api/{v}/myself", scopes::GET_CURRENT_USER, myself),
    get("/rest/api/{v}/configuration", scopes::GET_CONFIGURATION, configuration),
];

pub(crate) fn info(turn: &mut Turn<'_>) -> Answer {
    let (deployment, version, numbers) = match turn.site().deployment {
        Deployment::Cloud => ("Cloud", "1001.0.0-SNAPSHOT", [1001, 0, 0]),
        Deployment::DataCenter => ("Server", "10.3.24", [10, 3, 24]),
    };
    let title = if turn.site == DEMO { "Jira" } else { "Jira (another)" };
    Ok(Reply::json(json!({
        "baseUrl": turn.base(), "displayUrl": turn.base(), "version": version, "versionNumbers": numbers,
        "deploymentType": deployment, "buildNumber": 100_316, "buildDate": "2026-11-02T05:14:55.000+0000",
        "serverTime": jira_time(turn.now), "scmInfo": "standin", "serverTitle": title,
        "defaultLocale": {"locale": "en_US"}, "serverTimeZone": "Etc/UTC",
    })))
}

pub(crate) fn myself(turn: &mut Turn<'_>) -> Answer {
    let id = turn.require_me()?;
    let mut shown = render::person(turn, Some(&id));
    let groups = turn.me().map_or(0, |me| me.groups.len());
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("locale".to_owned(), json!("en_GB"));
        shown.insert("groups".to_owned(), json!({"size": groups, "items": []}));
        shown.insert("applicationRoles".to_owned(), json!({"size": 1, "items": []}));
        shown.insert("expand".to_owned(), json!("groups,applicationRoles"));
    }
    Ok(Reply::json(shown))
}

fn configuration(_: &mut Turn<'_>) -> Answer {
    Ok(Reply::json(json!({
        "votingEnabled": true, "watchingEnabled": true, "unassignedIssuesAllowed": true, "subTasksEnabled": true,
        "issueLinkingEnabled": true, "timeTrackingEnabled": true, "attachmentsEnabled": true,
        "timeTrackingConfiguration": {
            "workingHoursPerDay": 8.0, "workingDaysPerWeek": 5.0, "timeFormat": "pretty", "defaultUnit": "minute",
        },
    })))
}
