//! The scopes of Jira's routes, by operation id: facts from Atlassian's API descriptions.

use crate::route::{Needs, needs};

pub(crate) const ADD_ATTACHMENT: Needs =
    needs("write:jira-work", "read:attachment:jira,read:avatar:jira,read:user:jira,write:attachment:jira");
pub(crate) const ADD_COMMENT: Needs = needs(
    "write:jira-work",
    "read:avatar:jira,read:comment.property:jira,read:comment:jira,read:group:jira,\
     read:project-role:jira,read:project:jira,read:user:jira,write:comment:jira",
);
pub(crate) const ADD_VOTE: Needs = needs("write:jira-work", "write:issue.vote:jira");
pub(crate) const ADD_WATCHER: Needs = needs("write:jira-work", "write:issue.watcher:jira");
pub(crate) const ADD_WORKLOG: Needs = needs(
    "write:jira-work",
    "read:avatar:jira,read:group:jira,read:issue-worklog.property:jira,read:issue-worklog:jira,\
     read:project-role:jira,read:user:jira,write:issue-worklog.property:jira,\
     write:issue-worklog:jira",
);
pub(crate) const AGILE_GET_ISSUE: Needs = needs("", "read:issue:jira-software");
pub(crate) const ASSIGN_ISSUE: Needs = needs("write:jira-work", "write:issue:jira");
pub(crate) const BULK_FETCH_ISSUES: Needs = needs(
    "read:jira-work",
    "read:avatar:jira,read:field-configuration:jira,read:issue-meta:jira,\
     read:issue-security-level:jira,read:issue.changelog:jira,read:issue.vote:jira,\
     read:issue:jira,read:status:jira,read:user:jira",
);
pub(crate) const BULK_GET_USERS: Needs =
    needs("read:jira-user", "read:application-role:jira,read:avatar:jira,read:group:jira,read:user:jira");
pub(crate) const COUNT_ISSUES: Needs = needs(
    "read:jira-work",
    "read:field.default-value:jira,read:field.option:jira,read:field:jira,read:group:jira,\
     read:issue-details:jira",
);
pub(crate) const CREATE_FILTER: Needs = needs(
    "write:jira-work",
    "read:application-role:jira,read:avatar:jira,read:filter:jira,read:group:jira,\
     read:issue-type-hierarchy:jira,read:issue-type:jira,read:project-category:jira,\
     read:project-role:jira,read:project-version:jira,read:project.component:jira,\
     read:project:jira,read:user:jira,write:filter:jira",
);
pub(crate) const CREATE_ISSUE: Needs = needs(
    "write:jira-work",
    "read:issue:jira,write:attachment:jira,write:comment.property:jira,write:comment:jira,\
     write:issue:jira",
);
pub(crate) const CREATE_ISSUES: Needs = needs(
    "write:jira-work",
    "read:issue:jira,write:attachment:jira,write:comment.property:jira,write:comment:jira,\
     write:issue:jira",
);
pub(crate) const CREATE_OR_UPDATE_REMOTE_ISSUE_LINK: Needs =
    needs("write:jira-work", "read:issue.remote-link:jira,write:issue.remote-link:jira,write:issue:jira");
pub(crate) const CREATE_SPRINT: Needs = needs("", "write:sprint:jira-software");
pub(crate) const DELETE_COMMENT: Needs =
    needs("write:jira-work", "delete:comment.property:jira,delete:comment:jira");
pub(crate) const DELETE_FILTER: Needs = needs("write:jira-work", "delete:filter:jira");
pub(crate) const DELETE_ISSUE: Needs = needs("write:jira-work", "delete:issue:jira");
pub(crate) const DELETE_ISSUE_LINK: Needs = needs("write:jira-work", "delete:issue-link:jira");
pub(crate) const DELETE_ISSUE_PROPERTY: Needs = needs("write:jira-work", "delete:issue.property:jira");
pub(crate) const DELETE_REMOTE_ISSUE_LINK_BY_ID: Needs =
    needs("write:jira-work", "delete:issue.remote-link:jira,write:issue:jira");
pub(crate) const DELETE_SPRINT: Needs = needs("", "delete:sprint:jira-software");
pub(crate) const DO_TRANSITION: Needs =
    needs("write:jira-work", "write:issue.property:jira,write:issue:jira");
