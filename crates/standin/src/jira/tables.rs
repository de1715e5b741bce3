//! The small tables every Jira has: issue types, priorities, resolutions, link types, security levels.

/// An issue type: id, name, subtask, hierarchy level.
pub(crate) const ISSUE_TYPES: [(u64, &str, bool, i64); 7] = [
    (10000, "Epic", false, 1),
    (10001, "Story", false, 0),
    (10002, "Task", false, 0),
    (10003, "Sub-task", true, -1),
    (10004, "Bug", false, 0),
    (10010, "Service Request", false, 0),
    (10011, "Incident", false, 0),
];

/// Types of software projects.
pub(crate) const SOFTWARE_TYPES: &[u64] = &[10000, 10001, 10002, 10003, 10004];
/// Types of business projects.
pub(crate) const BUSINESS_TYPES: &[u64] = &[10002, 10003];
/// Types of the service desk.
pub(crate) const SERVICE_TYPES: &[u64] = &[10010, 10011, 10003];

/// Priorities, highest first.
pub(crate) const PRIORITIES: [(u64, &str, &str); 5] = [
    (1, "Highest", "#d04437"),
    (2, "High", "#f15C75"),
    (3, "Medium", "#f79232"),
    (4, "Low", "#707070"),
    (5, "Lowest", "#999999"),
];

/// Resolutions.
pub(crate) const RESOLUTIONS: [(u64, &str); 4] =
    [(10000, "Done"), (10001, "Won't Do"), (10002, "Duplicate"), (10003, "Cannot Reproduce")];

/// Link types: id, name, inward word, outward word.
pub(crate) const LINK_TYPES: [(u64, &str, &str, &str); 4] = [
    (10000, "Blocks", "is blocked by", "blocks"),
    (10001, "Cloners", "is cloned by", "clones"),
    (10002, "Duplicate", "is duplicated by", "duplicates"),
    (10003, "Relates", "relates to", "relates to"),
];

/// Security levels: id, name, the group that may read.
pub(crate) const SECURITY_LEVELS: [(u64, &str, &str); 2] =
    [(10100, "Security team only", "security"), (10101, "Release team only", "release")];

/// The name of a row; empty for an id nobody has.
pub(crate) fn issue_type_name(id: u64) -> &'static str {
    ISSUE_TYPES.iter().find(|row| row.0 == id).map_or("", |row| row.1)
}

/// The name of a priority.
pub(crate) fn priority_name(id: u64) -> &'static str {
    PRIORITIES.iter().find(|row| row.0 == id).map_or("", |row| row.1)
}

/// The name of a resolution.
pub(crate) fn resolution_name(id: u64) -> &'static str {
    RESOLUTIONS.iter().find(|row| row.0 == id).map_or("", |row| row.1)
}

/// Whether a type is a subtask's.
pub(crate) fn is_subtask(id: u64) -> bool {
    ISSUE_TYPES.iter().any(|row| row.0 == id && row.2)
}

/// A row of an id-and-name table, found by either; names in any case.
pub(crate) fn by_id_or_name(rows: impl Iterator<Item = (u64, &'static str)>, wanted: &str) -> Option<u64> {
    let mut rows = rows;
    rows.find(|(id, name)| id.to_string() == wanted || name.eq_ignore_ascii_case(wanted)).map(|row| row.0)
}
