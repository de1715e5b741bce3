//! Permission schemes: which group or role may do what in a project.

use crate::jira::model::{Issue, Project};
use crate::world::people::Account;

/// Everything Jira calls a project permission: key, id, name.
#[rustfmt::skip]
pub(crate) const PROJECT: [(&str, u64, &str); 34] = [
    ("ADMINISTER_PROJECTS", 23, "Administer Projects"), ("BROWSE_PROJECTS", 10, "Browse Projects"),
    ("VIEW_DEV_TOOLS", 29, "View Development Tools"), ("VIEW_READONLY_WORKFLOW", 45, "View Read-Only Workflow"),
    ("CREATE_ISSUES", 11, "Create Issues"), ("EDIT_ISSUES", 12, "Edit Issues"),
    ("TRANSITION_ISSUES", 46, "Transition Issues"), ("RESOLVE_ISSUES", 14, "Resolve Issues"),
    ("CLOSE_ISSUES", 18, "Close Issues"), ("MOVE_ISSUES", 25, "Move Issues"), ("DELETE_ISSUES", 16, "Delete Issues"),
    ("ASSIGN_ISSUES", 13, "Assign Issues"), ("ASSIGNABLE_USER", 17, "Assignable User"),
    ("SCHEDULE_ISSUES", 28, "Schedule Issues"), ("SET_ISSUE_SECURITY", 26, "Set Issue Security"),
    ("LINK_ISSUES", 21, "Link Issues"), ("MODIFY_REPORTER", 30, "Modify Reporter"),
    ("ADD_COMMENTS", 15, "Add Comments"), ("EDIT_ALL_COMMENTS", 34, "Edit All Comments"),
    ("EDIT_OWN_COMMENTS", 35, "Edit Own Comments"), ("DELETE_ALL_COMMENTS", 36, "Delete All Comments"),
    ("DELETE_OWN_COMMENTS", 37, "Delete Own Comments"), ("CREATE_ATTACHMENTS", 19, "Create Attachments"),
    ("DELETE_ALL_ATTACHMENTS", 38, "Delete All Attachments"), ("DELETE_OWN_ATTACHMENTS", 39, "Delete Own Attachments"),
    ("WORK_ON_ISSUES", 20, "Work On Issues"), ("EDIT_ALL_WORKLOGS", 41, "Edit All Worklogs"),
    ("EDIT_OWN_WORKLOGS", 40, "Edit Own Worklogs"), ("DELETE_ALL_WORKLOGS", 43, "Delete All Worklogs"),
    ("DELETE_OWN_WORKLOGS", 42, "Delete Own Worklogs"), ("MANAGE_WATCHERS", 32, "Manage Watchers"),
    ("VIEW_VOTERS_AND_WATCHERS", 31, "View Voters and Watchers"), ("MANAGE_SPRINTS_PERMISSION", 47, "Manage Sprints"),
    ("SERVICEDESK_AGENT", 48, "Service Desk Agent"),
];

/// Global permissions: key, id, name, the group that has it.
pub(crate) const GLOBAL: [(&str, u64, &str, &str); 5] = [
    ("ADMINISTER", 0, "Administer Jira", "jira-administrators"),
    ("SYSTEM_ADMIN", 44, "System Administrator", "site-admins"),
    ("CREATE_SHARED_OBJECTS", 22, "Share dashboards and filters", "jira-users"),
    ("BULK_CHANGE", 33, "Make bulk changes", "jira-users"),
    ("USER_PICKER", 27, "Browse users and groups", "jira-users"),
];

/// What members of a working team may do. Deleting issues and administering are not among it.
const WORK: &[&str] = &[
    "BROWSE_PROJECTS",
    "VIEW_DEV_TOOLS",
    "VIEW_READONLY_WORKFLOW",
    "CREATE_ISSUES",
    "EDIT_ISSUES",
    "TRANSITION_ISSUES",
    "RESOLVE_ISSUES",
    "CLOSE_ISSUES",
    "ASSIGN_ISSUES",
    "ASSIGNABLE_USER",
    "SCHEDULE_ISSUES",
    "LINK_ISSUES",
    "ADD_COMMENTS",
    "EDIT_OWN_COMMENTS",
    "DELETE_OWN_COMMENTS",
    "CREATE_ATTACHMENTS",
    "DELETE_OWN_ATTACHMENTS",
    "WORK_ON_ISSUES",
    "EDIT_OWN_WORKLOGS",
    "DELETE_OWN_WORKLOGS",
    "MANAGE_WATCHERS",
    "VIEW_VOTERS_AND_WATCHERS",
    "MANAGE_SPRINTS_PERMISSION",
    "SERVICEDESK_AGENT",
];

/// Who may do what in one project. The first matching way is enough.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scheme {
    /// Groups that may look.
    pub(crate) readers: &'static [&'static str],
    /// Groups that may work.
    pub(crate) workers: &'static [&'static str],
    /// Groups that may only raise issues, see their own, and comment on those (customers).
    pub(crate) raisers: &'static [&'static str],
    /// What an issue's reporter may do besides, whoever that is.
    pub(crate) reporter: &'static [&'static str],
}

impl Scheme {
    /// Whether an account has a permission in a project, on one of its issues where one is meant.
    pub(crate) fn allows(&self, who: Option<&Account>, permission: &str, issue: Option<&Issue>) -> bool {
        let Some(who) = who else { return false };
        if !who.active {
            return false;
        }
        let within = |groups: &[&str]| groups.iter().any(|group| who.in_group(group));
        let administers = who.is_admin() && permission != "SERVICEDESK_AGENT";
        let works = within(self.workers) && WORK.contains(&permission);
        let reads = within(self.readers) && READ.contains(&permission);
        let own = issue.is_some_and(|issue| issue.reporter.as_ref() == Some(&who.id));
        let raises = within(self.raisers)
            && (permission == "CREATE_ISSUES" || (RAISE.contains(&permission) && (own || issue.is_none())));
        // Reporters see and change what is theirs only where they may look at all.
        let reports =
            own && self.reporter.contains(&permission) && (within(self.readers) || within(self.workers));
        (administers && !self.is_closed()) || works || reads || raises || reports
    }

    /// A project that not even administrators see: only its workers do.
    fn is_closed(&self) -> bool {
        self.readers.is_empty() && self.raisers.is_empty()
    }
}

/// What looking means.
const READ: &[&str] =
    &["BROWSE_PROJECTS", "VIEW_READONLY_WORKFLOW", "VIEW_VOTERS_AND_WATCHERS", "VIEW_DEV_TOOLS"];

/// What raising means, on one's own issues.
const RAISE: &[&str] = &["BROWSE_PROJECTS", "ADD_COMMENTS", "CREATE_ATTACHMENTS"];

/// Whether an account has a global permission; `None` for a key nobody has.
pub(crate) fn global(who: Option<&Account>, key: &str) -> Option<bool> {
    let row = GLOBAL.iter().find(|row| row.0 == key)?;
    Some(who.is_some_and(|who| who.active && who.in_group(row.3)))
}

/// Whether an account has a project permission; `None` for a key nobody has.
pub(crate) fn in_project(
    who: Option<&Account>,
    key: &str,
    project: &Project,
    issue: Option<&Issue>,
) -> Option<bool> {
    PROJECT.iter().any(|row| row.0 == key).then(|| project.scheme.allows(who, key, issue))
}
