//! How large what is looked into may be.

/// The longest body of a request, in bytes: 4 MiB. Bulk creations have some hundred kilobytes.
pub const BODY_BYTES: usize = 4 * 1024 * 1024;

/// The longest answer, in bytes: 16 MiB. Five thousand issues with few fields have five.
pub const ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// How deep JSON may be nested. Jira's rich text is nested some twenty deep.
pub const DEPTH: usize = 64;

/// How many values JSON may have, lists and objects included.
pub const VALUES: usize = 1_000_000;

/// How many names one request may have.
pub const NAMES: usize = 1_000;

/// How many different things an answer may speak of whose place has to be found out.
pub const REFERENCES: usize = 5_000;

/// The longest name, in bytes.
pub const NAME_BYTES: usize = 512;

/// How many parts an upload may have; Jira takes sixty files.
pub const PARTS: usize = 100;
