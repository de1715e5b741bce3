-- The life of a client. `profile` is JSON: how it proves itself, from where, and what its tokens are like.
ALTER TABLE clients ADD COLUMN contact      TEXT NOT NULL DEFAULT '';
-- 'reject' or 'read-only'; nothing while it is not paused. A pause without an end lasts until it is resumed.
ALTER TABLE clients ADD COLUMN paused       TEXT;
ALTER TABLE clients ADD COLUMN paused_until INTEGER;
ALTER TABLE clients ADD COLUMN profile      TEXT NOT NULL DEFAULT '{}';
-- Counts changes, for optimistic concurrency.
ALTER TABLE clients ADD COLUMN version      INTEGER NOT NULL DEFAULT 1;

-- When a younger secret took its place; from then on it is on its way out.
ALTER TABLE client_secrets ADD COLUMN replaced_at    INTEGER;
-- Ends once it has not been used for so many milliseconds after that.
ALTER TABLE client_secrets ADD COLUMN silent_for     INTEGER;
ALTER TABLE client_secrets ADD COLUMN used           INTEGER NOT NULL DEFAULT 0;
ALTER TABLE client_secrets ADD COLUMN last_used_at   INTEGER;
ALTER TABLE client_secrets ADD COLUMN last_used_from TEXT;

-- `secret_id` names whatever the token was fetched with: a secret's row, or another way of proving to be the client.
-- For whom, where and with which key a token may be used; nothing where it was not narrowed so.
ALTER TABLE tokens ADD COLUMN account  TEXT;
ALTER TABLE tokens ADD COLUMN sites    TEXT;
ALTER TABLE tokens ADD COLUMN bound_to TEXT;
-- The consent a user gave, with which the token ends.
ALTER TABLE tokens ADD COLUMN consent  TEXT;
CREATE INDEX tokens_by_consent ON tokens (consent) WHERE consent IS NOT NULL;
