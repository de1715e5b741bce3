-- What was in force, version after version; the one with the greatest number is in force. Sources are the manifests as they
-- were written: what a version permits is compiled from them at each start.
CREATE TABLE manifest_versions (
    number       INTEGER NOT NULL PRIMARY KEY,
    digest       BLOB NOT NULL,
    sources      BLOB NOT NULL,
    author       TEXT NOT NULL,
    activated_by TEXT NOT NULL,
    activated_at INTEGER NOT NULL,
    cause        TEXT NOT NULL,
    direction    TEXT NOT NULL,
    plan         BLOB,
    approvals    TEXT NOT NULL
) STRICT;

-- What somebody wants to put in force and may not alone. `live` is the digest of the version it was compared with.
CREATE TABLE manifest_proposals (
    plan       BLOB NOT NULL PRIMARY KEY,
    live       BLOB NOT NULL,
    sources    BLOB NOT NULL,
    author     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    direction  TEXT NOT NULL,
    difference TEXT NOT NULL,
    approvals  TEXT NOT NULL
) STRICT;