pub(crate) const EDIT_ISSUE: Needs = needs("write:jira-work", "write:issue:jira");
pub(crate) const FIND_ASSIGNABLE_USERS: Needs = needs(
    "read:jira-user",
    "read:application-role:jira,read:avatar:jira,read:group:jira,read:issue:jira,\
     read:project:jira,read:user:jira",
);
pub(crate) const FIND_GROUPS: Needs = needs("read:jira-user", "read:group:jira");
pub(crate) const FIND_USERS: Needs = needs(
    "read:jira-user",
    "read:application-role:jira,read:avatar:jira,read:group:jira,read:user.property:jira,\
     read:user:jira",
);
pub(crate) const FIND_USERS_FOR_PICKER: Needs = needs("read:jira-user", "read:user:jira");
pub(crate) const GET_ALL_BOARDS: Needs = needs("", "read:board-scope:jira-software,read:project:jira");
pub(crate) const GET_ALL_DASHBOARDS: Needs = needs(
    "read:jira-work",
    "read:application-role:jira,read:avatar:jira,read:dashboard:jira,read:group:jira,\
     read:issue-type-hierarchy:jira,read:issue-type:jira,read:project-category:jira,\
     read:project-role:jira,read:project-version:jira,read:project.component:jira,\
     read:project:jira,read:user:jira",
);
pub(crate) const GET_ALL_LABELS: Needs = needs("read:jira-work", "read:label:jira");
pub(crate) const GET_ALL_PERMISSIONS: Needs = needs("manage:jira-configuration", "read:permission:jira");
pub(crate) const GET_ALL_PROJECTS: Needs = needs(
    "read:jira-work",
    "read:application-role:jira,read:avatar:jira,read:group:jira,\
     read:issue-type-hierarchy:jira,read:issue-type:jira,read:project-category:jira,\
     read:project-version:jira,read:project.component:jira,read:project.property:jira,\
     read:project:jira,read:user:jira",
);
pub(crate) const GET_ALL_SPRINTS: Needs = needs("", "read:sprint:jira-software");
pub(crate) const GET_ALL_STATUSES: Needs =
    needs("read:jira-work", "read:issue-status:jira,read:issue-type:jira,read:status:jira");
pub(crate) const GET_ALL_USERS: Needs =
    needs("read:jira-user", "read:application-role:jira,read:avatar:jira,read:group:jira,read:user:jira");
pub(crate) const GET_ALL_USERS_DEFAULT: Needs =
    needs("read:jira-user", "read:application-role:jira,read:avatar:jira,read:group:jira,read:user:jira");
pub(crate) const GET_ATTACHMENT: Needs = needs(
    "read:jira-work",
    "read:application-role:jira,read:attachment:jira,read:avatar:jira,read:group:jira,\
     read:user:jira",
);
pub(crate) const GET_ATTACHMENT_CONTENT: Needs = needs("read:jira-work", "read:attachment:jira");
pub(crate) const GET_ATTACHMENT_META: Needs = needs("read:jira-work", "read:instance-configuration:jira");
pub(crate) const GET_ATTACHMENT_THUMBNAIL: Needs = needs("read:jira-work", "read:attachment:jira");
pub(crate) const GET_BOARD: Needs = needs("", "read:board-scope:jira-software,read:issue-details:jira");
pub(crate) const GET_BOARD_CONFIGURATION: Needs =
    needs("", "read:board-scope.admin:jira-software,read:project:jira");
pub(crate) const GET_BULK_PERMISSIONS: Needs = needs("-", "read:permission:jira");
pub(crate) const GET_CHANGE_LOGS: Needs =
    needs("read:jira-work", "read:avatar:jira,read:issue-meta:jira,read:issue.changelog:jira");
pub(crate) const GET_CHANGE_LOGS_BY_IDS: Needs =
    needs("read:jira-work", "read:avatar:jira,read:issue-meta:jira,read:issue.changelog:jira");
pub(crate) const GET_COMMENT: Needs = needs(
    "read:jira-work",
    "read:avatar:jira,read:comment.property:jira,read:comment:jira,read:group:jira,\
     read:project-role:jira,read:project:jira,read:user:jira",
);
pub(crate) const GET_COMMENTS: Needs = needs(
    "read:jira-work",
    "read:avatar:jira,read:comment.property:jira,read:comment:jira,read:group:jira,\
     read:project-role:jira,read:project:jira,read:user:jira",
);
pub(crate) const GET_COMMENTS_BY_IDS: Needs = needs(
    "read:jira-work",
    "delete:comment.property:jira,read:avatar:jira,read:comment.property:jira,\
     read:comment:jira,read:group:jira,read:project-role:jira,read:project:jira,read:user:jira",
);
pub(crate) const GET_CONFIGURATION: Needs =
    needs("read:jira-user", "read:instance-configuration:jira,read:issue.time-tracking:jira");
