//! The stand-in's answers against Atlassian's own documents.
//!
//! Each family makes a journey through its routes, and every answer has to have a status that the document lists and a
//! body that its schema allows, with no property that the document does not know. What the documents themselves get
//! wrong is in `contract/deviations.rs`, one line each with the reason. Without the folder of documents the tests
//! print that they were skipped: the documents are Atlassian's and not part of the project.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may stop where it stands, and says what it skipped"
)]

#[path = "contract/clerk.rs"]
mod clerk;
#[path = "contract/confluence.rs"]
mod confluence;
#[path = "contract/data_center.rs"]
mod data_center;
#[path = "contract/deviations.rs"]
mod deviations;
#[path = "contract/document.rs"]
mod document;
#[path = "contract/doors.rs"]
mod doors;
#[path = "contract/jira.rs"]
mod jira;
#[path = "contract/schema.rs"]
mod schema;
#[path = "contract/service_desk.rs"]
mod service_desk;
#[path = "contract/software.rs"]
mod software;
