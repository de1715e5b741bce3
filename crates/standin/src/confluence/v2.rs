//! Version 2: `/wiki/api/v2`. Granular scopes only, cursors instead of offsets, links relative to the site.

mod attachments;
mod comments;
mod labels;
mod pages;
mod paging;
mod relatives;
mod render;
mod spaces;
mod versions;

use crate::route::{Needs, Route, delete, get, needs, post, put};

const PAGE: Needs = needs("", "read:page:confluence");
const PAGE_WRITE: Needs = needs("", "write:page:confluence");
const PAGE_DELETE: Needs = needs("", "delete:page:confluence");
const TREE: Needs = needs("", "read:hierarchical-content:confluence");
const ABOVE: Needs = needs("", "read:content.metadata:confluence");
const SPACE: Needs = needs("", "read:space:confluence");
const COMMENT: Needs = needs("", "read:comment:confluence");
const COMMENT_WRITE: Needs = needs("", "write:comment:confluence");
const COMMENT_DELETE: Needs = needs("", "delete:comment:confluence");
const FILE: Needs = needs("", "read:attachment:confluence");
const FILE_DELETE: Needs = needs("", "delete:attachment:confluence");
const LABEL: Needs = needs("", "read:label:confluence");

/// Every route of version 2.
pub(crate) const ROUTES: &[Route] = &[
    get("/wiki/api/v2/spaces", SPACE, spaces::list),
    get("/wiki/api/v2/spaces/{id}", SPACE, spaces::one),
    get("/wiki/api/v2/spaces/{id}/pages", PAGE, pages::of_space),
    get("/wiki/api/v2/spaces/{id}/blogposts", PAGE, pages::posts_of_space),
    get("/wiki/api/v2/spaces/{id}/labels", SPACE, labels::of_space),
    get("/wiki/api/v2/spaces/{id}/content/labels", SPACE, labels::within_space),
    get("/wiki/api/v2/pages", PAGE, pages::list),
    post("/wiki/api/v2/pages", PAGE_WRITE, pages::create),
    get("/wiki/api/v2/pages/{id}", PAGE, pages::one),
    put("/wiki/api/v2/pages/{id}", PAGE_WRITE, pages::update),
    put("/wiki/api/v2/pages/{id}/title", PAGE_WRITE, pages::retitle),
    delete("/wiki/api/v2/pages/{id}", PAGE_DELETE, pages::remove),
    get("/wiki/api/v2/pages/{id}/children", PAGE, relatives::children),
    get("/wiki/api/v2/pages/{id}/direct-children", TREE, relatives::direct_children),
    get("/wiki/api/v2/pages/{id}/descendants", TREE, relatives::descendants),
    get("/wiki/api/v2/pages/{id}/ancestors", ABOVE, relatives::ancestors),
    get("/wiki/api/v2/pages/{id}/versions", PAGE, versions::list),
    get("/wiki/api/v2/pages/{id}/versions/{number}", PAGE, versions::one),
    get("/wiki/api/v2/pages/{id}/labels", PAGE, labels::of_content),
    get("/wiki/api/v2/pages/{id}/attachments", FILE, attachments::of_page),
    get("/wiki/api/v2/pages/{id}/footer-comments", COMMENT, comments::of_page),
    get("/wiki/api/v2/pages/{id}/inline-comments", COMMENT, comments::inline),
    get("/wiki/api/v2/blogposts", PAGE, pages::list_posts),
    post("/wiki/api/v2/blogposts", PAGE_WRITE, pages::create_post),
    get("/wiki/api/v2/blogposts/{id}", PAGE, pages::one_post),
    put("/wiki/api/v2/blogposts/{id}", PAGE_WRITE, pages::update_post),
    delete("/wiki/api/v2/blogposts/{id}", PAGE_DELETE, pages::remove_post),
    get("/wiki/api/v2/blogposts/{id}/labels", PAGE, labels::of_content),
    get("/wiki/api/v2/blogposts/{id}/footer-comments", COMMENT, comments::of_page),
    get("/wiki/api/v2/footer-comments", COMMENT, comments::list),
    post("/wiki/api/v2/footer-comments", COMMENT_WRITE, comments::create),
    get("/wiki/api/v2/footer-comments/{id}", COMMENT, comments::one),
    put("/wiki/api/v2/footer-comments/{id}", COMMENT_WRITE, comments::update),
    delete("/wiki/api/v2/footer-comments/{id}", COMMENT_DELETE, comments::remove),
    get("/wiki/api/v2/footer-comments/{id}/children", COMMENT, comments::replies),
    get("/wiki/api/v2/attachments", FILE, attachments::list),
    get("/wiki/api/v2/attachments/{id}", FILE, attachments::one),
    delete("/wiki/api/v2/attachments/{id}", FILE_DELETE, attachments::remove),
    get("/wiki/api/v2/labels", LABEL, labels::list),
    get("/wiki/api/v2/labels/{id}/pages", PAGE, labels::pages),
];