pub(crate) const GET_CREATE_ISSUE_META: Needs =
    needs("read:jira-work", "read:avatar:jira,read:field-configuration:jira,read:issue-meta:jira");
pub(crate) const GET_CREATE_ISSUE_META_ISSUE_TYPES: Needs =
    needs("read:jira-work", "read:avatar:jira,read:field-configuration:jira,read:issue-meta:jira");
pub(crate) const GET_CREATE_ISSUE_META_ISSUE_TYPE_ID: Needs =
    needs("read:jira-work", "read:avatar:jira,read:field-configuration:jira,read:issue-meta:jira");
pub(crate) const GET_CURRENT_USER: Needs =
    needs("read:jira-user", "read:application-role:jira,read:avatar:jira,read:group:jira,read:user:jira");
pub(crate) const GET_DASHBOARDS_PAGINATED: Needs = needs(
    "read:jira-work",
    "read:application-role:jira,read:avatar:jira,read:dashboard:jira,read:group:jira,\
     read:issue-type-hierarchy:jira,read:issue-type:jira,read:project-category:jira,\
     read:project-role:jira,read:project-version:jira,read:project.component:jira,\
     read:project:jira,read:user:jira",
);
pub(crate) const GET_EDIT_ISSUE_META: Needs =
    needs("read:jira-work", "read:field-configuration:jira,read:issue-meta:jira");
pub(crate) const GET_EPICS: Needs = needs("", "read:epic:jira-software");
pub(crate) const GET_FAVOURITE_FILTERS: Needs = needs(
    "read:jira-work",
    "read:application-role:jira,read:avatar:jira,read:filter:jira,read:group:jira,\
     read:issue-type-hierarchy:jira,read:jql:jira,read:project-role:jira,read:project:jira,\
     read:user:jira",
);
pub(crate) const GET_FIELDS: Needs = needs(
    "read:jira-work",
    "read:avatar:jira,read:field-configuration:jira,read:field:jira,read:project-category:jira,\
     read:project:jira",
);
pub(crate) const GET_FILTER: Needs = needs(
    "read:jira-work",
    "read:application-role:jira,read:avatar:jira,read:filter:jira,read:group:jira,\
     read:issue-type-hierarchy:jira,read:jql:jira,read:project-role:jira,read:project:jira,\
     read:user:jira",
);
pub(crate) const GET_FILTERS_PAGINATED: Needs = needs(
    "read:jira-work",
    "read:application-role:jira,read:avatar:jira,read:filter:jira,read:group:jira,\
     read:issue-type-hierarchy:jira,read:jql:jira,read:project-role:jira,read:project:jira,\
     read:user:jira",
);
pub(crate) const GET_ISSUE: Needs = needs(
    "read:jira-work",
    "read:avatar:jira,read:field-configuration:jira,read:issue-meta:jira,\
     read:issue-security-level:jira,read:issue.changelog:jira,read:issue.vote:jira,\
     read:issue:jira,read:status:jira,read:user:jira",
);
pub(crate) const GET_ISSUES_FOR_BACKLOG: Needs =
    needs("", "read:board-scope:jira-software,read:issue-details:jira");
pub(crate) const GET_ISSUES_FOR_BOARD: Needs =
    needs("", "read:board-scope:jira-software,read:issue-details:jira");
pub(crate) const GET_ISSUES_FOR_SPRINT: Needs =
    needs("", "read:issue-details:jira,read:jql:jira,read:sprint:jira-software");
