-- Times are milliseconds since 1970-01-01T00:00:00Z. Names sort as bytes do, wherever the server is.

CREATE TABLE meta (
    key   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE grants (
    name       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind       TEXT NOT NULL,
    sites      TEXT NOT NULL,
    facts      TEXT NOT NULL,
    sealed     BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- Token families of three-legged grants: one row a grant, changed only by whoever holds its latest fence.
CREATE TABLE token_families (
    grant_name     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    generation     BIGINT NOT NULL,
    fence          BIGINT NOT NULL,
    sealed         BYTEA NOT NULL,
    began_at       BIGINT NOT NULL,
    obtained_at    BIGINT NOT NULL,
    holder         TEXT,
    patience       BIGINT,
    first_tried_at BIGINT,
    unproven_since BIGINT,
    ended          TEXT,
    ended_at       BIGINT,
    changed_at     BIGINT NOT NULL
);
CREATE INDEX token_families_by_change ON token_families (changed_at);

-- Pairs that came too late to be committed. Kept, because one of them may be the one the provider goes by.
CREATE TABLE stranded_pairs (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    grant_name TEXT COLLATE "C" NOT NULL,
    fence      BIGINT NOT NULL,
    sealed     BYTEA NOT NULL,
    at         BIGINT NOT NULL
);
CREATE INDEX stranded_pairs_by_grant ON stranded_pairs (grant_name, fence);
