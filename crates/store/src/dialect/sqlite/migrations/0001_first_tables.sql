-- Times are milliseconds since 1970-01-01T00:00:00Z. Digests are SHA-256.

CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE clients (
    id         TEXT NOT NULL PRIMARY KEY,
    owner      TEXT NOT NULL,
    purpose    TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    state      TEXT NOT NULL
) STRICT;

CREATE TABLE client_secrets (
    id         TEXT NOT NULL PRIMARY KEY,
    client     TEXT NOT NULL REFERENCES clients (id),
    digest     BLOB NOT NULL UNIQUE,
    hint       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER
) STRICT;
CREATE INDEX client_secrets_by_client ON client_secrets (client);

-- Tokens come and go by the thousand; their digest is their place.
CREATE TABLE tokens (
    digest     BLOB NOT NULL PRIMARY KEY,
    client     TEXT NOT NULL REFERENCES clients (id),
    scopes     TEXT,
    issued_at  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    secret_id  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_by_expiry ON tokens (expires_at);
CREATE INDEX tokens_by_client ON tokens (client, issued_at);

CREATE TABLE grants (
    name       TEXT NOT NULL PRIMARY KEY,
    kind       TEXT NOT NULL,
    sites      TEXT NOT NULL,
    facts      TEXT NOT NULL,
    sealed     BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sites (
    name     TEXT NOT NULL PRIMARY KEY,
    url      TEXT NOT NULL,
    cloud_id TEXT
) STRICT;

-- One row per commit. `records` are lines of JSON; `head` is the hash of the last one.
CREATE TABLE audit_blocks (
    first_seq INTEGER NOT NULL PRIMARY KEY,
    last_seq  INTEGER NOT NULL,
    first_at  INTEGER NOT NULL,
    last_at   INTEGER NOT NULL,
    head      BLOB NOT NULL,
    records   BLOB NOT NULL
) STRICT;