pub(crate) const GET_ISSUE_ALL_TYPES: Needs = needs(
    "read:jira-work",
    "read:avatar:jira,read:issue-type:jira,read:project-category:jira,read:project:jira",
);
pub(crate) const GET_ISSUE_LINK: Needs = needs(
    "read:jira-work",
    "read:avatar:jira,read:field:jira,read:issue-link-type:jira,read:issue-type:jira,\
     read:issue.time-tracking:jira,read:issue:jira,read:priority:jira,\
     read:project-category:jira,read:project:jira,read:status:jira,read:user:jira",
);
pub(crate) const GET_ISSUE_LINK_TYPE: Needs = needs("read:jira-work", "read:issue-link-type:jira");
pub(crate) const GET_ISSUE_LINK_TYPES: Needs = needs("read:jira-work", "read:issue-link-type:jira");
pub(crate) const GET_ISSUE_PICKER_RESOURCE: Needs = needs("read:jira-work", "read:issue-details:jira");
pub(crate) const GET_ISSUE_PROPERTY: Needs = needs("read:jira-work", "read:issue.property:jira");
pub(crate) const GET_ISSUE_PROPERTY_KEYS: Needs = needs("read:jira-work", "read:issue.property:jira");
pub(crate) const GET_ISSUE_TYPE: Needs = needs(
    "read:jira-work",
    "read:avatar:jira,read:issue-type:jira,read:project-category:jira,read:project:jira",
);
pub(crate) const GET_ISSUE_WATCHERS: Needs =
    needs("read:jira-work", "read:avatar:jira,read:issue.watcher:jira,read:user:jira");
pub(crate) const GET_ISSUE_WORKLOG: Needs = needs(
    "read:jira-work",
    "read:avatar:jira,read:group:jira,read:issue-worklog.property:jira,read:issue-worklog:jira,\
     read:project-role:jira,read:user:jira",
);
pub(crate) const GET_MY_FILTERS: Needs = needs(
    "read:jira-work",
    "read:application-role:jira,read:avatar:jira,read:filter:jira,read:group:jira,\
     read:issue-type-hierarchy:jira,read:jql:jira,read:project-role:jira,read:project:jira,\
     read:user:jira",
);
pub(crate) const GET_MY_PERMISSIONS: Needs = needs("read:jira-work", "read:permission:jira");
pub(crate) const GET_PERMITTED_PROJECTS: Needs =
    needs("read:jira-work", "read:permission:jira,read:project:jira");
pub(crate) const GET_PRIORITIES: Needs = needs("read:jira-work", "read:priority:jira");
pub(crate) const GET_PRIORITY: Needs = needs("read:jira-work", "read:priority:jira");
pub(crate) const GET_PROJECT: Needs = needs(
    "read:jira-work",
    "read:application-role:jira,read:avatar:jira,read:group:jira,\
     read:issue-type-hierarchy:jira,read:issue-type:jira,read:project-category:jira,\
     read:project-version:jira,read:project.component:jira,read:project.property:jira,\
     read:project:jira,read:user:jira",
);
pub(crate) const GET_PROJECTS: Needs = needs("", "read:board-scope.admin:jira-software,read:project:jira");
pub(crate) const GET_PROJECT_COMPONENTS: Needs = needs(
    "read:jira-work",
    "read:application-role:jira,read:avatar:jira,read:group:jira,read:project.component:jira,\
     read:project:jira,read:user:jira",
);
pub(crate) const GET_PROJECT_ROLES: Needs = needs("read:jira-work", "read:project-role:jira");
pub(crate) const GET_PROJECT_VERSIONS: Needs = needs("read:jira-work", "read:project-version:jira");
pub(crate) const GET_PROJECT_VERSIONS_PAGINATED: Needs = needs("read:jira-work", "read:project-version:jira");
pub(crate) const GET_REMOTE_ISSUE_LINKS: Needs =
    needs("read:jira-work", "read:issue.remote-link:jira,read:status:jira");
pub(crate) const GET_REMOTE_ISSUE_LINK_BY_ID: Needs =
    needs("read:jira-work", "read:issue.remote-link:jira,read:status:jira");
pub(crate) const GET_RESOLUTION: Needs = needs("read:jira-work", "read:resolution:jira");
pub(crate) const GET_RESOLUTIONS: Needs = needs("read:jira-work", "read:resolution:jira");
pub(crate) const GET_SERVER_INFO: Needs = needs("-", "-");
pub(crate) const GET_SPRINT: Needs = needs("", "read:sprint:jira-software");
pub(crate) const GET_STATUS: Needs = needs("read:jira-work", "read:status:jira");
pub(crate) const GET_STATUSES: Needs = needs("read:jira-work", "read:status:jira");
pub(crate) const GET_STATUS_CATEGORIES: Needs = needs("read:jira-work", "read:status:jira");
pub(crate) const GET_TRANSITIONS: Needs =
    needs("read:jira-work", "read:field-configuration:jira,read:issue.transition:jira,read:status:jira");
