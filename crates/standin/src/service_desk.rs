//! Jira Service Management: the same issues as Jira's, seen by those who ask and those who help.
//!
//! A service desk is a project of kind `service_desk`; a request is one of its issues. Only what Jira does not know
//! is kept here: request types, who takes part, organisations.

mod conversation;
mod desks;
mod organizations;
mod queues;
mod requests;
mod shapes;

use std::collections::{BTreeMap, BTreeSet};

use crate::route::{ANY, Needs, Route, delete, get, needs, post};
use crate::world::people::{AccountId, People};
use crate::world::random::Random;

const DESK: Needs = needs("read:servicedesk-request", "read:servicedesk:jira-service-management");
const TYPE: Needs = needs("read:servicedesk-request", "read:requesttype:jira-service-management");
const READ: Needs = needs("read:servicedesk-request", "read:request:jira-service-management,read:user:jira");
const WRITE: Needs = needs(
    "write:servicedesk-request",
    "read:request:jira-service-management,read:user:jira,write:request:jira-service-management",
);
const COMMENT: Needs =
    needs("read:servicedesk-request", "read:request.comment:jira-service-management,read:user:jira");
const COMMENT_WRITE: Needs = needs(
    "write:servicedesk-request",
    "read:request.comment:jira-service-management,read:user:jira,write:request.comment:jira-service-management",
);
const STATUS: Needs =
    needs("read:servicedesk-request", "read:request.status:jira-service-management,read:user:jira");
const STATUS_WRITE: Needs = needs(
    "write:servicedesk-request",
    "read:request.status:jira-service-management,read:user:jira,write:request.status:jira-service-management",
);
const PARTICIPANT: Needs =
    needs("read:servicedesk-request", "read:request.participant:jira-service-management,read:user:jira");
const PARTICIPANT_WRITE: Needs = needs(
    "write:servicedesk-request",
    "read:request.participant:jira-service-management,read:user:jira,write:request.participant:jira-service-management",
);
const QUEUE: Needs =
    needs("read:jira-work", "read:jql:jira,read:queue:jira-service-management,read:user:jira");
const QUEUE_ISSUE: Needs =
    needs("read:jira-work", "read:issue:jira,read:queue:jira-service-management,read:user:jira");
const ORGANIZATION: Needs = needs("manage:servicedesk-customer", "read:organization:jira-service-management");
const ORGANIZATION_USER: Needs =
    needs("manage:servicedesk-customer", "read:organization.user:jira-service-management,read:user:jira");

/// Every route of `/rest/servicedeskapi/...`.
pub(crate) const ROUTES: &[Route] = &[
    get("/rest/servicedeskapi/info", ANY, desks::info),
    get("/rest/servicedeskapi/servicedesk", DESK, desks::list),
    get("/rest/servicedeskapi/servicedesk/{desk}", DESK, desks::one),
    get("/rest/servicedeskapi/requesttype", TYPE, desks::all_types),
    get("/rest/servicedeskapi/servicedesk/{desk}/requesttype", TYPE, desks::types),
    get("/rest/servicedeskapi/servicedesk/{desk}/requesttype/{type}", TYPE, desks::one_type),
    get("/rest/servicedeskapi/servicedesk/{desk}/requesttype/{type}/field", TYPE, desks::fields),
    get("/rest/servicedeskapi/servicedesk/{desk}/queue", QUEUE, queues::list),
    get("/rest/servicedeskapi/servicedesk/{desk}/queue/{queue}", QUEUE, queues::one),
    get("/rest/servicedeskapi/servicedesk/{desk}/queue/{queue}/issue", QUEUE_ISSUE, queues::issues),
    get("/rest/servicedeskapi/request", READ, requests::list),
    post("/rest/servicedeskapi/request", WRITE, requests::create),
    get("/rest/servicedeskapi/request/{issue}", READ, requests::one),
    get("/rest/servicedeskapi/request/{issue}/comment", COMMENT, conversation::comments),
    post("/rest/servicedeskapi/request/{issue}/comment", COMMENT_WRITE, conversation::comment),
    get("/rest/servicedeskapi/request/{issue}/comment/{comment}", COMMENT, conversation::one_comment),
    get("/rest/servicedeskapi/request/{issue}/status", STATUS, conversation::statuses),
    get("/rest/servicedeskapi/request/{issue}/transition", STATUS, conversation::transitions),
    post("/rest/servicedeskapi/request/{issue}/transition", STATUS_WRITE, conversation::transition),
    get("/rest/servicedeskapi/request/{issue}/participant", PARTICIPANT, conversation::participants),
    post(
        "/rest/servicedeskapi/request/{issue}/participant",
        PARTICIPANT_WRITE,
        conversation::add_participants,
    ),
    delete(
        "/rest/servicedeskapi/request/{issue}/participant",
        PARTICIPANT_WRITE,
        conversation::remove_participants,
    ),
    get("/rest/servicedeskapi/organization", ORGANIZATION, organizations::list),
    get("/rest/servicedeskapi/organization/{organization}", ORGANIZATION, organizations::one),
    get("/rest/servicedeskapi/organization/{organization}/user", ORGANIZATION_USER, organizations::users),
];

/// What the service desk knows beyond Jira's issues.
#[derive(Debug, Default)]
pub(crate) struct State {
    organizations: Vec<Organization>,
    /// People who take part in a request besides its reporter, by issue id.
    participants: BTreeMap<u64, BTreeSet<AccountId>>,
}

/// Customers who belong together.
#[derive(Debug)]
struct Organization {
    id: u64,
    name: &'static str,
    members: Vec<AccountId>,
}

impl State {
    /// The service desk a site starts with.
    pub(crate) fn seed(_random: &mut Random, people: &People) -> Self {
        let organizations = vec![
            Organization { id: 1, name: "Example Customers", members: vec![people.id("cora")] },
            Organization { id: 2, name: "Example Partners", members: vec![people.id("petra")] },
        ];
        Self { organizations, participants: BTreeMap::new() }
    }
}
