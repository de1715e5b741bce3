-- Who operates the gateway, beside the token each run makes for its own machine.
CREATE TABLE operators (
    name         TEXT NOT NULL PRIMARY KEY,
    role         TEXT NOT NULL,
    digest       BLOB NOT NULL UNIQUE,
    hint         TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    revoked_at   INTEGER,
    last_used_at INTEGER,
    -- Counts changes, for optimistic concurrency; uses are not changes.
    version      INTEGER NOT NULL
) STRICT;

-- Changes asked for under an Idempotency-Key, so that asking again changes nothing again. `place` stands for operator and
-- key, `fingerprint` for the request; the key itself, without which neither says anything, is not kept.
CREATE TABLE repeats (
    place       BLOB NOT NULL PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    asked_by    TEXT NOT NULL,
    started_at  INTEGER NOT NULL,
    -- Nothing while it is under way, or when it was cut off.
    status      INTEGER,
    etag        TEXT,
    -- Nothing when the answer held what is shown once, or was too large.
    body        BLOB
) STRICT;
CREATE INDEX repeats_by_start ON repeats (started_at);
CREATE INDEX repeats_by_operator ON repeats (asked_by);
