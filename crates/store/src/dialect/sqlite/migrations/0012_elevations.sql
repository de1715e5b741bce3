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

-- What waits or holds is few among what is over.
CREATE INDEX elevations_living ON elevations (client, begun_at DESC) WHERE ended_at IS NULL;
CREATE INDEX elevations_of_client ON elevations (client, asked_at);
CREATE INDEX elevations_of_account ON elevations (client, account, asked_at);
CREATE INDEX elevations_asked ON elevations (asked_at);
