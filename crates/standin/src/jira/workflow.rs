//! Statuses, and the ways between them.

/// A status.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) id: u64,
    pub(crate) name: &'static str,
    /// `new`, `indeterminate` or `done`
    pub(crate) category: &'static str,
}

/// Every status there is.
#[rustfmt::skip]
pub(crate) const STATUSES: [Status; 9] = [
    Status { id: 10000, name: "To Do", category: "new" },
    Status { id: 3, name: "In Progress", category: "indeterminate" },
    Status { id: 10001, name: "In Review", category: "indeterminate" },
    Status { id: 10003, name: "Approved", category: "indeterminate" },
    Status { id: 10002, name: "Done", category: "done" },
    Status { id: 10010, name: "Waiting for support", category: "new" },
    Status { id: 10011, name: "Waiting for customer", category: "indeterminate" },
    Status { id: 10012, name: "Escalated", category: "indeterminate" },
    Status { id: 10013, name: "Resolved", category: "done" },
];

/// A status by id; the first one for an id nobody has.
pub(crate) fn status(id: u64) -> &'static Status {
    let [first, ..] = &STATUSES;
    STATUSES.iter().find(|status| status.id == id).unwrap_or(first)
}

/// Id, key, name and colour of a status category.
pub(crate) fn category(key: &str) -> (u64, &'static str, &'static str, &'static str) {
    match key {
        "new" => (2, "new", "To Do", "blue-gray"),
        "done" => (3, "done", "Done", "green"),
        _ => (4, "indeterminate", "In Progress", "yellow"),
    }
}

/// A way from some statuses to one.
#[derive(Debug)]
pub(crate) struct Transition {
    pub(crate) id: u64,
    pub(crate) name: &'static str,
    /// Empty means from anywhere.
    pub(crate) from: &'static [u64],
    pub(crate) to: u64,
    pub(crate) condition: Condition,
    /// Fields of its screen; the flag says whether the field must be given.
    pub(crate) screen: &'static [(&'static str, bool)],
}

/// What has to hold before a transition is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    Nothing,
    /// Only for members of a group.
    Group(&'static str),
    /// Only for the assignee.
    Assignee,
}

/// A workflow.
#[derive(Debug)]
pub(crate) struct Workflow {
    pub(crate) initial: u64,
    pub(crate) statuses: &'static [u64],
    pub(crate) transitions: &'static [Transition],
}

const NO_SCREEN: &[(&str, bool)] = &[];

const fn way(id: u64, name: &'static str, from: &'static [u64], to: u64) -> Transition {
    Transition { id, name, from, to, condition: Condition::Nothing, screen: NO_SCREEN }
}

/// Data and partner projects.
pub(crate) static PLAIN: Workflow = Workflow {
    initial: 10000,
    statuses: &[10000, 3, 10001, 10002],
    transitions: &[
        way(11, "To Do", &[], 10000),
        way(21, "In Progress", &[], 3),
        way(31, "Request review", &[3], 10001),
        Transition { screen: &[("resolution", false)], ..way(41, "Done", &[3, 10001], 10002) },
    ],
};

/// Releases: nothing is done that was not approved, and approval is the release team's.
pub(crate) static RELEASE: Workflow = Workflow {
    initial: 10000,
    statuses: &[10000, 3, 10001, 10003, 10002],
    transitions: &[
        way(11, "To Do", &[], 10000),
        way(21, "In Progress", &[], 3),
        way(31, "Request review", &[3], 10001),
        Transition { condition: Condition::Group("release"), ..way(51, "Approve", &[10001], 10003) },
        Transition { screen: &[("resolution", true)], ..way(41, "Done", &[10003], 10002) },
    ],
};

/// The service desk.
pub(crate) static SERVICE: Workflow = Workflow {
    initial: 10010,
    statuses: &[10010, 10011, 3, 10012, 10013],
    transitions: &[
        way(701, "Respond to customer", &[10010, 3, 10012], 10011),
        way(711, "Respond to support", &[10011], 10010),
        way(721, "Start work", &[10010], 3),
        Transition { condition: Condition::Assignee, ..way(731, "Escalate", &[3], 10012) },
        Transition { screen: &[("resolution", false)], ..way(761, "Resolve", &[], 10013) },
    ],
};
