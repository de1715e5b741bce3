-- Keys that sign access tokens. `sealed` is the private part; `public_key` is a JWK (RFC 7517).
CREATE TABLE signing_keys (
    kid        TEXT NOT NULL PRIMARY KEY,
    algorithm  TEXT NOT NULL,
    public_key TEXT NOT NULL,
    sealed     BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    -- Once a younger key signs: until when tokens signed with this one may live.
    retires_at INTEGER
) STRICT;
