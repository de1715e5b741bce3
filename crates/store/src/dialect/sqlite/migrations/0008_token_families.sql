-- Token families of three-legged grants: one row a grant, changed only by whoever holds its latest fence.
CREATE TABLE token_families (
    grant_name     TEXT NOT NULL PRIMARY KEY,
    generation     INTEGER NOT NULL,
    fence          INTEGER NOT NULL,
    sealed         BLOB NOT NULL,
    began_at       INTEGER NOT NULL,
    obtained_at    INTEGER NOT NULL,
    holder         TEXT,
    patience       INTEGER,
    first_tried_at INTEGER,
    unproven_since INTEGER,
    ended          TEXT,
    ended_at       INTEGER,
    changed_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX token_families_by_change ON token_families (changed_at);

-- Pairs that came too late to be committed. Kept, because one of them may be the one the provider goes by.
CREATE TABLE stranded_pairs (
    id         TEXT NOT NULL PRIMARY KEY,
    grant_name TEXT NOT NULL,
    fence      INTEGER NOT NULL,
    sealed     BLOB NOT NULL,
    at         INTEGER NOT NULL
) STRICT;
CREATE INDEX stranded_pairs_by_grant ON stranded_pairs (grant_name, fence);
