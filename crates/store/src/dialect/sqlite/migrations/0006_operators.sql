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
