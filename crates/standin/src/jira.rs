//! Jira, one site's worth: the state, and the routes on it. Platform (versions 2 and 3) and Software; Data Center
//! reuses the handlers with its own tables.

pub(crate) mod access;
pub(crate) mod agile;
pub(crate) mod attachments;
pub(crate) mod bulk;
pub(crate) mod changelog;
pub(crate) mod comments;
pub(crate) mod create;
pub(crate) mod draft;
pub(crate) mod edit;
pub(crate) mod fields;
pub(crate) mod filters;
pub(crate) mod issues;
pub(crate) mod links;
pub(crate) mod lists;
pub(crate) mod meta;
pub(crate) mod model;
pub(crate) mod permission;
pub(crate) mod permissions;
pub(crate) mod projects;
pub(crate) mod properties;
pub(crate) mod render;
pub(crate) mod rich;
pub(crate) mod scopes;
pub(crate) mod search;
pub(crate) mod seed;
pub(crate) mod server;
pub(crate) mod tables;
pub(crate) mod transitions;
pub(crate) mod users;
pub(crate) mod watchers;
pub(crate) mod workflow;
pub(crate) mod worklogs;

use std::collections::{BTreeMap, HashMap};

use crate::reply::Reply;
use crate::route::Route;
use crate::turn::Turn;
use crate::world::Deployment;
use crate::world::people::People;
use crate::world::random::Random;
use model::{Attachment, Board, Filter, Issue, Link, Project, Sprint};

/// Every route of Jira's platform and Software APIs.
pub(crate) const FAMILIES: &[&[Route]] = &[
    server::ROUTES,
    users::ROUTES,
    permissions::ROUTES,
    lists::ROUTES,
    projects::ROUTES,
    issues::ROUTES,
    meta::ROUTES,
    bulk::ROUTES,
    transitions::ROUTES,
    comments::ROUTES,
    worklogs::ROUTES,
    watchers::ROUTES,
    attachments::ROUTES,
    changelog::ROUTES,
    links::ROUTES,
    properties::ROUTES,
    search::ROUTES,
    filters::ROUTES,
    agile::ROUTES,
];

/// One site's Jira.
#[derive(Debug, Default)]
pub(crate) struct Jira {
    pub(crate) projects: Vec<Project>,
    pub(crate) issues: BTreeMap<u64, Issue>,
    /// Every key that ever named an issue, in upper case.
    pub(crate) keys: HashMap<String, u64>,
    pub(crate) attachments: BTreeMap<u64, Attachment>,
    pub(crate) links: Vec<Link>,
    pub(crate) boards: Vec<Board>,
    pub(crate) sprints: Vec<Sprint>,
    pub(crate) filters: Vec<Filter>,
    /// The last number given to an issue, comment, change or anything else.
    next_id: u64,
}

impl Jira {
    /// The Jira a site starts with.
    pub(crate) fn seed(random: &mut Random, people: &People, deployment: Deployment, site: &str) -> Self {
        seed::jira(random, people, deployment, site)
    }

    /// A number nothing else of this Jira has.
    pub(crate) const fn fresh(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// The id of the next issue.
    pub(crate) const fn issue_id(&mut self) -> u64 {
        self.fresh()
    }

    /// Adds an issue, giving it the next key of its project.
    pub(crate) fn add(&mut self, mut issue: Issue) -> Option<&Issue> {
        let project = self.projects.iter_mut().find(|project| project.id == issue.project)?;
        issue.key = format!("{}-{}", project.key, project.next_number);
        project.next_number += 1;
        let id = issue.id;
        self.keys.insert(issue.key.clone(), id);
        self.issues.insert(id, issue);
        self.issues.get(&id)
    }

    /// An issue by key, old key (both in any case) or id. An id with a leading zero is nobody's.
    pub(crate) fn find(&self, named: &str) -> Option<&Issue> {
        if named.starts_with('0') {
            return None;
        }
        let id = match named.parse::<u64>() {
            Ok(id) => id,
            Err(_) => *self.keys.get(&named.to_ascii_uppercase())?,
        };
        self.issues.get(&id)
    }

    /// A project by key (any case), id or, as JQL allows, name.
    pub(crate) fn project(&self, named: &str) -> Option<&Project> {
        let fits =
            |project: &&Project| project.key.eq_ignore_ascii_case(named) || project.id.to_string() == named;
        self.projects.iter().find(fits)
    }

    /// A project by id.
    pub(crate) fn project_by_id(&self, id: u64) -> Option<&Project> {
        self.projects.iter().find(|project| project.id == id)
    }

    /// An issue to change.
    pub(crate) fn issue_mut(&mut self, id: u64) -> Result<&mut Issue, Reply> {
        self.issues.get_mut(&id).ok_or_else(Reply::no_issue)
    }

    /// An issue to read.
    pub(crate) fn issue(&self, id: u64) -> Result<&Issue, Reply> {
        self.issues.get(&id).ok_or_else(Reply::no_issue)
    }
}

/// Runs before every handler: Jira refuses what looks like a browser being tricked.
pub(crate) fn gate(turn: &Turn<'_>) -> Result<(), Reply> {
    let ask = turn.ask;
    if ask.method.is_safe() || ask.header("x-atlassian-token").is_some_and(|value| value == "no-check") {
        return Ok(());
    }
    let browser = ask.header("user-agent").is_some_and(|agent| agent.starts_with("Mozilla/"));
    let foreign = ask.header("origin").is_some_and(|origin| origin != turn.base());
    let multipart = ask.header("content-type").is_some_and(|kind| kind.starts_with("multipart/"));
    if (browser && foreign) || multipart {
        let text = http::HeaderValue::from_static("text/html;charset=UTF-8");
        return Err(Reply::bytes(http::StatusCode::FORBIDDEN, text, "XSRF check failed"));
    }
    Ok(())
}
