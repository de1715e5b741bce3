-- What clients do, counted from the audit: one row for each operation of a client, the scopes that satisfied it and the project
-- or space it was about. `place` is a word of the counting's own: empty where nothing was named.
CREATE TABLE usage_counts (
    client    TEXT NOT NULL,
    operation TEXT NOT NULL,
    scopes    TEXT NOT NULL,
    place     TEXT NOT NULL,
    calls     INTEGER NOT NULL,
    refusals  INTEGER NOT NULL,
    observed  INTEGER NOT NULL,
    first_at  INTEGER NOT NULL,
    last_at   INTEGER NOT NULL,
    used_at   INTEGER,
    PRIMARY KEY (client, operation, scopes, place)
) STRICT, WITHOUT ROWID;

-- Up to which record of the audit they are counted, and since when. Changes in one transaction with the counts.
CREATE TABLE usage_position (
    one        INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    seq        INTEGER NOT NULL,
    counted_at INTEGER NOT NULL,
    since_at   INTEGER NOT NULL
) STRICT;
