//! How large a manifest, and a set of manifests, may be.
//!
//! The limits are far above what anyone writes by hand; they are there so that a wrong file costs little.

/// The most manifests in one set.
pub const MANIFESTS: usize = 100_000;

/// The largest manifest, in bytes: 256 KiB.
pub const FILE_BYTES: usize = 256 * 1024;

/// The most entries in one list. The catalogue has fewer than 2,500 operations.
pub const LIST_ENTRIES: usize = 4_096;

/// The most sites one manifest may name.
pub const SITES: usize = 64;

/// The longest text value, in bytes.
pub const TEXT_BYTES: usize = 2_000;

/// The most diagnostics reported for one file; a last one says how many more there are.
pub const DIAGNOSTICS_PER_FILE: usize = 100;

/// The most diagnostics reported for a set of manifests; a last one says how many more there are.
pub const DIAGNOSTICS: usize = 1_000;

/// The most fragments in one set.
pub const FRAGMENTS: usize = 1_000;

/// The most fragments one manifest can build on, all steps counted.
pub const EXTENDS: usize = 64;

/// The most steps from a manifest to a fragment: fragments extend fragments.
pub const DEPTH: usize = 8;

/// The most `[[transitions]]` of one manifest.
pub const TRANSITIONS: usize = 256;

/// The most elevations that hold at a time.
pub const ELEVATIONS: usize = 1_000;

/// The highest number in `[limits]` but for `per_day`.
pub const RATE: u64 = 100_000;

/// The highest `per_day`.
pub const PER_DAY: u64 = 1_000_000_000;

/// The highest `max_days` of the guardrails: ten years.
pub const DAYS: u64 = 3_660;

/// The longest condition in JQL, in bytes.
pub const JQL_BYTES: usize = 2_000;
