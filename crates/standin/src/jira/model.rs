//! What a Jira is made of. Ids are numbers; people see keys.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;

use crate::jira::permission::Scheme;
use crate::jira::workflow::Workflow;
use crate::world::people::AccountId;

/// A project.
#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) id: u64,
    pub(crate) key: String,
    pub(crate) name: String,
    /// `software`, `business` or `service_desk`
    pub(crate) kind: &'static str,
    pub(crate) lead: AccountId,
    /// Ids of `tables::ISSUE_TYPES`
    pub(crate) issue_types: &'static [u64],
    pub(crate) workflow: &'static Workflow,
    pub(crate) scheme: Scheme,
    pub(crate) components: Vec<Named>,
    pub(crate) versions: Vec<Named>,
    /// The number the next issue's key gets.
    pub(crate) next_number: u64,
}

/// Something small with an id and a name: a component, a version.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) id: u64,
    pub(crate) name: String,
    /// A version that is out.
    pub(crate) released: bool,
}

/// An issue.
#[derive(Debug, Clone)]
pub(crate) struct Issue {
    pub(crate) id: u64,
    pub(crate) key: String,
    /// Id of its project
    pub(crate) project: u64,
    pub(crate) issue_type: u64,
    pub(crate) status: u64,
    pub(crate) summary: String,
    /// A document tree; text is made from it where version 2 asks.
    pub(crate) description: Option<Value>,
    pub(crate) priority: u64,
    pub(crate) resolution: Option<u64>,
    pub(crate) resolved: Option<Timestamp>,
    pub(crate) assignee: Option<AccountId>,
    pub(crate) reporter: Option<AccountId>,
    pub(crate) creator: Option<AccountId>,
    pub(crate) labels: Vec<String>,
    pub(crate) components: Vec<u64>,
    pub(crate) fix_versions: Vec<u64>,
    pub(crate) parent: Option<u64>,
    /// `2026-11-30`
    pub(crate) due: Option<String>,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    /// Id of `tables::SECURITY_LEVELS`
    pub(crate) security: Option<u64>,
    pub(crate) story_points: Option<f64>,
    pub(crate) sprints: Vec<u64>,
    /// Lower is earlier in the backlog.
    pub(crate) rank: i64,
    pub(crate) comments: Vec<Comment>,
    pub(crate) worklogs: Vec<Worklog>,
    pub(crate) watchers: BTreeSet<AccountId>,
    pub(crate) voters: BTreeSet<AccountId>,
    pub(crate) attachments: Vec<u64>,
    pub(crate) changelog: Vec<Change>,
    pub(crate) remote_links: Vec<RemoteLink>,
    pub(crate) properties: BTreeMap<String, Value>,
}

/// Who may read a comment or worklog: everyone, or a group.
pub(crate) type Audience = Option<String>;

/// A comment.
#[derive(Debug, Clone)]
pub(crate) struct Comment {
    pub(crate) id: u64,
    pub(crate) author: Option<AccountId>,
    pub(crate) editor: Option<AccountId>,
    pub(crate) body: Value,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) audience: Audience,
    /// Service desk: hidden from customers.
    pub(crate) internal: bool,
}

/// Time spent.
#[derive(Debug, Clone)]
pub(crate) struct Worklog {
    pub(crate) id: u64,
    pub(crate) author: Option<AccountId>,
    pub(crate) comment: Option<Value>,
    pub(crate) started: Timestamp,
    pub(crate) created: Timestamp,
    pub(crate) seconds: u64,
}

/// A file at an issue.
#[derive(Debug, Clone)]
pub(crate) struct Attachment {
    pub(crate) id: u64,
    pub(crate) issue: u64,
    pub(crate) filename: String,
    pub(crate) content_type: String,
    pub(crate) content: Bytes,
    pub(crate) author: Option<AccountId>,
    pub(crate) created: Timestamp,
    /// What the media host's link carries instead of a credential.
    pub(crate) media_token: String,
}

/// One entry of an issue's history.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) id: u64,
    pub(crate) author: Option<AccountId>,
    pub(crate) at: Timestamp,
    pub(crate) items: Vec<Item>,
    /// As the caller gave it.
    pub(crate) metadata: Option<Value>,
}

/// One field's change: ids and words, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) field: String,
    pub(crate) field_id: String,
    pub(crate) custom: bool,
    pub(crate) from: Option<String>,
    pub(crate) from_text: Option<String>,
    pub(crate) to: Option<String>,
    pub(crate) to_text: Option<String>,
}

/// A link between two issues: `outward` does to `inward` what the type's outward word says.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) id: u64,
    pub(crate) kind: u64,
    pub(crate) inward: u64,
    pub(crate) outward: u64,
}

/// A link to somewhere else.
#[derive(Debug, Clone)]
pub(crate) struct RemoteLink {
    pub(crate) id: u64,
    pub(crate) global_id: Option<String>,
    pub(crate) application: Value,
    pub(crate) relationship: Option<String>,
    pub(crate) object: Value,
}

/// A board over one project.
#[derive(Debug)]
pub(crate) struct Board {
    pub(crate) id: u64,
    pub(crate) name: String,
    /// `scrum` or `kanban`
    pub(crate) kind: &'static str,
    pub(crate) project: u64,
}

/// A sprint.
#[derive(Debug)]
pub(crate) struct Sprint {
    pub(crate) id: u64,
    pub(crate) board: u64,
    pub(crate) name: String,
    /// `future`, `active` or `closed`
    pub(crate) state: String,
    pub(crate) goal: String,
    pub(crate) start: Option<Timestamp>,
    pub(crate) end: Option<Timestamp>,
    pub(crate) completed: Option<Timestamp>,
}

/// A saved search.
#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) owner: AccountId,
    pub(crate) jql: String,
}
