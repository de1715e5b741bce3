//! Version 1: `/wiki/rest/api`, and the same under Data Center's base URL.
//!
//! Atlassian's published document no longer lists the content routes of Cloud, yet they answer and clients use them.

mod attachments;
mod content;
mod labels;
mod people;
mod relatives;
pub(crate) mod render;
mod search;
mod spaces;

use crate::route::{Needs, Route, delete, get, needs, post, put};

const READ: Needs = needs("read:confluence-content.all", "read:content-details:confluence");
const SUMMARY: Needs = needs("read:confluence-content.summary", "read:content-details:confluence");
const WRITE: Needs =
    needs("write:confluence-content", "read:content-details:confluence,write:content:confluence");
const REMOVE: Needs = needs("write:confluence-content", "delete:content:confluence");
const SEARCH: Needs = needs("search:confluence", "read:content-details:confluence");
const SPACE: Needs = needs("read:confluence-space.summary", "read:space-details:confluence");
const USER: Needs = needs("read:confluence-user", "read:content-details:confluence");
const LABEL: Needs = needs("read:confluence-content.summary", "read:label:confluence");
const LABEL_WRITE: Needs = needs("write:confluence-content", "read:label:confluence,write:label:confluence");
const LABEL_OFF: Needs = needs("write:confluence-content", "write:label:confluence");
const FILE: Needs = needs("readonly:content.attachment:confluence", "read:attachment:confluence");
const FILE_WRITE: Needs =
    needs("write:confluence-file", "read:content-details:confluence,write:attachment:confluence");
const FILE_EDIT: Needs = needs(
    "write:confluence-file,write:confluence-props",
    "read:content-details:confluence,write:attachment:confluence",
);
const CHECK: Needs = needs("read:confluence-content.permission", "read:content.permission:confluence");

/// The table, once for each place it is served at.
macro_rules! routes {
    ($at:literal) => {
        &[
            get(concat!($at, "/space"), SPACE, spaces::list),
            get(concat!($at, "/space/{key}"), SPACE, spaces::one),
            get(concat!($at, "/space/{key}/content"), READ, spaces::content),
            get(concat!($at, "/space/{key}/content/{type}"), READ, spaces::content),
            get(concat!($at, "/content"), READ, content::list),
            post(concat!($at, "/content"), WRITE, content::create),
            get(concat!($at, "/content/search"), SEARCH, search::content),
            get(concat!($at, "/content/{id}"), READ, content::one),
            put(concat!($at, "/content/{id}"), WRITE, content::update),
            delete(concat!($at, "/content/{id}"), REMOVE, content::remove),
            get(concat!($at, "/content/{id}/history"), SUMMARY, content::history),
            get(concat!($at, "/content/{id}/version"), READ, content::versions),
            post(concat!($at, "/content/{id}/permission/check"), CHECK, people::check),
            get(concat!($at, "/content/{id}/child"), SUMMARY, relatives::children),
            get(concat!($at, "/content/{id}/child/{type}"), READ, relatives::children_of_kind),
            get(concat!($at, "/content/{id}/descendant/{type}"), SUMMARY, relatives::descendants),
            get(concat!($at, "/content/{id}/child/attachment"), READ, attachments::list),
            post(concat!($at, "/content/{id}/child/attachment"), FILE_WRITE, attachments::add),
            put(concat!($at, "/content/{id}/child/attachment"), FILE_WRITE, attachments::add_or_replace),
            post(
                concat!($at, "/content/{id}/child/attachment/{file}/data"),
                FILE_WRITE,
                attachments::replace,
            ),
            put(concat!($at, "/content/{id}/child/attachment/{file}"), FILE_EDIT, attachments::rename),
            get(concat!($at, "/content/{id}/child/attachment/{file}/download"), FILE, attachments::download),
            get(concat!($at, "/content/{id}/label"), LABEL, labels::list),
            post(concat!($at, "/content/{id}/label"), LABEL_WRITE, labels::add),
            delete(concat!($at, "/content/{id}/label"), LABEL_OFF, labels::remove),
            delete(concat!($at, "/content/{id}/label/{label}"), LABEL_OFF, labels::remove),
            get(concat!($at, "/search"), SEARCH, search::everything),
            get(concat!($at, "/user/current"), USER, people::current),
            get(concat!($at, "/user"), USER, people::one),
        ]
    };
}

/// Every route of a Cloud site's version 1.
pub(crate) const ROUTES: &[Route] = routes!("/wiki/rest/api");

/// Every route of Confluence Data Center.
pub(crate) const DATA_CENTER: &[Route] = routes!("/dc/confluence/rest/api");

/// Links of `_links.download`, which browsers and clients follow: outside the API, so without scopes.
pub(crate) const DOWNLOADS: &[Route] = &[
    get("/wiki/download/attachments/{page}/{name}", crate::route::ANY, attachments::by_name),
    get("/dc/confluence/download/attachments/{page}/{name}", crate::route::ANY, attachments::by_name),
];