pub(crate) const GET_USER: Needs =
    needs("read:jira-user", "read:application-role:jira,read:avatar:jira,read:group:jira,read:user:jira");
pub(crate) const GET_USERS_FROM_GROUP: Needs =
    needs("manage:jira-configuration", "read:avatar:jira,read:group:jira,read:user:jira");
pub(crate) const GET_USER_GROUPS: Needs = needs("read:jira-user", "read:group:jira");
pub(crate) const GET_VOTES: Needs = needs(
    "read:jira-work",
    "read:application-role:jira,read:avatar:jira,read:group:jira,read:issue.vote:jira,\
     read:user:jira",
);
pub(crate) const GET_WORKLOG: Needs = needs(
    "read:jira-work",
    "read:avatar:jira,read:comment:jira,read:group:jira,read:issue-worklog.property:jira,\
     read:issue-worklog:jira,read:project-role:jira,read:user:jira",
);
pub(crate) const LINK_ISSUES: Needs =
    needs("write:jira-work", "write:comment:jira,write:issue-link:jira,write:issue:jira");
pub(crate) const MATCH_ISSUES: Needs = needs("read:jira-work", "read:issue-details:jira");
pub(crate) const MOVE_ISSUES_TO_BACKLOG: Needs = needs("", "write:board-scope:jira-software");
pub(crate) const MOVE_ISSUES_TO_SPRINT_AND_RANK: Needs = needs("", "write:sprint:jira-software");
pub(crate) const PARSE_JQL_QUERIES: Needs =
    needs("read:jira-work", "read:field:jira,read:jql:jira,validate:jql:jira");
pub(crate) const PARTIALLY_UPDATE_SPRINT: Needs = needs("", "write:sprint:jira-software");
pub(crate) const RANK_ISSUES: Needs = needs("", "write:issue:jira-software");
pub(crate) const REMOVE_ATTACHMENT: Needs = needs("write:jira-work", "delete:attachment:jira");
pub(crate) const REMOVE_VOTE: Needs = needs("write:jira-work", "write:issue.vote:jira");
pub(crate) const REMOVE_WATCHER: Needs = needs("write:jira-work", "write:issue.watcher:jira");
pub(crate) const SEARCH_AND_RECONSILE_ISSUES_USING_JQL: Needs = needs(
    "read:jira-work",
    "read:audit-log:jira,read:avatar:jira,read:field-configuration:jira,\
     read:issue-details:jira,read:issue-meta:jira",
);
pub(crate) const SEARCH_AND_RECONSILE_ISSUES_USING_JQL_POST: Needs = needs(
    "read:jira-work",
    "read:field.default-value:jira,read:field.option:jira,read:field:jira,read:group:jira,\
     read:issue-details:jira",
);
pub(crate) const SEARCH_FOR_ISSUES_USING_JQL: Needs = needs(
    "read:jira-work",
    "read:audit-log:jira,read:avatar:jira,read:field-configuration:jira,\
     read:issue-details:jira,read:issue-meta:jira",
);
pub(crate) const SEARCH_FOR_ISSUES_USING_JQL_POST: Needs = needs(
    "read:jira-work",
    "read:field.default-value:jira,read:field.option:jira,read:field:jira,read:group:jira,\
     read:issue-details:jira",
);
pub(crate) const SEARCH_PROJECTS: Needs = needs(
    "read:jira-work",
    "read:application-role:jira,read:avatar:jira,read:group:jira,\
     read:issue-type-hierarchy:jira,read:issue-type:jira,read:project-category:jira,\
     read:project-version:jira,read:project.component:jira,read:project.property:jira,\
     read:project:jira,read:user:jira",
);
pub(crate) const SET_ISSUE_PROPERTY: Needs = needs("write:jira-work", "write:issue.property:jira");
pub(crate) const UPDATE_COMMENT: Needs = needs(
    "write:jira-work",
    "read:avatar:jira,read:comment.property:jira,read:comment:jira,read:group:jira,\
     read:project-role:jira,read:project:jira,read:user:jira,write:comment:jira",
);
pub(crate) const UPDATE_REMOTE_ISSUE_LINK: Needs =
    needs("write:jira-work", "write:issue.remote-link:jira,write:issue:jira");
pub(crate) const UPDATE_SPRINT: Needs = needs("", "write:sprint:jira-software");
