-- More for one client, for a time: asked for, and once somebody has said yes, in force up to `until`. What has ended is kept for a
-- while, for whoever asks why a call was permitted. `base` is the digest of the manifest it is added to.
CREATE TABLE elevations (
    plan        BLOB NOT NULL PRIMARY KEY,
    client      TEXT NOT NULL,
    account     TEXT,
    adds        TEXT NOT NULL,
    reason      TEXT NOT NULL,
    seconds     INTEGER NOT NULL,
    asked_by    TEXT NOT NULL,
    asked_at    INTEGER NOT NULL,
    waits_until INTEGER NOT NULL,
    base        BLOB NOT NULL,
    difference  TEXT NOT NULL,
    approvals   TEXT NOT NULL,
    begun_at    INTEGER,
    until       INTEGER,
    ended_at    INTEGER,
    ended_why   TEXT
) STRICT;
