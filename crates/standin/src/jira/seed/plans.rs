//! Which projects each site starts with, and who may do what there.

use crate::jira::permission::Scheme;
use crate::jira::tables::{BUSINESS_TYPES, SERVICE_TYPES, SOFTWARE_TYPES};
use crate::jira::workflow::{PLAIN, RELEASE, SERVICE, Workflow};

/// One project to make.
pub(super) struct Plan {
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) lead: &'static str,
    pub(super) types: &'static [u64],
    pub(super) workflow: &'static Workflow,
    pub(super) scheme: Scheme,
    pub(super) issues: usize,
}

const STAFF: &[&str] = &["jira-users"];
const OWN: &[&str] =
    &["EDIT_ISSUES", "ADD_COMMENTS", "EDIT_OWN_COMMENTS", "DELETE_OWN_COMMENTS", "CREATE_ATTACHMENTS"];

const fn scheme(readers: &'static [&'static str], workers: &'static [&'static str]) -> Scheme {
    Scheme { readers, workers, raisers: &[], reporter: OWN }
}

/// Of the first Cloud site.
#[rustfmt::skip]
pub(super) const DEMO: [Plan; 5] = [
    Plan { key: "REL", name: "Release Train", kind: "software", lead: "rosa", types: SOFTWARE_TYPES, workflow: &RELEASE, scheme: scheme(STAFF, &["release"]), issues: 130 },
    Plan { key: "DATA", name: "Data Platform", kind: "software", lead: "dan", types: SOFTWARE_TYPES, workflow: &PLAIN, scheme: scheme(STAFF, &["data"]), issues: 120 },
    Plan { key: "PART", name: "Partner Portal", kind: "business", lead: "petra", types: BUSINESS_TYPES, workflow: &PLAIN, scheme: scheme(&["partners", "data"], &["partners", "release"]), issues: 110 },
    Plan { key: "DESK", name: "Service Desk", kind: "service_desk", lead: "rosa", types: SERVICE_TYPES, workflow: &SERVICE, scheme: Scheme { readers: &["jira-users"], workers: &["release", "data"], raisers: &["customers"], reporter: OWN }, issues: 30 },
    Plan { key: "SEC", name: "Security Vault", kind: "business", lead: "sven", types: BUSINESS_TYPES, workflow: &PLAIN, scheme: scheme(&[], &["security"]), issues: 12 },
];

/// Of the second.
#[rustfmt::skip]
pub(super) const OTHER: [Plan; 2] = [
    Plan { key: "REL", name: "Other Releases", kind: "software", lead: "rosa", types: SOFTWARE_TYPES, workflow: &RELEASE, scheme: scheme(STAFF, &["release"]), issues: 40 },
    Plan { key: "OPS", name: "Operations", kind: "software", lead: "olga", types: SOFTWARE_TYPES, workflow: &PLAIN, scheme: scheme(STAFF, &["data"]), issues: 40 },
];

/// Of the Data Center.
#[rustfmt::skip]
pub(super) const SERVER: [Plan; 2] = [
    Plan { key: "DC", name: "Data Center Move", kind: "software", lead: "admin", types: SOFTWARE_TYPES, workflow: &PLAIN, scheme: scheme(STAFF, &["release", "data"]), issues: 60 },
    Plan { key: "OLD", name: "Old Records", kind: "business", lead: "dan", types: BUSINESS_TYPES, workflow: &PLAIN, scheme: scheme(STAFF, &["data"]), issues: 30 },
];
