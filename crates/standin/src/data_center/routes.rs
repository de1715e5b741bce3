//! The table of Jira Data Center, once for each name its API goes by.

use crate::data_center::{files, search};
use crate::jira::{
    attachments, comments, issues, links, lists, permissions, projects, server, transitions, users, watchers,
    worklogs,
};
use crate::route::{ANY, Route, delete, get, post, put};

macro_rules! routes {
    ($at:literal) => {
        &[
            get(concat!($at, "/serverInfo"), ANY, server::info),
            get(concat!($at, "/myself"), ANY, server::myself),
            get(concat!($at, "/mypermissions"), ANY, permissions::mine),
            get(concat!($at, "/search"), ANY, search::by_query),
            post(concat!($at, "/search"), ANY, search::by_body),
            get(concat!($at, "/project"), ANY, projects::list),
            get(concat!($at, "/project/{project}"), ANY, projects::one),
            get(concat!($at, "/project/{project}/statuses"), ANY, projects::statuses),
            get(concat!($at, "/project/{project}/components"), ANY, projects::components),
            get(concat!($at, "/project/{project}/versions"), ANY, projects::versions),
            get(concat!($at, "/user"), ANY, users::one),
            get(concat!($at, "/user/search"), ANY, users::search),
            get(concat!($at, "/user/assignable/search"), ANY, users::assignable),
            get(concat!($at, "/field"), ANY, lists::fields),
            get(concat!($at, "/status"), ANY, lists::statuses),
            get(concat!($at, "/issuetype"), ANY, lists::issue_types),
            get(concat!($at, "/priority"), ANY, lists::priorities),
            get(concat!($at, "/resolution"), ANY, lists::resolutions),
            post(concat!($at, "/issue"), ANY, issues::make),
            get(concat!($at, "/issue/{issue}"), ANY, issues::one),
            put(concat!($at, "/issue/{issue}"), ANY, issues::change),
            delete(concat!($at, "/issue/{issue}"), ANY, issues::remove),
            put(concat!($at, "/issue/{issue}/assignee"), ANY, issues::assign),
            get(concat!($at, "/issue/{issue}/transitions"), ANY, transitions::list),
            post(concat!($at, "/issue/{issue}/transitions"), ANY, transitions::go),
            get(concat!($at, "/issue/{issue}/comment"), ANY, comments::list),
            post(concat!($at, "/issue/{issue}/comment"), ANY, comments::add),
            get(concat!($at, "/issue/{issue}/comment/{comment}"), ANY, comments::one),
            put(concat!($at, "/issue/{issue}/comment/{comment}"), ANY, comments::change),
            delete(concat!($at, "/issue/{issue}/comment/{comment}"), ANY, comments::remove),
            get(concat!($at, "/issue/{issue}/worklog"), ANY, worklogs::list),
            post(concat!($at, "/issue/{issue}/worklog"), ANY, worklogs::add),
            get(concat!($at, "/issue/{issue}/watchers"), ANY, watchers::list),
            post(concat!($at, "/issue/{issue}/watchers"), ANY, watchers::add),
            delete(concat!($at, "/issue/{issue}/watchers"), ANY, watchers::remove),
            post(concat!($at, "/issue/{issue}/attachments"), ANY, attachments::add),
            get(concat!($at, "/attachment/{attachment}"), ANY, attachments::one),
            delete(concat!($at, "/attachment/{attachment}"), ANY, attachments::remove),
            get(concat!($at, "/issueLinkType"), ANY, links::types),
            post(concat!($at, "/issueLink"), ANY, links::add),
            get(concat!($at, "/issueLink/{link}"), ANY, links::one),
            delete(concat!($at, "/issueLink/{link}"), ANY, links::remove),
        ]
    };
}

/// Under the version's number. There is no version 3.
pub(crate) const VERSION_2: &[Route] = routes!("/dc/jira/rest/api/2");

/// Under `latest`.
pub(crate) const LATEST: &[Route] = routes!("/dc/jira/rest/api/latest");

/// Outside the API.
pub(crate) const FILES: &[Route] =
    &[get("/dc/jira/secure/attachment/{attachment}/{name}", ANY, files::content)];
