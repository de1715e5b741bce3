-- What a user allowed a client to do for them. It lasts as long as the youngest refresh token, unless it is ended before.
CREATE TABLE consents (
    id         TEXT NOT NULL PRIMARY KEY,
    account    TEXT NOT NULL,
    client     TEXT NOT NULL REFERENCES clients (id),
    scopes     TEXT NOT NULL,
    sites      TEXT NOT NULL,
    given_at   INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER,
    ended_at   INTEGER
) STRICT;
CREATE INDEX consents_by_account ON consents (account, client, given_at);
CREATE INDEX consents_by_expiry ON consents (expires_at);

-- One per consent. A code that was redeemed stays as long as its consent, so that a second try is recognised.
CREATE TABLE authorization_codes (
    digest         BLOB NOT NULL PRIMARY KEY,
    consent        TEXT NOT NULL UNIQUE REFERENCES consents (id),
    redirect_uri   TEXT NOT NULL,
    code_challenge TEXT NOT NULL,
    expires_at     INTEGER NOT NULL,
    redeemed_at    INTEGER
) STRICT, WITHOUT ROWID;

-- The refresh tokens of one consent are a family: the first is generation 1, and whatever one of generation n is
-- exchanged for is of generation n + 1. Used ones stay until they run out, so that a second use is recognised.
CREATE TABLE refresh_tokens (
    digest     BLOB NOT NULL PRIMARY KEY,
    consent    TEXT NOT NULL REFERENCES consents (id),
    generation INTEGER NOT NULL,
    issued_at  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_by_consent ON refresh_tokens (consent, generation);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);

-- People signed in with a browser. `digest` is that of the cookie.
CREATE TABLE sessions (
    digest     BLOB NOT NULL PRIMARY KEY,
    account    TEXT NOT NULL,
    name       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_account ON sessions (account, created_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
