-- What people's own scripts call with, in their name. Never the token itself, only what recognises it. One that was revoked
-- stays as a row until it would have expired, so that its owner's list and the audit can name it.
CREATE TABLE personal_tokens (
    id           TEXT NOT NULL PRIMARY KEY,
    digest       BLOB NOT NULL UNIQUE,
    account      TEXT NOT NULL,
    name         TEXT NOT NULL,
    label        TEXT NOT NULL,
    hint         TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at   INTEGER
) STRICT;
CREATE INDEX personal_tokens_by_account ON personal_tokens (account, created_at);
CREATE INDEX personal_tokens_by_expiry ON personal_tokens (expires_at);
